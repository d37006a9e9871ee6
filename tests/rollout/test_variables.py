"""An environment's values reach the application and its release command, and nothing else."""

import base64

from engine.domain.release import DeployState
from engine.project.environments import RunConfig
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.memory_programs import Call
from tests.pipeline.acting import Actor, flask
from tests.pipeline.scenes import only
from tests.rollout.rig import Rig

CANARY = "correct-horse/battery staple"


def test_a_build_never_sees_them(rig: Rig, actor: Actor) -> None:
    rig.set_variable("TOKEN", CANARY)
    seen: dict[str, bool] = {}

    def look(call: Call) -> None:
        program = next(word for word in call.command.argv if "uv" in word or "gunicorn" in word)
        seen[program.rpartition("/")[2]] = CANARY in call.command.environment.values()

    actor.before = look
    assert rig.deployed(flask("one")).state is DeployState.DEPLOYED
    assert seen == {"uv": False, "gunicorn": True}


def test_they_are_never_on_a_command_line(rig: Rig, actor: Actor) -> None:
    rig.set_variable("TOKEN", CANARY)
    rig.deployed(flask("one"), RunConfig(release_command=("migrate",)))
    assert not any(CANARY in word for argv in actor.ran for word in argv)


def test_what_the_application_prints_of_them_is_hidden(rig: Rig, actor: Actor) -> None:
    rig.set_variable("TOKEN", CANARY)
    encoded = base64.b64encode(CANARY.encode()).decode()

    def talk(call: Call) -> None:
        if "TOKEN" in call.command.environment:
            call.say(f"my token is {CANARY}\nand {encoded}\n")

    actor.before = talk
    release = rig.deployed(flask("one"), RunConfig(release_command=("migrate",)))
    log = "\n".join(rig.log(release.id))
    assert "my token is" in log
    assert CANARY not in log
    assert encoded not in log


def test_a_cause_that_quotes_one_is_hidden_too(rig: Rig, actor: Actor) -> None:
    rig.set_variable("TOKEN", CANARY)
    actor.before = lambda call: call.say(f"error: bad token {CANARY}\n") if "migrate" in call.command.argv else None
    actor.codes = {"migrate": 1}
    release = rig.deployed(flask("one"), RunConfig(release_command=("migrate",)))
    told = [*rig.log(release.id), *rig.messages(release.id), release.cause, release.status_message]
    assert "bad token" in release.cause
    assert not any(CANARY in line for line in told)


def test_ours_cannot_be_overwritten(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.set_variable("WORD", "mine")
    release = rig.deployed(flask("one"))
    (process,) = only(sandboxes).running()
    environment = process.call.command.environment
    assert (environment["WORD"], environment["SLIPWAY_RELEASE"]) == ("mine", release.id)
    assert (environment["SLIPWAY_ENVIRONMENT"], environment["PORT"]) == ("production", str(rig.environment.port))


def test_values_that_cannot_be_read_fail_the_deploy_and_the_old_release_serves_on(rig: Rig) -> None:
    rig.deployed(flask("one"))
    rig.set_variable("TOKEN", CANARY)
    rig.lose_keys()
    failed = rig.deployed(flask("two"))
    assert failed.state is DeployState.FAILED
    assert rig.visit().body == b"one\n"
