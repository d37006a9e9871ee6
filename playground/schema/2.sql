-- What happened at this GitHub, in order, for tests that count here what others say they did.
CREATE TABLE effects (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  fields JSON NOT NULL
);
CREATE INDEX effects_of_kind ON effects (kind, id);

-- Attempts older than three days are looked for whenever a webhook is queued.
CREATE INDEX deliveries_made ON deliveries (delivered_at);

ALTER TABLE repositories ADD COLUMN archived BOOLEAN NOT NULL DEFAULT 0;
-- A deleted repository keeps its row, for pull requests that came from it, under a name that nobody can ask for.
ALTER TABLE repositories ADD COLUMN deleted_at TEXT;

CREATE TABLE former_names (
  owner_id INTEGER NOT NULL REFERENCES accounts,
  name TEXT NOT NULL COLLATE NOCASE,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  PRIMARY KEY (owner_id, name)
);

-- Permissions that the App asks for and the account hasn't accepted.
ALTER TABLE installations ADD COLUMN withheld JSON NOT NULL DEFAULT '[]';

CREATE TABLE members (
  organisation_id INTEGER NOT NULL REFERENCES accounts,
  account_id INTEGER NOT NULL REFERENCES accounts,
  role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
  PRIMARY KEY (organisation_id, account_id)
);

CREATE TABLE teams (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  organisation_id INTEGER NOT NULL REFERENCES accounts,
  slug TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL,
  UNIQUE (organisation_id, slug)
);

CREATE TABLE team_members (
  team_id INTEGER NOT NULL REFERENCES teams,
  account_id INTEGER NOT NULL REFERENCES accounts,
  PRIMARY KEY (team_id, account_id)
);

INSERT INTO sqlite_sequence (name, seq) VALUES ('teams', 11200300);
