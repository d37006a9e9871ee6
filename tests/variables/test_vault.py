"""The vault: what is sealed for one row opens in no other, and with no other key (fault D10)."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, select, text, update

from engine.reasons import Reason
from engine.settings import Secret
from engine.store.database import Database
from engine.store.deploy_schema import secrets
from engine.store.schema import metadata
from engine.variables.variables import Variables
from engine.variables.vault import Identity, Unreadable, Vault, fingerprint, new_key
from tests.variables.scenes import a_value, a_vault, set_in

ROW = Identity("env_1", "KEY", 3, is_secret=True, guard=False)


def test_what_is_sealed_opens_again() -> None:
    vault = a_vault()
    assert vault.open(ROW, vault.seal(ROW, Secret("välue"))) == Secret("välue")


@pytest.mark.parametrize(
    "other",
    [
        replace(ROW, environment_id="env_2"),
        replace(ROW, key="OTHER"),
        replace(ROW, version=4),
        replace(ROW, is_secret=False),
        replace(ROW, guard=True),
    ],
)
def test_it_opens_in_no_other_row(other: Identity) -> None:
    vault = a_vault()
    with pytest.raises(Unreadable, match="it was sealed for another"):
        vault.open(other, vault.seal(ROW, Secret("x")))


def test_it_opens_with_no_other_key() -> None:
    with pytest.raises(Unreadable, match="none of the keys in SECRET_KEYS") as refused:
        a_vault().open(ROW, a_vault().seal(ROW, Secret("x")))
    assert refused.value.reason is Reason.UNREADABLE_VALUE


def test_an_older_key_still_opens() -> None:
    old, new = new_key(), new_key()
    sealed = Vault([old]).seal(ROW, Secret("x"))
    assert Vault([new, old]).open(ROW, sealed) == Secret("x")
    assert not Vault([new, old]).is_newest(sealed)
    assert Vault([old]).is_newest(sealed)


def test_a_fingerprint_tells_keys_apart_and_no_more() -> None:
    key = new_key()
    assert fingerprint(key) == fingerprint(key) != fingerprint(new_key())
    assert fingerprint(key) not in key.reveal()


def test_a_dump_of_the_database_holds_no_value(database: Database, variables: Variables) -> None:
    set_in(database, variables, a_value("TOKEN", "canary-one"), a_value("PLAIN", "canary-two", secret=False))
    with database.read() as connection:
        told = "".join(
            repr(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )
    assert "TOKEN" in told
    assert "canary" not in told


def test_ciphertexts_that_were_swapped_are_refused(database: Database, variables: Variables) -> None:
    environment = set_in(database, variables, a_value("A", "one"), a_value("B", "two"))
    with database.write() as connection:
        one, two = (_sealed(connection, key) for key in "AB")
        for key, sealed in (("A", two), ("B", one)):
            connection.execute(update(secrets).where(secrets.c.key == key).values(sealed=sealed))
    with database.read() as connection, pytest.raises(Unreadable, match="sealed for another key"):
        variables.at(connection, environment.id, 1)


def test_a_secret_that_was_made_plain_in_the_database_is_not_shown(database: Database, variables: Variables) -> None:
    environment = set_in(database, variables, a_value("A", "canary"))
    with database.write() as connection:
        connection.execute(text("UPDATE secrets SET is_secret = false"))
        [shown] = variables.listing(connection, environment.id)
    assert (shown.value, "sealed for another" in shown.problem) == ("", True)


def test_another_key_opens_nothing_and_says_which_variable(database: Database, variables: Variables) -> None:
    environment = set_in(database, variables, a_value("TOKEN", "canary"), a_value("PLAIN", "x", secret=False))
    stranger = Variables(a_vault())
    with database.read() as connection:
        with pytest.raises(Unreadable, match=f"opening the variable PLAIN of {environment.id}, version 1"):
            stranger.at(connection, environment.id, 1)
        shown = stranger.listing(connection, environment.id)
    assert [(each.key, each.value, bool(each.problem)) for each in shown] == [
        ("PLAIN", "", True),
        ("TOKEN", "", False),
    ]


def test_what_nobody_can_open_can_be_set_anew(database: Database, variables: Variables) -> None:
    set_in(database, variables, a_value("TOKEN", "lost"))
    later = Variables(a_vault())
    environment = set_in(database, later, a_value("TOKEN", "found"))
    with database.read() as connection:
        assert later.at(connection, environment.id, 2) == {"TOKEN": Secret("found")}


def _sealed(connection: Connection, key: str) -> bytes:
    return bytes(connection.execute(select(secrets.c.sealed).where(secrets.c.key == key)).scalar_one())
