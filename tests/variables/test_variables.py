"""Variables: one version for each change, secrets that nobody reads back, old versions byte for byte."""

import pytest

from engine.errors import Refusal
from engine.reasons import Reason
from engine.settings import Secret
from engine.store.database import Database
from engine.variables.variables import Variables
from engine.variables.vault import Vault
from tests.variables.scenes import NOW, a_value, an_environment, set_in

BYTES = "line one\nlíne two\r\n\t'\"\\ %2F 🔑 "


def test_what_is_set_comes_back_byte_for_byte(database: Database, variables: Variables) -> None:
    environment = set_in(database, variables, a_value("KEY", BYTES), a_value("EMPTY", ""))
    with database.read() as connection:
        found = variables.at(connection, environment.id, environment.variables_version)
    assert found == {"KEY": Secret(BYTES), "EMPTY": Secret("")}


def test_a_change_is_one_version_however_many_keys_it_sets(database: Database, variables: Variables) -> None:
    assert set_in(database, variables, a_value("A", "1"), a_value("B", "2")).variables_version == 1
    assert set_in(database, variables, a_value("A", "3")).variables_version == 2


def test_setting_what_is_set_changes_nothing(database: Database, variables: Variables) -> None:
    set_in(database, variables, a_value("A", "1"))
    assert set_in(database, variables, a_value("A", "1")).variables_version == 1
    assert set_in(database, variables, a_value("A", "1", secret=False)).variables_version == 2


def test_an_old_version_stays_as_it_was(database: Database, variables: Variables) -> None:
    set_in(database, variables, a_value("A", "old"), a_value("B", "2"))
    environment = set_in(database, variables, a_value("A", "new"), a_value("C", "3"))
    with database.write() as connection:
        assert variables.unset(connection, environment, "B", "ada", NOW) == 3
        at = [variables.at(connection, environment.id, version) for version in range(4)]
    assert [{key: value.reveal() for key, value in each.items()} for each in at] == [
        {},
        {"A": "old", "B": "2"},
        {"A": "new", "B": "2", "C": "3"},
        {"A": "new", "C": "3"},
    ]


def test_the_keys_that_changed_between_two_versions_are_named(database: Database, variables: Variables) -> None:
    set_in(database, variables, a_value("SAME", "1"), a_value("BACK", "1"), a_value("GONE", "1"))
    set_in(database, variables, a_value("BACK", "2"), a_value("NEW", "1"))
    environment = set_in(database, variables, a_value("BACK", "1"))
    with database.write() as connection:
        last = variables.unset(connection, environment, "GONE", "ada", NOW)
        assert variables.changed(connection, environment.id, 1, 2) == ("BACK", "NEW")
        assert variables.changed(connection, environment.id, 1, last) == ("GONE", "NEW")
        assert variables.changed(connection, environment.id, last, last) == ()


def test_a_listing_shows_plain_values_and_never_a_secret(database: Database, variables: Variables) -> None:
    environment = set_in(database, variables, a_value("PLAIN", "shown", secret=False), a_value("TOKEN", "hidden"))
    with database.read() as connection:
        shown = variables.listing(connection, environment.id)
    assert [(each.key, each.value, each.is_secret, each.set_by) for each in shown] == [
        ("PLAIN", "shown", False, "ada"),
        ("TOKEN", "", True, "ada"),
    ]
    assert "hidden" not in repr(shown)


def test_only_secrets_are_to_be_hidden(database: Database, variables: Variables) -> None:
    environment = set_in(database, variables, a_value("MODE", "production", secret=False), a_value("TOKEN", "hidden"))
    with database.read() as connection:
        bundle = variables.bundle(connection, environment.id, 1)
    assert bundle.hidden == (Secret("hidden"),)
    assert "hidden" not in repr(bundle).replace("hidden=", "")


def test_a_guard_stays_until_its_key_is_unset(database: Database, variables: Variables) -> None:
    set_in(database, variables, a_value("URL", "one", guard=True))
    environment = set_in(database, variables, a_value("URL", "two"))
    with database.write() as connection:
        assert [each.guard for each in variables.listing(connection, environment.id)] == [True]
        variables.unset(connection, environment, "URL", "ada", NOW)
        variables.set(connection, environment, [a_value("URL", "two")], "ada", NOW)
        assert [each.guard for each in variables.listing(connection, environment.id)] == [False]


def test_unsetting_what_is_not_set_is_refused(database: Database, variables: Variables) -> None:
    with database.write() as connection, pytest.raises(Refusal) as refused:
        variables.unset(connection, an_environment(connection), "NOPE", "ada", NOW)
    assert refused.value.reason is Reason.NO_SUCH_VARIABLE


def test_without_a_key_nothing_is_set_and_the_way_to_one_is_said(database: Database) -> None:
    with pytest.raises(Refusal, match="slipway admin new-key") as refused:
        set_in(database, Variables(Vault([])), a_value("A", "1"))
    assert refused.value.reason is Reason.NO_SECRET_KEY


def test_environments_share_nothing(database: Database, variables: Variables) -> None:
    set_in(database, variables, a_value("A", "production's"))
    staging = set_in(database, variables, a_value("B", "staging's"), name="staging")
    with database.read() as connection:
        assert list(variables.at(connection, staging.id, 1)) == ["B"]


def test_what_is_wrong_is_told_at_once_and_nothing_is_set(database: Database, variables: Variables) -> None:
    wrong = [a_value("1ST", "x"), a_value("PORT", "x"), a_value("BIG", "secret" * 20_000), a_value("NUL", "a\0b")]
    with pytest.raises(Refusal) as refused:
        set_in(database, variables, a_value("FINE", "x"), *wrong)
    for words in ("'1ST'", "PORT is set by Slipway", "BIG: its value takes", "NUL: its value has a NUL"):
        assert words in str(refused.value)
    assert "secretsecret" not in str(refused.value)
    with database.read() as connection:
        assert variables.vault.has_keys
        assert connection.exec_driver_sql("SELECT count(*) FROM secrets").scalar_one() == 0
