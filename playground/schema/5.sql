-- Branches onto which nobody pushes: changes come by pull requests alone. `settings` is what was asked for.
CREATE TABLE protected_branches (
  repository_id INTEGER NOT NULL REFERENCES repositories,
  branch TEXT NOT NULL,
  settings JSON NOT NULL,
  PRIMARY KEY (repository_id, branch)
);

-- What is said about lines of a pull request's difference.
CREATE TABLE review_comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository_id INTEGER NOT NULL REFERENCES repositories,
  number INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts,
  body TEXT NOT NULL,
  sha TEXT NOT NULL,
  path TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('LEFT', 'RIGHT')),
  line INTEGER NOT NULL,
  start_line INTEGER,
  diff_hunk TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE INDEX review_comments_of_pull ON review_comments (repository_id, number);

INSERT INTO sqlite_sequence (name, seq) VALUES ('review_comments', 2490001200);
