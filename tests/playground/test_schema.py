"""A data folder of an earlier version keeps what is in it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from playground.database import SCHEMA, Database

NOW = "2026-11-20T10:00:00Z"
ROWS = f"""
INSERT INTO accounts (login, type, name, email, created_at) VALUES ('acme', 'Organization', 'Acme', 'a@x', '{NOW}');
INSERT INTO repositories (owner_id, name, private, default_branch, created_at, updated_at, pushed_at)
  SELECT id, 'shop', 1, 'main', '{NOW}', '{NOW}', '{NOW}' FROM accounts;
INSERT INTO check_suites (repository_id, head_sha, created_at) SELECT id, 'abc', '{NOW}' FROM repositories;
INSERT INTO check_runs (suite_id, repository_id, head_sha, name, status, actions, updated_at)
  SELECT id, repository_id, 'abc', 'slipway', 'queued', '[]', '{NOW}' FROM check_suites;
INSERT INTO annotations (check_run_id, fields) SELECT id, '{{}}' FROM check_runs;
"""


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Database]:
    """A database of the second version with a check run in it, opened by today's code."""
    path = tmp_path / "github.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("\n".join(step.read_text() for step in SCHEMA[:2]) + ROWS + "PRAGMA user_version = 2;")
    opened = Database(path)
    yield opened
    opened.close()


def test_check_runs_stay_and_are_ours(older: Database) -> None:
    found = "SELECT s.app FROM check_suites s JOIN check_runs r ON r.suite_id = s.id JOIN annotations a ON "
    assert older.scalar(found + "a.check_run_id = r.id") == "slipway"


def test_numbers_go_on_where_they_were(older: Database) -> None:
    suite = older.scalar("SELECT id FROM check_suites")
    assert suite > 2**31
    repository = older.scalar("SELECT id FROM repositories")
    values = {"head_sha": "abc", "app": "gardener", "created_at": NOW}
    assert older.insert("check_suites", repository_id=repository, **values) == suite + 1


def test_rows_still_hang_together(older: Database) -> None:
    assert older.scalar("PRAGMA foreign_key_check") is None
    assert older.scalar("SELECT count(*) FROM deployments") == 0
