"""`slipway admin`, and how the command speaks of errors."""

import time
from pathlib import Path

import pytest

from cli.admin import scopes_of
from engine.access import tokens
from engine.access.tokens import Scope
from engine.errors import ConfigurationError
from engine.store.database import Database
from tests.cli.running import slipway


def test_migrate_then_token_gives_a_token_that_works(tmp_path: Path) -> None:
    assert slipway("admin", "migrate", data_dir=tmp_path).returncode == 0
    minted = slipway("admin", "token", "octocat", "--scopes", "read write", "--days", "2", data_dir=tmp_path)
    assert minted.returncode == 0, minted.stderr
    database = Database(f"sqlite:///{tmp_path}/slipway.sqlite3")
    with database.read() as connection:
        holder = tokens.who(connection, minted.stdout.strip(), time.time())
        later = tokens.who(connection, minted.stdout.strip(), time.time() + 3 * 86400)
    database.close()
    assert holder is not None
    assert (holder.login, holder.scopes) == ("octocat", frozenset(Scope))
    assert later is None


def test_a_token_needs_a_migrated_database(tmp_path: Path) -> None:
    refused = slipway("admin", "token", "octocat", data_dir=tmp_path)
    assert refused.returncode == 2
    assert "slipway admin migrate" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_wrong_settings_are_a_line_each_and_exit_2(tmp_path: Path) -> None:
    refused = slipway("admin", "migrate", data_dir=tmp_path, PORT="eighty", WORKERS="0")
    assert refused.returncode == 2
    assert [line.split(":")[0] for line in refused.stderr.splitlines()] == ["PORT", "WORKERS"]


@pytest.mark.parametrize("text", ["", "admin", "read,delete"])
def test_unknown_scopes_are_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="names no scope of ours"):
        scopes_of(text)


def test_the_help_lists_every_command(tmp_path: Path) -> None:
    said = slipway("--help", data_dir=tmp_path).stdout
    for name in ("up", "preview", "doctor", "admin"):
        assert f"\n  {name} " in said
