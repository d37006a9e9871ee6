"""What may be used once is used once, on each kind of database."""

from engine.access import sessions
from tests.databases import Databases


def test_a_state_is_spent_once(databases: Databases) -> None:
    database = databases.shared()
    with database.write() as connection:
        assert sessions.spend(connection, "state", seconds=60, now=1.0)
        assert not sessions.spend(connection, "state", seconds=60, now=2.0)
        assert sessions.spend(connection, "another", seconds=60, now=2.0)
