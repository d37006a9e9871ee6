"""`slipway admin`, and how the command speaks of errors."""

import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from cli.admin import scopes_of
from cli.up.instance import has_instance, load_instance
from engine.access import tokens
from engine.access.tokens import Scope
from engine.errors import ConfigurationError
from engine.settings import Secret
from engine.store.database import Database
from engine.variables import known_keys
from engine.variables.variables import Variables
from engine.variables.vault import Vault, new_key
from tests.cli.running import slipway
from tests.databases import furnish
from tests.variables.scenes import a_value, set_in


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


def migrated(folder: Path) -> None:
    """What `slipway admin migrate` leaves, of which the first test tells."""
    database = Database(f"sqlite:///{folder}/slipway.sqlite3")
    furnish(database)
    database.close()


def a_variable(folder: Path, value: str) -> str:
    """Sets one as a room of this data folder would; its environment's id."""
    database = Database(f"sqlite:///{folder}/slipway.sqlite3")
    keys = [Secret(key) for key in load_instance(folder).secret_keys.split(",")]
    environment = set_in(database, Variables(Vault(keys)), a_value("TOKEN", value))
    database.close()
    return environment.id


def test_keys_are_rotated_for_a_data_folder_and_the_old_one_is_forgotten(tmp_path: Path) -> None:
    migrated(tmp_path)
    before = load_instance(tmp_path).secret_keys
    environment_id = a_variable(tmp_path, "kept")
    assert slipway("admin", "new-key", "--keep", data_dir=tmp_path).returncode == 0
    done = slipway("admin", "rotate-keys", "--forget", data_dir=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "1/1 values are sealed with the newest key.")
    after = load_instance(tmp_path).secret_keys
    assert "," not in after
    assert after != before
    database = Database(f"sqlite:///{tmp_path}/slipway.sqlite3")
    with database.read() as connection:
        found = Variables(Vault([Secret(after)])).at(connection, environment_id, 1)
    database.close()
    assert found == {"TOKEN": Secret("kept")}


def test_a_new_key_is_shown_and_kept_nowhere(tmp_path: Path) -> None:
    made = slipway("admin", "new-key", data_dir=tmp_path)
    Fernet(made.stdout.strip())
    assert not has_instance(tmp_path)


def test_rotating_refuses_while_a_room_lacks_the_newest_key(tmp_path: Path) -> None:
    migrated(tmp_path)
    database = Database(f"sqlite:///{tmp_path}/slipway.sqlite3")
    known_keys.tell(database, "web", [new_key()])
    database.close()
    key = new_key().reveal()
    refused = slipway("admin", "rotate-keys", data_dir=tmp_path, SECRET_KEYS=key)
    assert (refused.returncode, "started without the newest key: web on" in refused.stderr) == (2, True)
    assert slipway("admin", "rotate-keys", "--although-unknown", data_dir=tmp_path, SECRET_KEYS=key).returncode == 0


def test_rotating_tells_what_it_could_not_open_and_ends_with_1(tmp_path: Path) -> None:
    migrated(tmp_path)
    load_instance(tmp_path)
    a_variable(tmp_path, "lost")
    (tmp_path / "instance.json").unlink()
    done = slipway("admin", "rotate-keys", data_dir=tmp_path, SECRET_KEYS=new_key().reveal())
    assert (done.returncode, "opening the variable TOKEN" in done.stderr) == (1, True)
    assert done.stdout == "0/1 values are sealed with the newest key.\n"


def test_without_any_key_rotating_says_how_to_make_one(tmp_path: Path) -> None:
    migrated(tmp_path)
    refused = slipway("admin", "rotate-keys", data_dir=tmp_path)
    assert (refused.returncode, "slipway admin new-key" in refused.stderr) == (2, True)
