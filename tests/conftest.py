"""What tests of several rooms share: databases of each kind, and what the playgrounds write down."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases, PostgresDatabases, SqliteDatabases, migrate
from tests.postgres import RunningPostgres, running_postgres
from tests.statements import share_statements

#: Folders whose tests start the whole house, or wait for processes.
LONG = frozenset({"stories", "browser", "cli", "worker"})


def pytest_configure(config: pytest.Config) -> None:
    """Every playground of this session writes down what is asked, answered and sent, for `tests/published`."""
    share_statements()
    if "PLAYGROUND_RECORD" not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="slipway-recorded-")
        config.add_cleanup(folder.cleanup)
        config.add_cleanup(lambda: os.unsetenv("PLAYGROUND_RECORD"))
        os.environ["PLAYGROUND_RECORD"] = str(Path(folder.name) / "recorded.jsonl")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """While a session's processes have tests to run, a file of each says so: the recording is judged after the last."""
    here = workplace(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    here.touch()
    outcome = yield
    if nextitem is None:
        here.unlink(missing_ok=True)
    return outcome


def workplace(name: str) -> Path:
    """The file that is there while the session's process of that name has tests to run."""
    return Path(os.environ["PLAYGROUND_RECORD"]).parent / f"{name}.busy"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that nobody waits for it at the end. What judges the recording comes last."""
    items.sort(key=lambda item: (item.path.name == "test_recorded.py", item.path.parent.name not in LONG))


@pytest.fixture(scope="session")
def postgres() -> Iterator[RunningPostgres]:
    """One server for the tests that don't kill it."""
    with running_postgres() as server:
        PostgresDatabases.furnish(server)
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_databases(sqlite_template: Path, tmp_path: Path) -> Iterator[Databases]:
    """Files."""
    databases = SqliteDatabases(tmp_path, sqlite_template)
    yield databases
    databases.close()


@pytest.fixture
def postgres_databases(postgres: RunningPostgres) -> Iterator[Databases]:
    """Databases of the session's server."""
    databases = PostgresDatabases(postgres)
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Databases of each kind."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    return made
