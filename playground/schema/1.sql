-- Ids begin above 2^31 where GitHub's do, so that a 32-bit column breaks here and not in production.
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  login TEXT NOT NULL UNIQUE COLLATE NOCASE,
  type TEXT NOT NULL CHECK (type IN ('User', 'Organization', 'Bot')),
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  created_at TEXT NOT NULL
);

CREATE TABLE repositories (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id INTEGER NOT NULL REFERENCES accounts,
  name TEXT NOT NULL COLLATE NOCASE,
  description TEXT,
  private BOOLEAN NOT NULL,
  default_branch TEXT NOT NULL,
  parent_id INTEGER REFERENCES repositories,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  pushed_at TEXT NOT NULL,
  UNIQUE (owner_id, name)
);

CREATE TABLE collaborators (
  repository_id INTEGER NOT NULL REFERENCES repositories,
  account_id INTEGER NOT NULL REFERENCES accounts,
  role TEXT NOT NULL,
  PRIMARY KEY (repository_id, account_id)
);

CREATE TABLE installations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL UNIQUE REFERENCES accounts,
  repository_selection TEXT NOT NULL CHECK (repository_selection IN ('all', 'selected')),
  suspended_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);

CREATE TABLE installation_repositories (
  installation_id INTEGER NOT NULL REFERENCES installations ON DELETE CASCADE,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  PRIMARY KEY (installation_id, repository_id)
);

CREATE TABLE tokens (
  digest TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('ghp', 'ghs', 'ghu')),
  account_id INTEGER REFERENCES accounts,
  installation_id INTEGER REFERENCES installations ON DELETE CASCADE,
  permissions JSON,
  repository_ids JSON,
  expires_at REAL
);

CREATE TABLE sign_in_codes (
  digest TEXT PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts,
  redirect_uri TEXT NOT NULL,
  code_challenge TEXT,
  expires_at REAL NOT NULL
);

CREATE TABLE pull_requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  number INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  draft BOOLEAN NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts,
  head_repository_id INTEGER NOT NULL REFERENCES repositories,
  head_ref TEXT NOT NULL,
  head_sha TEXT NOT NULL,
  base_ref TEXT NOT NULL,
  base_sha TEXT NOT NULL,
  mergeable BOOLEAN,
  merge_commit_sha TEXT,
  merged_by_id INTEGER REFERENCES accounts,
  merged_at TEXT,
  closed_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (repository_id, number)
);

CREATE TABLE labels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  name TEXT NOT NULL COLLATE NOCASE,
  color TEXT NOT NULL,
  UNIQUE (repository_id, name)
);

CREATE TABLE pull_request_labels (
  pull_request_id INTEGER NOT NULL REFERENCES pull_requests,
  label_id INTEGER NOT NULL REFERENCES labels,
  PRIMARY KEY (pull_request_id, label_id)
);

CREATE TABLE comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  number INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);

CREATE TABLE reactions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  comment_id INTEGER NOT NULL REFERENCES comments ON DELETE CASCADE,
  author_id INTEGER NOT NULL REFERENCES accounts,
  content TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (comment_id, author_id, content)
);

CREATE TABLE check_suites (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  head_sha TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (repository_id, head_sha)
);

CREATE TABLE check_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  suite_id INTEGER NOT NULL REFERENCES check_suites,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  head_sha TEXT NOT NULL,
  name TEXT NOT NULL,
  external_id TEXT,
  details_url TEXT,
  status TEXT NOT NULL,
  conclusion TEXT,
  started_at TEXT,
  completed_at TEXT,
  title TEXT,
  summary TEXT,
  text TEXT,
  actions JSON NOT NULL,
  updated_at TEXT NOT NULL
);

CREATE TABLE annotations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  check_run_id INTEGER NOT NULL REFERENCES check_runs,
  fields JSON NOT NULL
);

CREATE TABLE statuses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  sha TEXT NOT NULL,
  state TEXT NOT NULL,
  context TEXT NOT NULL COLLATE NOCASE,
  description TEXT,
  target_url TEXT,
  creator_id INTEGER NOT NULL REFERENCES accounts,
  created_at TEXT NOT NULL
);
CREATE INDEX statuses_of_commit ON statuses (repository_id, sha);

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  guid TEXT NOT NULL,
  event TEXT NOT NULL,
  action TEXT,
  installation_id INTEGER,
  repository_id INTEGER,
  payload TEXT NOT NULL,
  redelivery BOOLEAN NOT NULL,
  delivered_at TEXT,
  duration REAL,
  status TEXT,
  status_code INTEGER,
  request_headers JSON,
  response_headers JSON,
  response_body TEXT
);
CREATE INDEX deliveries_waiting ON deliveries (id) WHERE delivered_at IS NULL;

INSERT INTO sqlite_sequence (name, seq) VALUES
  ('accounts', 194000100), ('repositories', 3100400200), ('installations', 81000300), ('pull_requests', 2940000400),
  ('labels', 9250000500), ('comments', 3560000600), ('reactions', 312000700), ('check_suites', 49300000800),
  ('check_runs', 55400000900), ('statuses', 39400001000), ('deliveries', 183400001100), ('annotations', 0);
