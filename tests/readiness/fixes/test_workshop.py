"""A package manager runs in a sandbox of its own, reaches the registries alone, and leaves nothing behind."""

import base64
from pathlib import Path

import pytest

from engine.errors import Unreachable
from engine.readiness.fixes.fix import NotFixable
from engine.readiness.fixes.sandbox_workshop import FIX_KEY, FOLDER, LIFETIME, SandboxWorkshop
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.memory_programs import Call, Script
from engine.sandboxes.port import Finished, SandboxSpec

FILES = {"package.json": b"{}"}


def _answering(ended: Finished, said: str = "", wrote: bytes = b"lock\n") -> Script:
    """A package manager that says something, writes its lock file, and ends so."""

    def act(call: Call) -> Finished:
        if call.command.argv[0] == "base64":
            assert call.egress == ()
            call.say(base64.b64encode(wrote).decode())
            return Finished(0 if wrote else 1)
        assert call.files == {f"{FOLDER}/package.json": b"{}"}
        assert call.egress == ("packages.test",)
        call.say(said)
        return ended

    return act


def _run(sandboxes: MemorySandboxes) -> bytes:
    return SandboxWorkshop(sandboxes, "fix_1", "repository:7").run(("npm", "install"), FILES, "package-lock.json")


def test_what_it_wrote_comes_back_and_the_sandbox_is_gone(tmp_path: Path) -> None:
    sandboxes = MemorySandboxes(_answering(Finished(0), wrote=b"\xc3\xa4\n"), tmp_path)
    assert _run(sandboxes) == b"\xc3\xa4\n"
    assert sandboxes.living == {}


@pytest.mark.parametrize(
    ("ended", "said", "told"),
    [
        (Finished(1), "npm error notarget No matching version", "it ended with 1: npm error notarget"),
        (Finished(-1, timed_out=True), "", "took longer than"),
        (Finished(137, out_of_memory=True), "", "ran out of memory"),
    ],
)
def test_how_it_failed_is_told_and_the_sandbox_is_gone(tmp_path: Path, ended: Finished, said: str, told: str) -> None:
    sandboxes = MemorySandboxes(_answering(ended, said), tmp_path)
    with pytest.raises(NotFixable, match=told):
        _run(sandboxes)
    assert sandboxes.living == {}


def test_addresses_of_registries_are_told_to_nobody(tmp_path: Path) -> None:
    said = "error: request to https://user:pass@registry.internal/flask was refused"
    with pytest.raises(NotFixable) as caught:
        _run(MemorySandboxes(_answering(Finished(1), said), tmp_path))
    assert "registry.internal" not in str(caught.value)
    assert "the registry was refused" in str(caught.value)


def test_a_file_that_is_not_there_is_no_lock_file(tmp_path: Path) -> None:
    with pytest.raises(NotFixable, match="left no `package-lock"):
        _run(MemorySandboxes(_answering(Finished(0), wrote=b""), tmp_path))


def test_what_an_earlier_try_left_is_ended_first(tmp_path: Path) -> None:
    sandboxes = MemorySandboxes(_answering(Finished(0)), tmp_path)
    left = sandboxes.create(SandboxSpec("fix_1", "repository:7", LIFETIME, {FIX_KEY: "fix_1"}))
    others = sandboxes.create(SandboxSpec("fix_2", "repository:7", LIFETIME, {FIX_KEY: "fix_2"}))
    _run(sandboxes)
    assert not left.alive
    assert list(sandboxes.living) == [others.id]


def test_a_host_that_is_away_is_asked_again_later(tmp_path: Path) -> None:
    sandboxes = MemorySandboxes(_answering(Finished(0)), tmp_path)
    sandboxes.away = True
    with pytest.raises(Unreachable):
        _run(sandboxes)


def test_a_sandbox_that_is_gone_meanwhile_is_made_anew_later(tmp_path: Path) -> None:
    def end(_call: Call) -> Finished:
        for sandbox in sandboxes.living.values():
            sandbox.alive = False
        return Finished(0)

    sandboxes = MemorySandboxes(end, tmp_path)
    with pytest.raises(Unreachable):
        _run(sandboxes)
    sandboxes.living.clear()
