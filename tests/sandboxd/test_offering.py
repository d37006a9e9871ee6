"""A process that offers itself where memory runs short is known by that."""

import subprocess

import pytest

from engine.pipeline.revision import FIRST_TO_GO
from tests.wakeups.waiting import wait_until
from worker.sandboxd.processes import offers_itself


def test_what_is_dispensable_offers_itself_and_nothing_else_does() -> None:
    plain = ("sleep", "60")
    with subprocess.Popen(plain) as one, subprocess.Popen((*FIRST_TO_GO, *plain)) as other:
        try:
            wait_until(lambda: offers_itself(other.pid), "it has offered itself")
            assert not offers_itself(one.pid)
        finally:
            one.kill()
            other.kill()


@pytest.mark.parametrize("code", [0, 3])
def test_its_command_ends_as_it_would_otherwise(code: int) -> None:
    command = (*FIRST_TO_GO, "sh", "-c", f"echo $0 $1; exit {code}", "a b", "c")
    ended = subprocess.run(command, check=False, capture_output=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, b"a b c\n", b"")


def test_what_is_gone_offers_nothing() -> None:
    assert not offers_itself(1 << 30)
