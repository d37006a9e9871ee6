-- Slack's part. Ids are Slack's own kind of text: T… a workspace, U… a user, C… and D… a conversation, V… a view.
CREATE TABLE slack_teams (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  domain TEXT NOT NULL UNIQUE
);

CREATE TABLE slack_users (
  id TEXT PRIMARY KEY,
  team_id TEXT NOT NULL REFERENCES slack_teams,
  name TEXT NOT NULL,
  real_name TEXT NOT NULL,
  -- Whose account at GitHub this is; the app's bot and some people have none here.
  account_id INTEGER REFERENCES accounts,
  -- B…, for the app's bot alone.
  bot_id TEXT,
  deleted BOOLEAN NOT NULL DEFAULT 0,
  UNIQUE (team_id, name)
);

CREATE TABLE slack_channels (
  id TEXT PRIMARY KEY,
  team_id TEXT NOT NULL REFERENCES slack_teams,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('public', 'private', 'im')),
  -- With whom the app's bot talks in a direct conversation.
  user_id TEXT REFERENCES slack_users,
  topic TEXT NOT NULL DEFAULT '',
  archived BOOLEAN NOT NULL DEFAULT 0,
  deleted BOOLEAN NOT NULL DEFAULT 0,
  created_at REAL NOT NULL,
  UNIQUE (team_id, name)
);

CREATE TABLE slack_members (
  channel_id TEXT NOT NULL REFERENCES slack_channels,
  user_id TEXT NOT NULL REFERENCES slack_users,
  PRIMARY KEY (channel_id, user_id)
);

CREATE TABLE slack_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id TEXT NOT NULL REFERENCES slack_channels,
  ts TEXT NOT NULL,
  -- Nobody: Slack itself says it.
  user_id TEXT REFERENCES slack_users,
  from_app BOOLEAN NOT NULL DEFAULT 0,
  text TEXT NOT NULL,
  blocks JSON NOT NULL,
  metadata JSON,
  thread_ts TEXT,
  broadcast BOOLEAN NOT NULL DEFAULT 0,
  edited_ts TEXT,
  -- Set on an ephemeral message: who alone sees it.
  visible_to TEXT REFERENCES slack_users,
  UNIQUE (channel_id, ts)
);
CREATE INDEX slack_messages_of_thread ON slack_messages (channel_id, thread_ts);

-- Every install of the app into a workspace; the newest is the one that counts.
CREATE TABLE slack_installs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  team_id TEXT NOT NULL REFERENCES slack_teams,
  generation INTEGER NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  bot_user_id TEXT NOT NULL REFERENCES slack_users,
  installed_by TEXT NOT NULL REFERENCES slack_users,
  installed_at REAL NOT NULL,
  -- What the Web API says to a token that is over: token_revoked or account_inactive.
  ended TEXT
);

CREATE TABLE slack_codes (
  digest TEXT PRIMARY KEY,
  team_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  scopes TEXT NOT NULL,
  expires_at REAL NOT NULL
);

CREATE TABLE slack_triggers (
  digest TEXT PRIMARY KEY,
  team_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  made_at REAL NOT NULL,
  used BOOLEAN NOT NULL DEFAULT 0
);

CREATE TABLE slack_response_urls (
  digest TEXT PRIMARY KEY,
  channel_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  message_ts TEXT,
  thread_ts TEXT,
  uses INTEGER NOT NULL DEFAULT 0,
  made_at REAL NOT NULL
);

CREATE TABLE slack_views (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  team_id TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES slack_users,
  kind TEXT NOT NULL CHECK (kind IN ('modal', 'home')),
  content JSON NOT NULL,
  -- block → action → value, as far as the person has filled it in.
  state JSON NOT NULL,
  -- block → what is wrong with what was sent.
  errors JSON NOT NULL,
  hash TEXT NOT NULL,
  root_id TEXT NOT NULL,
  previous_id TEXT,
  is_open BOOLEAN NOT NULL DEFAULT 1
);

-- What was posted to the app; only events wait and come again.
CREATE TABLE slack_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  team_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('event', 'command', 'interaction', 'options')),
  name TEXT NOT NULL,
  event_id TEXT,
  -- Empty but for events: what people put into modals isn't kept.
  body TEXT NOT NULL DEFAULT '',
  made_at REAL NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- When it is tried next; nothing: it is over.
  due_at REAL,
  reason TEXT,
  status INTEGER,
  ms REAL
);
CREATE INDEX slack_deliveries_due ON slack_deliveries (due_at);
