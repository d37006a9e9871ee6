"""One playground for all tests of reporters."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.forge.at_playground import AtPlayground, at_playground
from tests.reports.project import Project

#: All that any call of ours may use: more than `app.yml` asks for by the one that edits comments on commits.
EVERYTHING = "checks:write contents:write deployments:write issues:write metadata:read pull_requests:write"


@pytest.fixture(scope="session")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtPlayground]:
    """A GitHub with the App's way to it."""
    with at_playground(tmp_path_factory.mktemp("github"), app_permissions=EVERYTHING) as found:
        yield found


@pytest.fixture
def project(databases: Databases) -> Iterator[Project]:
    """A project that nothing was deployed of, on each kind of database."""
    database = databases.shared()
    yield Project(database)
    database.close()
