"""Real applications in a real sandbox host, behind the real gateway."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.domain.release import DeployState
from engine.project.environments import RunConfig
from engine.sandboxes.port import Sandboxes
from tests.pipeline.test_real import FLASK, FLASK_ALONE, flask
from tests.rollout.rig import Rig
from tests.rollout.visitors import steady_visits
from tests.sandboxes.host import a_sandbox_host

CANARY = "correct-horse/battery staple"


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandboxes]:
    with a_sandbox_host(tmp_path_factory.mktemp("host")) as sandboxes:
        yield sandboxes


@pytest.fixture
def rig(host: Sandboxes, sqlite_template: Path, tmp_path: Path) -> Iterator[Rig]:
    slow = {"SLIPWAY_RELEASE_DRAIN_SECONDS": "2"}
    made = Rig(tmp_path, sqlite_template, host, settings_more=slow, attempts=3)
    try:
        yield made
        for sandbox_id in host.find({}):
            host.kill(sandbox_id)
    finally:
        made.close()


def words(rig: Rig) -> str:
    """What a visitor reads."""
    return rig.visit().body.decode()


def reap_until_it_answers(rig: Rig, text: str) -> None:
    """The reaper looks again and again, as its loop does, and its jobs run."""

    def answers() -> bool:
        rig.reaper.beat()
        rig.run()
        return words(rig) == text

    rig.until(answers, "it to answer again")


def test_deploys_and_a_rollback_under_steady_visits(rig: Rig) -> None:
    first = rig.deployed(flask("one"))
    assert first.state is DeployState.DEPLOYED, rig.log(first.id)
    with steady_visits(rig, 4) as read:
        second = rig.deployed(flask("two"))
        bad = rig.deployed({"app.py": f"{FLASK}raise RuntimeError('the flux is missing')\n"})
        back = rig.rolled_back(first)
    states = [second.state, bad.state, back.state]
    assert states == [DeployState.DEPLOYED, DeployState.ROLLED_BACK, DeployState.DEPLOYED], rig.log(bad.id)
    assert "the flux is missing" in bad.cause
    # Nobody read an error: what served stood all the time, however often a job was tried.
    assert (read, words(rig)) == ({"one", "two"}, "one")


def test_values_reach_the_application_and_its_release_command_alone(rig: Rig) -> None:
    rig.set_variable("TOKEN", CANARY)
    command = RunConfig(release_command=("/bin/sh", "-c", "echo my token is $TOKEN"))
    release = rig.deployed(
        flask("one") | {"slipway.yml": "build: /bin/sh -c 'echo built with ${TOKEN:-nothing}'\n"}, command
    )
    assert release.state is DeployState.DEPLOYED, rig.log(release.id)
    log = "\n".join(rig.log(release.id))
    assert "built with nothing" in log
    assert ("my token is" in log, CANARY in log) == (True, False)
    assert rig.visit("/environment").json["TOKEN"] == CANARY
    assert on_command_lines(CANARY) == 0


def on_command_lines(text: str) -> int:
    """Processes of this machine with the text among their words."""
    found = 0
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                found += text.encode() in (process / "cmdline").read_bytes()
            except OSError:
                continue
    return found


def test_a_release_that_dies_is_started_again(rig: Rig) -> None:
    release = rig.deployed(flask("works") | FLASK_ALONE)
    assert release.state is DeployState.DEPLOYED, rig.log(release.id)
    assert rig.visit("/die").status == 502
    reap_until_it_answers(rig, "works")
    assert "The application exited with 3 while it served" in "\n".join(rig.messages(release.id))
    assert rig.visit().value("x-slipway-release") == release.id


def test_a_sandbox_that_is_gone_comes_back_under_the_same_release(rig: Rig, host: Sandboxes) -> None:
    release = rig.deployed(flask("works"))
    host.kill(rig.environment.sandbox_id)
    reap_until_it_answers(rig, "works")
    assert rig.visit().value("x-slipway-release") == release.id


def test_data_outlives_releases(rig: Rig) -> None:
    keep = RunConfig(release_command=("/bin/sh", "-c", 'mkdir -p "$SLIPWAY_DATA" && date >> "$SLIPWAY_DATA/releases"'))
    first = rig.deployed(flask("one"), keep)
    assert first.state is DeployState.DEPLOYED, rig.log(first.id)
    look = RunConfig(release_command=("/bin/sh", "-c", 'test "$(wc -l < "$SLIPWAY_DATA/releases")" = 1'))
    second = rig.deployed(flask("two"), look)
    assert second.state is DeployState.DEPLOYED, rig.log(second.id)
