"""Findings about dependencies: once each, as grave as they are, with the line and the version that mends them."""

from pathlib import Path

import pytest

from engine.scan import dependencies
from engine.scan.dependencies import first_after
from engine.scan.osv import Osv
from engine.scan.osv_memory import OsvMemory
from engine.scan.result import PartState, ScanFinding, ScanPart
from tests.scan.osv_server import OsvServer
from tests.scan.trees import a_tree

FILES = {"requirements.txt": "# web\nflask==3.1.0\njinja2==2.10\n"}
PACKAGE = "PyPI/jinja2/2.10"
HIGH = {"database_specific": {"severity": "HIGH"}}


@pytest.fixture
def osv(osv_server: OsvServer, tmp_path: Path) -> Osv:
    return Osv(osv_server.url, OsvMemory(tmp_path, lambda: 1000.0))


def scanned(osv: Osv, files: dict[str, str]) -> tuple[ScanPart, tuple[ScanFinding, ...]]:
    return dependencies.look(osv, a_tree(files))


def test_without_a_vulnerability_it_is_clean(osv: Osv) -> None:
    part, found = scanned(osv, FILES)
    assert (part.state, part.why, found) == (PartState.CLEAN, "", ())


def test_a_high_one_blocks_and_says_where_and_what_to_do(osv: Osv, osv_server: OsvServer) -> None:
    fixed = [{"package": {"ecosystem": "PyPI", "name": "Jinja2"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.10.1"}]}]}]  # fmt: skip # noqa: E501 - a record of OSV
    osv_server.knows(PACKAGE, "GHSA-462w-v97r-4m45", affected=fixed, **HIGH)
    part, (found,) = scanned(osv, FILES)
    assert part.state is PartState.FOUND
    assert (found.path, found.line, found.blocks) == ("requirements.txt", 3, True)
    assert found.message == "jinja2 2.10 has GHSA-462w-v97r-4m45 (high): About GHSA-462w-v97r-4m45. Mended in 2.10.1."
    assert found.key == "GHSA-462w-v97r-4m45|PyPI/jinja2"


@pytest.mark.parametrize(
    ("record", "blocks"),
    [
        ({"database_specific": {"severity": "CRITICAL"}}, True),
        ({"database_specific": {"severity": "MODERATE"}}, False),
        ({"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}, True),
        ({"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"}]}, False),
        ({"severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N"}]}, False),
        ({"severity": "bad", "affected": [3, {"package": 4}], "aliases": "no"}, False),
    ],
)
def test_it_blocks_by_its_gravity(osv: Osv, osv_server: OsvServer, record: dict[str, object], blocks: bool) -> None:
    osv_server.knows(PACKAGE, "PYSEC-2019-217", **record)
    _, (found,) = scanned(osv, FILES)
    assert found.blocks is blocks


def test_one_under_two_names_is_told_once(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.knows(PACKAGE, "PYSEC-2019-217", aliases=["CVE-2019-10906", "GHSA-462w-v97r-4m45"])
    osv_server.knows(PACKAGE, "GHSA-462w-v97r-4m45", aliases=["CVE-2019-10906"], **HIGH)
    osv_server.knows(PACKAGE, "PYSEC-2021-66", aliases=["CVE-2020-28493"])
    _, found = scanned(osv, FILES)
    assert [(each.id, each.blocks) for each in found] == [("GHSA-462w-v97r-4m45", True), ("PYSEC-2021-66", False)]


def test_what_was_withdrawn_is_not_told(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.knows(PACKAGE, "GHSA-462w-v97r-4m45", withdrawn="2020-01-01T00:00:00Z", **HIGH)
    assert scanned(osv, FILES)[1] == ()


def test_a_malicious_package_blocks(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.knows(PACKAGE, "MAL-2024-1")
    assert scanned(osv, FILES)[1][0].blocks


def test_what_is_found_beside_an_open_end_is_told_and_not_taken_for_all(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.knows(PACKAGE, "GHSA-462w-v97r-4m45", **HIGH)
    part, found = scanned(osv, {"requirements.txt": "flask\njinja2==2.10\n"})
    assert (part.state, part.why, len(found)) == (PartState.FOUND, "requirements.txt does not pin flask", 1)


@pytest.mark.parametrize("files", [{"requirements.txt": "flask\n"}, {"package.json": '{"dependencies": {"a": "1"}}'}])
def test_unpinned_is_never_clean_and_asks_nobody(osv: Osv, osv_server: OsvServer, files: dict[str, str]) -> None:
    part, _ = scanned(osv, files)
    assert part.state is PartState.INCONCLUSIVE
    assert part.why
    assert osv_server.batches == []


def test_an_osv_that_is_away_is_never_clean(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.status = 503
    part, found = scanned(osv, FILES)
    assert (part.state, part.why, found) == (PartState.INCONCLUSIVE, "OSV answered with 503", ())


def test_without_dependencies_there_is_nothing_to_ask(osv: Osv) -> None:
    assert scanned(osv, {"index.html": ""})[0].state is PartState.NOTHING


@pytest.mark.parametrize(
    ("fixed", "now", "expected"),
    [(["2.10.1", "3.0"], "2.10", "2.10.1"), (["1.9", "3.0"], "2.10", "3.0"), (["1.0"], "2.0", ""), ([], "1", "")],
)
def test_the_nearest_version_that_mends_it_is_named(fixed: list[str], now: str, expected: str) -> None:
    assert first_after(fixed, now) == expected
