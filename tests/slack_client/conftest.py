"""One desk for each test."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.slack_client.desk import Desk, a_desk


@pytest.fixture
def desk(databases: Databases) -> Iterator[Desk]:
    """A sender with two workspaces, on each kind of database."""
    with a_desk(databases) as made:
        yield made
