"""A Slack for all tests of messages, and an office for each."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.reports_slack.office import Office
from tests.reports_slack.slack import Slack, a_slack


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A Slack in which nothing was said."""
    with a_slack() as found:
        yield found


@pytest.fixture
def office(databases: Databases, slack: Slack) -> Iterator[Office]:
    """A project and a workspace, on each kind of database."""
    database = databases.shared()
    found = Office(database, slack)
    yield found
    found.close()
    database.close()


@pytest.fixture
def quick_office(sqlite_databases: Databases, slack: Slack) -> Iterator[Office]:
    """The same in a file, for what is about words."""
    database = sqlite_databases.shared()
    found = Office(database, slack)
    yield found
    found.close()
    database.close()
