"""Every Sandboxes: reconnecting finds the sandbox or says that it is gone; a kill is final."""

import time
from collections.abc import Callable

import pytest

from engine.pipeline.probe import Answered, probe
from engine.sandboxes.port import Command, Finished, LastWords, Process, Sandbox, Sandboxes, SandboxGone, SandboxSpec
from tests.sandboxes.programs import FALL, FOLDER, SERVE, SLEEP, STUBBORN, TALK, WORDS


def until(what: Callable[[], bool], patience: float = 30) -> None:
    """Waits for a condition."""
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


class Heard:
    """Keeps output."""

    def __init__(self) -> None:
        self.data = b""

    def __call__(self, data: bytes) -> None:
        self.data += data


def serve(sandbox: Sandbox, port: int, heard: Heard, tag: str = "a") -> Process:
    """A server that answers with page.txt."""
    sandbox.write(f"{FOLDER}/page.txt", b"hello")
    return sandbox.start(Command(SERVE, FOLDER, {"PORT": str(port), "TAG": tag}), heard)


def test_a_command_gives_its_output_and_its_exit_code(sandbox: Sandbox) -> None:
    heard = Heard()
    ended = sandbox.run(Command(TALK, FOLDER, {"WORD": "zwei ü"}, timeout=30), heard)
    assert (ended, heard.data.decode()) == (Finished(3), "one\nzwei ü\n")


def test_words_arrive_as_they_are(sandbox: Sandbox) -> None:
    heard = Heard()
    sandbox.run(Command(WORDS, FOLDER, timeout=30), heard)
    assert heard.data.decode() == "|".join(WORDS[4:]) + "\n"


def test_a_command_that_takes_too_long_is_ended(sandbox: Sandbox) -> None:
    assert sandbox.run(Command(SLEEP, FOLDER, {"TAG": "slow"}, timeout=0.5), Heard()).timed_out
    until(lambda: sandbox.stop(lambda environment: environment.get("TAG") == "slow", 0) == 0)


def test_files_are_there_for_commands(sandbox: Sandbox) -> None:
    assert sandbox.run(Command(("test", "-e", f"{FOLDER}/new/a.txt"), FOLDER), Heard()).exit_code == 1
    sandbox.write(f"{FOLDER}/new/a.txt", b"\x00\xff")
    assert sandbox.run(Command(("test", "-e", f"{FOLDER}/new/a.txt"), FOLDER), Heard()).exit_code == 0
    sandbox.run(Command(("rm", "-rf", "--", f"{FOLDER}/new"), FOLDER), Heard())
    assert sandbox.run(Command(("test", "-e", f"{FOLDER}/new/a.txt"), FOLDER), Heard()).exit_code == 1


def test_a_server_answers_through_its_door_until_it_is_stopped(sandbox: Sandbox) -> None:
    heard = Heard()
    process = serve(sandbox, 3001, heard)
    door = sandbox.upstream(3001)
    until(lambda: probe(door, "preview.localhost", "/", 2) == Answered(200))
    until(lambda: heard.data == b"up\n")
    assert process.ended() is None
    assert sandbox.stop(lambda environment: environment.get("TAG") == "a", 5) == 1
    assert process.wait(30) is not None
    assert not isinstance(probe(door, "preview.localhost", "/", 2), Answered)


def test_two_servers_live_side_by_side_and_one_is_stopped_by_its_tag(sandbox: Sandbox) -> None:
    old, new = serve(sandbox, 3001, Heard(), "old"), serve(sandbox, 3002, Heard(), "new")
    until(lambda: probe(sandbox.upstream(3002), "x", "/", 2) == Answered(200))
    assert sandbox.stop(lambda environment: environment.get("TAG") == "old", 5) == 1
    assert old.wait(30) is not None
    assert new.ended() is None
    assert probe(sandbox.upstream(3002), "x", "/", 30) == Answered(200)


def test_who_does_not_listen_is_killed_after_the_grace(sandbox: Sandbox) -> None:
    heard = Heard()
    process = sandbox.start(Command(STUBBORN, FOLDER, {"TAG": "s"}), heard)
    until(lambda: b"deaf" in heard.data)
    assert sandbox.stop(lambda environment: environment.get("TAG") == "s", 0.2) == 1
    ended = process.wait(30)
    assert ended is not None
    assert ended.exit_code != 0


