"""What is asked of OSV, and what is made of good and bad answers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.scan.locks.pin import NPM, PYPI, Pin
from engine.scan.osv import Away, Osv
from engine.scan.osv_answers import Gravity
from engine.scan.osv_memory import AWAY, OsvMemory
from tests.scan.osv_server import OsvServer

FLASK = Pin(PYPI, "flask", "0.5", "requirements.txt")
LEFT_PAD = Pin(NPM, "left-pad", "1.0.0", "package-lock.json")


class Clock:
    """Unix seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def osv(osv_server: OsvServer, clock: Clock, tmp_path: Path) -> Osv:
    return Osv(osv_server.url, OsvMemory(tmp_path, clock))


def test_each_package_gets_its_own_vulnerabilities(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.knows("npm/left-pad/1.0.0", "GHSA-aaaa-bbbb-cccc", database_specific={"severity": "MODERATE"})
    found = osv.vulnerabilities([FLASK, LEFT_PAD])
    assert {place: [each.id for each in named] for place, named in found.by_pin.items()} == {1: ["GHSA-aaaa-bbbb-cccc"]}
    assert found.records["GHSA-aaaa-bbbb-cccc"].gravity is Gravity.MODERATE
    assert found.why == ""


def test_all_pages_are_read(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.page = 2
    for number in range(5):
        osv_server.knows("PyPI/flask/0.5", f"PYSEC-2020-{number}")
    assert len(osv.vulnerabilities([LEFT_PAD, FLASK]).by_pin[1]) == 5
    assert osv_server.batches == [2, 1, 1]


def test_no_more_than_a_thousand_are_asked_at_once(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.knows("PyPI/p1500/1.0", "PYSEC-1")
    pins = [Pin(PYPI, f"p{number}", "1.0", "uv.lock") for number in range(2100)]
    assert list(osv.vulnerabilities(pins).by_pin) == [1500]
    assert osv_server.batches == [1000, 1000, 100]


def test_what_is_known_of_one_is_asked_once(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.knows("PyPI/flask/0.5", "GHSA-1111-2222-3333")
    first, second = osv.vulnerabilities([FLASK]), osv.vulnerabilities([FLASK])
    assert osv_server.asked == ["GHSA-1111-2222-3333"]
    assert first == second


def test_what_was_changed_is_asked_again(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.knows("PyPI/flask/0.5", "GHSA-1111-2222-3333")
    osv.vulnerabilities([FLASK])
    osv_server.modified = "2026-02-02T00:00:00Z"
    osv.vulnerabilities([FLASK])
    assert osv_server.asked == ["GHSA-1111-2222-3333"] * 2


def test_a_record_that_is_missing_is_said(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.knows("PyPI/flask/0.5", "GHSA-1111-2222-3333")
    osv_server.records.clear()
    found = osv.vulnerabilities([FLASK])
    assert found.by_pin[0][0].id == "GHSA-1111-2222-3333"
    assert found.why == "OSV did not tell how grave 1 vulnerabilities are"


@pytest.mark.parametrize(
    "raw",
    [b"", b"<html>", b"[]", b"{}", b'{"results": []}', b'{"results": 3}', b'{"results": ["x"]}',
     b'{"results": [{"vulns": [{"id": "../../x"}]}]}', b'{"results": [{"vulns": {"id": "x"}}]}',
     b'{"results": [{"vulns": [{}]}]}', b'{"results": [{}, {}]}', b"[" * 100_000, b"\xff\xfe",
     b'{"results": [{"next_page_token": 5}]}'],
)  # fmt: skip
def test_nonsense_is_no_answer(osv: Osv, osv_server: OsvServer, raw: bytes) -> None:
    osv_server.raw = raw
    with pytest.raises(Away, match="can't be understood"):
        osv.vulnerabilities([FLASK])


def test_pages_without_end_are_no_answer(osv: Osv, osv_server: OsvServer) -> None:
    osv_server.raw = b'{"results": [{"next_page_token": "7"}]}'
    with pytest.raises(Away, match="its next page is the same one"):
        osv.vulnerabilities([FLASK])


@pytest.mark.parametrize("status", [302, 400, 429, 500, 503])
def test_a_refusal_is_no_answer(osv: Osv, osv_server: OsvServer, status: int) -> None:
    osv_server.status = status
    with pytest.raises(Away, match=f"OSV answered with {status}"):
        osv.vulnerabilities([FLASK])


def slow(server: OsvServer) -> None:
    server.open.clear()


def endless(server: OsvServer) -> None:
    server.drips = True


@pytest.mark.parametrize(("behave", "said"), [(slow, "in time"), (endless, "in time|larger than 16 MB")])
def test_nobody_waits_longer_than_said(
    osv_server: OsvServer, tmp_path: Path, behave: Callable[[OsvServer], None], said: str
) -> None:
    behave(osv_server)
    with pytest.raises(Away, match=said):
        Osv(osv_server.url, OsvMemory(tmp_path, Clock()), seconds=0.3).vulnerabilities([FLASK])


def test_one_that_is_away_is_not_asked_again_for_a_minute(osv: Osv, osv_server: OsvServer, clock: Clock) -> None:
    osv_server.status = 503
    for _ in range(3):
        with pytest.raises(Away):
            osv.vulnerabilities([FLASK])
    assert osv_server.batches == [1]
    clock.now += AWAY
    osv_server.status = 200
    assert osv.vulnerabilities([FLASK]).by_pin == {}


def test_its_outage_is_known_to_other_processes(osv_server: OsvServer, clock: Clock, tmp_path: Path) -> None:
    with pytest.raises(Away, match="can't be reached"):
        Osv("http://127.0.0.1:9", OsvMemory(tmp_path, clock)).vulnerabilities([FLASK])
    with pytest.raises(Away, match="asked less than a minute ago"):
        Osv(osv_server.url, OsvMemory(tmp_path, clock)).vulnerabilities([FLASK])
    assert osv_server.batches == []


@pytest.mark.parametrize("text", ["", "x", "[]", '[{"id": 3}]', "{}", "nan \x00", "9" * 999 + " x"])
def test_a_memory_that_is_broken_is_none(osv_server: OsvServer, clock: Clock, tmp_path: Path, text: str) -> None:
    osv_server.knows("PyPI/flask/0.5", "GHSA-1111-2222-3333")
    for name in ("osv-away", "osv-records.json"):
        (tmp_path / name).write_text(text)
    found = Osv(osv_server.url, OsvMemory(tmp_path, clock)).vulnerabilities([FLASK])
    assert list(found.records) == ["GHSA-1111-2222-3333"]


def test_a_memory_that_cant_be_written_costs_only_the_memory(osv_server: OsvServer, clock: Clock) -> None:
    found = Osv(osv_server.url, OsvMemory(Path("/dev/null/scan"), clock)).vulnerabilities([FLASK])
    assert found.by_pin == {}
