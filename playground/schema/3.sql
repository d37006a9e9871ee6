-- Check suites of several Apps: each has its own on a commit, and its own numbering stays.
CREATE TEMP TABLE kept_suites AS SELECT * FROM check_suites;
CREATE TEMP TABLE kept_runs AS SELECT * FROM check_runs;
CREATE TEMP TABLE kept_annotations AS SELECT * FROM annotations;
CREATE TEMP TABLE kept_numbers AS
  SELECT * FROM sqlite_sequence WHERE name IN ('check_suites', 'check_runs', 'annotations');
DROP TABLE annotations;
DROP TABLE check_runs;
DROP TABLE check_suites;

CREATE TABLE check_suites (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  head_sha TEXT NOT NULL,
  -- The App's slug.
  app TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (repository_id, head_sha, app)
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
CREATE INDEX check_runs_of_commit ON check_runs (repository_id, head_sha);

CREATE TABLE annotations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  check_run_id INTEGER NOT NULL REFERENCES check_runs,
  fields JSON NOT NULL
);

INSERT INTO check_suites (id, repository_id, head_sha, app, created_at)
  SELECT id, repository_id, head_sha, 'slipway', created_at FROM kept_suites;
INSERT INTO check_runs SELECT * FROM kept_runs;
INSERT INTO annotations SELECT * FROM kept_annotations;
DELETE FROM sqlite_sequence WHERE name IN ('check_suites', 'check_runs', 'annotations');
INSERT INTO sqlite_sequence (name, seq) SELECT name, seq FROM kept_numbers;
DROP TABLE kept_suites;
DROP TABLE kept_runs;
DROP TABLE kept_annotations;
DROP TABLE kept_numbers;

-- Names of environments are the same in any case.
CREATE TABLE environments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  name TEXT NOT NULL COLLATE NOCASE,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (repository_id, name)
);

CREATE TABLE deployments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  sha TEXT NOT NULL,
  ref TEXT NOT NULL,
  task TEXT NOT NULL,
  payload JSON NOT NULL,
  -- A status may rename it; the first name stays beside it.
  environment TEXT NOT NULL COLLATE NOCASE,
  original_environment TEXT NOT NULL,
  description TEXT,
  is_transient BOOLEAN NOT NULL,
  is_production BOOLEAN NOT NULL,
  creator_id INTEGER NOT NULL REFERENCES accounts,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE INDEX deployments_of_repository ON deployments (repository_id, id);

CREATE TABLE deployment_statuses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  deployment_id INTEGER NOT NULL REFERENCES deployments ON DELETE CASCADE,
  state TEXT NOT NULL,
  description TEXT NOT NULL,
  environment TEXT NOT NULL,
  environment_url TEXT NOT NULL,
  log_url TEXT NOT NULL,
  creator_id INTEGER NOT NULL REFERENCES accounts,
  created_at TEXT NOT NULL
);
CREATE INDEX statuses_of_deployment ON deployment_statuses (deployment_id, id);

CREATE TABLE commit_comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  sha TEXT NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts,
  body TEXT NOT NULL,
  path TEXT,
  position INTEGER,
  line INTEGER,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE INDEX comments_of_commit ON commit_comments (repository_id, sha);

INSERT INTO sqlite_sequence (name, seq) VALUES
  ('environments', 8100401300), ('deployments', 3300001400), ('deployment_statuses', 4300001500),
  ('commit_comments', 171001600);