def test_a_detached_server_lives_on(sandbox: Sandbox) -> None:
    serve(sandbox, 3001, Heard()).detach()
    until(lambda: probe(sandbox.upstream(3001), "x", "/", 2) == Answered(200))


def test_connecting_finds_the_same_sandbox(sandboxes: Sandboxes, sandbox: Sandbox) -> None:
    sandbox.write(f"{FOLDER}/kept.txt", b"x")
    again = sandboxes.connect(sandbox.id)
    assert again.id == sandbox.id
    assert again.run(Command(("test", "-e", f"{FOLDER}/kept.txt"), FOLDER), Heard()).exit_code == 0


def test_a_sandbox_is_found_by_all_of_its_metadata(sandboxes: Sandboxes, sandbox: Sandbox) -> None:
    assert sandboxes.find({"slipway_preview": "pv_1", "n": "1"}).keys() == {sandbox.id}
    assert sandboxes.find({"slipway_preview": "pv_1", "n": "2"}) == {}


def test_a_server_that_ended_by_itself_leaves_its_last_words(sandboxes: Sandboxes, sandbox: Sandbox) -> None:
    for tag in ("a", "b"):
        tags = {"PORT": "3001", "SLIPWAY_BUILD": tag, "SLIPWAY_TURN": "1"}
        fallen = sandbox.start(Command(FALL, FOLDER, tags), Heard())
        assert fallen.wait(30) == Finished(3)
    words = sandboxes.last_words(sandbox.id, {"SLIPWAY_BUILD": "a", "SLIPWAY_TURN": "1"})
    assert words == LastWords(Finished(3), b"so long\n")
    assert sandboxes.last_words(sandbox.id, {"SLIPWAY_BUILD": "c"}) is None


def test_a_server_that_somebody_ended_leaves_none(sandboxes: Sandboxes, sandbox: Sandbox) -> None:
    process = serve(sandbox, 3001, Heard())
    until(lambda: probe(sandbox.upstream(3001), "x", "/", 2) == Answered(200))
    assert sandboxes.last_words(sandbox.id, {"TAG": "a"}) is None
    sandbox.stop(lambda environment: environment.get("TAG") == "a", 5)
    assert process.wait(30) is not None
    assert sandboxes.last_words(sandbox.id, {"TAG": "a"}) is None


def test_a_sandbox_that_is_gone_has_no_last_words(sandboxes: Sandboxes) -> None:
    assert sandboxes.last_words("i0123456789abcdef", {}) is None


def test_a_kill_is_final(sandboxes: Sandboxes) -> None:
    doomed = sandboxes.create(SandboxSpec("pv_2", "repository:1", 600, {"slipway_preview": "pv_2"}))
    process = serve(doomed, 3001, Heard())
    sandboxes.kill(doomed.id)
    assert sandboxes.find({"slipway_preview": "pv_2"}) == {}
    until(lambda: is_over(process))
    with pytest.raises(SandboxGone):
        sandboxes.connect(doomed.id)
    with pytest.raises(SandboxGone):
        doomed.run(Command(TALK, FOLDER, {"WORD": ""}), Heard())
    sandboxes.kill(doomed.id)


def is_over(process: Process) -> bool:
    """True when it has ended, or its sandbox has with it."""
    try:
        return process.ended() is not None
    except SandboxGone:
        return True


@pytest.mark.parametrize("unknown", ["i0123456789abcdef", "../../etc", "", "a/b?c"])
def test_a_sandbox_that_never_was_is_gone(sandboxes: Sandboxes, unknown: str) -> None:
    with pytest.raises(SandboxGone):
        sandboxes.connect(unknown)
    sandboxes.kill(unknown)


def test_its_memory_is_told_where_the_host_measures_it(sandboxes: Sandboxes, sandbox: Sandbox) -> None:
    used = sandboxes.memory_used(sandbox.id)
    assert used is None or used >= 0


def test_nothing_was_ended_for_want_of_memory_where_there_is_enough(sandboxes: Sandboxes, sandbox: Sandbox) -> None:
    assert not sandboxes.memory_kills(sandbox.id)


def test_a_sandbox_that_is_gone_uses_no_memory(sandboxes: Sandboxes) -> None:
    with pytest.raises(SandboxGone):
        sandboxes.memory_used("i0123456789abcdef")
    with pytest.raises(SandboxGone):
        sandboxes.memory_kills("i0123456789abcdef")


def test_the_registries_are_host_names(sandboxes: Sandboxes) -> None:
    assert all("/" not in host for host in sandboxes.registries())
