"""One repository's files keep no other from being scanned, and hide nothing of their own."""

import pytest

from engine.readiness.patience import TooLong
from engine.scan import secret_reader
from engine.scan.locks.pin import NPM, Pin
from engine.scan.locks.table import known
from engine.scan.osv import BATCH, Away, Osv
from engine.scan.osv_memory import OsvMemory
from engine.scan.secret_reader import all_of
from tests.scan.osv_server import OsvServer
from tests.scan.trees import a_tree, an_aws_key

ODD = ("../../etc/passwd", "a b", "a\\nb", "x" * 300, "\\u202ea", "é")


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_package_isnt_asked_of_osv(name: str) -> None:
    of, good = f'"node_modules/{name}": {{"version": "1.0.0"}}', '"node_modules/b": {"version": "2.0.0"}'
    lock = f'{{"packages": {{{of}, {good}}}}}'
    found = known(a_tree({"package-lock.json": lock}))
    assert [pin.name for pin in found.pins] == ["b"]
    assert found.open == ("package-lock.json names what is no package",)


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_a_question_that_osv_refuses_is_no_outage(osv_server: OsvServer, tmp_path: object, status: int) -> None:
    memory = OsvMemory(tmp_path, lambda: 1000.0)  # type: ignore[arg-type]
    osv_server.status = status
    with pytest.raises(Away, match=f"OSV answered with {status}"):
        Osv(osv_server.url, memory).vulnerabilities([Pin(NPM, "a", "1.0.0", "x")])
    assert memory.why_away() == ""


def test_a_long_question_that_takes_too_long_is_no_outage(osv_server: OsvServer, tmp_path: object) -> None:
    memory = OsvMemory(tmp_path, lambda: 1000.0)  # type: ignore[arg-type]
    osv_server.open.clear()
    several = [Pin(NPM, f"a{number}", "1.0.0", "x") for number in range(BATCH + 1)]
    with pytest.raises(Away, match="in time"):
        Osv(osv_server.url, memory, seconds=0.2).vulnerabilities(several)
    assert memory.why_away() == ""


def test_what_was_found_before_a_file_took_too_long_is_told() -> None:
    def interrupted(name: str, text: str) -> object:
        yield from secret_reader.read(name, text)
        raise TooLong

    found = all_of("00000.py", f"key = '{an_aws_key()}'\n", interrupted)  # type: ignore[arg-type]
    assert [each.get("kind", "slow") for each in found] == ["AWS access key", "slow"]


def test_long_lines_of_lock_files_are_not_read() -> None:
    lock = "lockfileVersion: 5\n\npackages:\n\n  @a/a/1.1." + "1" * 100_000 + "\n"
    assert known(a_tree({"pnpm-lock.yaml": lock})).open == ("pnpm-lock.yaml has lines that no tool wrote",)
    blanks = "a" + (" " * 1000 + "\\\n") * 200 + "b\n"
    assert known(a_tree({"requirements.txt": blanks})).open == ("requirements.txt does not pin a",)
