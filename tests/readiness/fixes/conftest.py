"""A rig over a shared database."""

from pathlib import Path

import pytest

from tests.databases import Databases
from tests.readiness.fixes.rig import Rig


@pytest.fixture
def rig(sqlite_databases: Databases, tmp_path: Path) -> Rig:
    return Rig(tmp_path, sqlite_databases.shared())
