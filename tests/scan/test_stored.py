"""The same commit is scanned once, while that says all and is young."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.forge.port import RepositoryRef
from engine.scan.result import ScanResult
from engine.scan.scanner import Scanner
from engine.scan.stored import StoredScans, scan_from_json, scan_json
from engine.store import scans
from engine.store.database import Database
from tests.databases import Databases
from tests.scan.osv_server import OsvServer
from tests.scan.trees import ScanTree, a_tree, an_aws_key

SHOP = RepositoryRef(1, 7, "acme/shop")
SHA = "a" * 40
OPEN = {"requirements.txt": "flask\n"}


class Clock:
    """Unix seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Fetched:
    """Counts how often the files are fetched."""

    def __init__(self, files: dict[str, str]) -> None:
        self.tree = a_tree(files)
        self.times = 0

    def __call__(self) -> ScanTree:
        self.times += 1
        return self.tree


@pytest.fixture
def database(databases: Databases) -> Database:
    return databases.shared()


@pytest.fixture
def stored(database: Database, osv_server: OsvServer, tmp_path: Path) -> StoredScans:
    return StoredScans(database, Scanner(osv_server.url, tmp_path), 600.0, Clock())


def clock_of(stored: StoredScans) -> Clock:
    clock: Callable[[], float] = stored.clock
    assert isinstance(clock, Clock)
    return clock


def test_a_commit_is_scanned_once(stored: StoredScans) -> None:
    fetched = Fetched({"app.py": f"KEY = '{an_aws_key()}'\n"})
    first, second = (stored.scan_of(SHOP, SHA, fetched) for _ in range(2))
    assert (fetched.times, first) == (1, second)
    assert len(first.findings) == 1


def test_one_that_could_not_say_all_is_scanned_again(stored: StoredScans) -> None:
    fetched = Fetched(OPEN)
    assert stored.scan_of(SHOP, SHA, fetched) == stored.scan_of(SHOP, SHA, fetched)
    assert fetched.times == 2


def test_an_old_one_is_scanned_again(stored: StoredScans) -> None:
    fetched = Fetched({})
    stored.scan_of(SHOP, SHA, fetched)
    clock_of(stored).now += 600
    stored.scan_of(SHOP, SHA, fetched, age=1000)
    assert fetched.times == 1
    stored.scan_of(SHOP, SHA, fetched)
    assert fetched.times == 2


def test_commits_of_others_are_not_mine(stored: StoredScans) -> None:
    fetched = Fetched({})
    stored.scan_of(SHOP, SHA, fetched)
    stored.scan_of(RepositoryRef(2, 8, "other/shop"), SHA, fetched)
    stored.scan_of(SHOP, "b" * 40, fetched)
    assert fetched.times == 3


def test_no_secret_is_stored(stored: StoredScans, database: Database) -> None:
    stored.scan_of(SHOP, SHA, Fetched({"app.py": f"KEY = '{an_aws_key()}'\n"}))
    with database.read() as connection:
        row = scans.of_commit(connection, SHOP.id, SHA)
    assert row is not None
    assert "AWS access key" in row.result
    assert an_aws_key()[:12] not in row.result


def test_the_same_scan_is_the_same_text(stored: StoredScans) -> None:
    result = stored.scan_of(
        SHOP, SHA, Fetched(OPEN | {"app.py": f"KEY = '{an_aws_key()}'\n", "\udcff.py": "exec(x)\n"})
    )
    text = scan_json(result)
    again: ScanResult = scan_from_json(text)
    assert (again, scan_json(again)) == (result, text)
