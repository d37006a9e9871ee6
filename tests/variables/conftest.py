"""A database of each kind, and variables behind a key."""

import pytest

from engine.store.database import Database
from engine.variables.variables import Variables
from tests.databases import Databases
from tests.variables.scenes import a_vault


@pytest.fixture
def database(databases: Databases) -> Database:
    return databases.shared()


@pytest.fixture
def variables() -> Variables:
    return Variables(a_vault())
