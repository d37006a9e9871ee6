"""What recovery asks of SQL, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from engine.domain.event import Repository, RepositoryName
from engine.recovery import known
from engine.recovery.vacuum import Vacuum
from engine.settings import Intervals
from engine.store import history_schema, inbox, installations, meta, missed, previews, repositories, schema
from engine.store.database import Database
from engine.store.missed import MissedDelivery
from engine.store.port import Delivery
from tests.databases import Databases

SHOP = Repository(3, "acme/shop", "main", private=True, clone_url="")
NOW = 1_790_000_000.0


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    """One that knows a repository with a preview."""
    made = databases.shared()
    with made.write() as connection:
        meta.make_instance(connection)
        repositories.record(connection, 7, SHOP, NOW)
        previews.ensure(
            connection, installation_id=7, repository_id=3, full_name="acme/shop", number=1, access="private", now=NOW
        )
    yield made


def test_a_repository_told_again_is_brought_up_to_date_and_moves(database: Database) -> None:
    with database.write() as connection:
        repositories.record(connection, 8, Repository(3, "globex/shop", "trunk", False, ""), NOW)
        found = repositories.by_id(connection, 3)
        moved = connection.execute(select(schema.previews.c.installation_id)).scalars().all()
        owners = {each.id: each.account for each in installations.every(connection)}
    assert found is not None
    assert (found.installation_id, found.full_name, found.private) == (8, "globex/shop", False)
    assert moved == [8]
    assert owners == {7: "acme", 8: "globex"}


def test_a_repository_that_was_removed_is_taken_over_once(database: Database) -> None:
    named = RepositoryName(3, "acme/shop")
    with database.write() as connection:
        repositories.remove(connection, 3, "the repository was archived", NOW)
        repositories.remove(connection, 3, "told twice", NOW)
        assert repositories.why_removed(connection, 3) == "the repository was archived"
        assert repositories.take_over(connection, named, 7, NOW + 5)
        assert not repositories.take_over(connection, named, 7, NOW + 9)
        assert repositories.covered_since(connection, 3) == NOW + 5


def test_missed_deliveries_are_claimed_oldest_first_and_each_by_one(database: Database) -> None:
    found = [MissedDelivery(f"guid-{number}", number, "push", NOW - number) for number in (1, 2, 3)]
    with database.write() as connection:
        assert missed.unknown(connection, found) == found
        missed.note(connection, found)
        assert missed.unknown(connection, found) == []
        claimed = [missed.claim(connection, NOW, 60) for _ in range(4)]
    assert [each and each.guid for each in claimed] == ["guid-3", "guid-2", "guid-1", None]


def test_missed_deliveries_that_came_after_all_are_forgotten(database: Database) -> None:
    with database.write() as connection:
        missed.note(connection, [MissedDelivery("late", 1, "push", NOW), MissedDelivery("lost", 2, "push", NOW)])
        inbox.take(connection, [Delivery("gh:late", "github", "push", b"{}", 7)])
        missed.drop_taken(connection)
        assert missed.waiting(connection) == 1


def test_a_newer_attempt_of_what_was_given_up_is_due_at_once(database: Database) -> None:
    with database.write() as connection:
        missed.note(connection, [MissedDelivery("lost", 1, "push", NOW)])
        missed.put_off(connection, "lost", NOW + 3600, "GitHub answered 404", given_up=True)
        missed.note(connection, [MissedDelivery("lost", 1, "push", NOW)])
        assert not missed.any_due(connection, NOW)
        missed.note(connection, [MissedDelivery("lost", 2, "push", NOW)])
        assert missed.any_due(connection, NOW)


def test_what_is_open_is_known(database: Database) -> None:
    pull = {
        "repository_id": 3,
        "title": "",
        "author": "",
        "head_sha": "a" * 40,
        "head_ref": "",
        "base_ref": "",
        "fork": False,
        "draft": False,
        "head_received_at": NOW,
    }
    rows = [
        pull | {"number": 1, "open": False},
        pull | {"number": 2, "open": True},
        pull | {"number": 3, "open": False},
    ]
    with database.write() as connection:
        connection.execute(insert(schema.pull_requests), rows)
        assert known.with_something_open(connection) == {3}
        assert sorted(known.pull_requests_of(connection, 3, [])) == [1, 2], "one has a preview, one is open"
        assert sorted(known.pull_requests_of(connection, 3, [3, 4])) == [1, 2, 3]
        assert not known.is_being_read(connection, 3)


def test_every_rule_of_the_vacuum_works(database: Database, tmp_path: Path) -> None:
    with database.write() as connection:
        inbox.take(connection, [Delivery(f"gh:{number}", "github", "push", b"{}", 7) for number in range(50)])
        connection.execute(insert(schema.creations), [{"installation_id": 7, "at": 0.0} for _ in range(450)])
        connection.execute(schema.jobs.update().values(state="done", finished_at=0.0))
        connection.execute(schema.inbox.update().values(state="handled", received_at=0.0))
        connection.execute(schema.previews.update().values(life="removed"))
        connection.execute(history_schema.timeline.update().values(at=0.0))
    Vacuum(database, Intervals(), tmp_path, lambda: NOW, lambda _seconds: None).beat()
    with database.read() as connection:
        for table in (schema.inbox, schema.creations, schema.jobs, history_schema.timeline):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0, table.name
        assert connection.execute(select(func.count()).select_from(schema.previews)).scalar_one() == 1
