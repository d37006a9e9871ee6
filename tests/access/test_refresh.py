"""Sessions, tokens and streams in SQL: each value is good once it is made, and dead once it was exchanged."""

import pytest

from engine.access import sessions, tokens
from engine.access.sessions import SessionKind
from engine.access.tokens import Scope
from engine.domain.event import Person
from engine.store.database import Database
from tests.databases import Databases

READER = Person(11, "reader")


@pytest.fixture
def database(databases: Databases) -> Database:
    return databases.shared()


def test_a_session_is_exchanged_once(database: Database) -> None:
    with database.write() as connection:
        old = sessions.start(connection, SessionKind.BOT, READER, seconds=100, now=0)
        first = sessions.refresh(connection, old, seconds=100, now=50)
        assert first is not None
        assert first.expires_at == 150
        assert sessions.refresh(connection, old, seconds=100, now=50) is None
        assert sessions.find(connection, SessionKind.BOT, old, now=50) is None
        found = sessions.find(connection, SessionKind.BOT, first.token, now=149)
    assert found is not None
    assert (found.login, found.github_id) == ("reader", 11)


def test_a_session_that_is_over_is_not_brought_back(database: Database) -> None:
    with database.write() as connection:
        old = sessions.start(connection, SessionKind.BOT, READER, seconds=100, now=0)
        assert sessions.refresh(connection, old, seconds=100, now=100) is None


def test_a_visit_is_not_exchanged_for_a_session(database: Database) -> None:
    with database.write() as connection:
        visit = sessions.start(connection, SessionKind.VISIT, READER, label="pr-1", seconds=100, now=0)
        assert sessions.refresh(connection, visit, seconds=100, now=1) is None


def test_a_token_keeps_its_lifetime_over_many_exchanges(database: Database) -> None:
    with database.write() as connection:
        token = tokens.mint(connection, "reader", (Scope.READ,), 100, 0)
        for round_ in range(1, 4):
            renewed = tokens.refresh(connection, token, round_ * 60)
            assert renewed is not None
            assert renewed.expires_at == round_ * 60 + 100
            token = renewed.token
        holder = tokens.who(connection, token, 279)
    assert holder is not None
    assert holder.scopes == {Scope.READ}


def test_a_token_made_for_longer_than_a_year_is_not_cut(database: Database) -> None:
    long = 2 * tokens.LONGEST
    with database.write() as connection:
        token = tokens.mint(connection, "reader", (Scope.READ,), long, 0)
        renewed = tokens.refresh(connection, token, 10)
    assert renewed is not None
    assert renewed.expires_at == long


def test_a_stream_is_entered_once_by_its_own_token(database: Database) -> None:
    with database.write() as connection:
        token = sessions.open_stream(connection, "reader", subject="dep_1", seconds=60, now=0)
        assert sessions.enter_stream(connection, token, subject="dep_2", now=1) == ""
        assert sessions.enter_stream(connection, token, subject="dep_1", now=60) == ""
        assert sessions.enter_stream(connection, token, subject="dep_1", now=59) == "reader"
        assert sessions.enter_stream(connection, token, subject="dep_1", now=59) == ""
