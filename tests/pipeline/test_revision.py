"""How the commands of a plan look in a sandbox, and when two revisions share an environment."""

from engine.detect.tree import MemoryTree
from engine.domain.plan import AppPlan, Step
from engine.pipeline.launch import PORTS, port_for
from engine.pipeline.revision import Revision, environment_key


def plan(**changes: object) -> AppPlan:
    """A plan with a shared environment."""
    facts: dict[str, object] = {
        "runtime": "python",
        "framework": "flask",
        "evidence": (),
        "install": (Step("install", ("uv", "pip", "install", "-r", "requirements.txt")),),
        "build": (),
        "start": ("$ENVIRONMENT/bin/serve", "--port=${PORT}", "$PORTAL", "a$PORT"),
        "lock_files": ("requirements.txt",),
        "environment": {"VIRTUAL_ENV": "$ENVIRONMENT"},
    }
    return AppPlan(**(facts | changes))  # type: ignore[arg-type]


def test_ports_and_environments_are_filled_in() -> None:
    revision = Revision("bld_1", plan(), "abc", 3)
    command = revision.command(revision.plan.start, 3001)
    assert command.argv == ("/home/user/environments/abc/bin/serve", "--port=3001", "$PORTAL", "a3001")
    assert command.folder == "/home/user/revisions/bld_1"
    assert command.environment["VIRTUAL_ENV"] == "/home/user/environments/abc"
    assert (command.environment["SLIPWAY_BUILD"], command.environment["SLIPWAY_GENERATION"]) == ("bld_1", "3")
    assert revision.owns(command.environment)


def test_a_command_that_does_not_serve_has_no_port() -> None:
    command = Revision("bld_1", plan()).command(("echo", "$PORT"))
    assert "PORT" not in command.environment
    assert command.argv == ("echo", "$PORT")


def test_folders_come_before_the_path_of_the_sandbox() -> None:
    revision = Revision("bld_1", plan(path=("node_modules/.bin", "$ENVIRONMENT/bin"), root="web"), "abc")
    argv = revision.command(("serve", "it's")).argv
    assert argv[:2] == ("/bin/sh", "-c")
    assert argv[4:] == (
        "/home/user/revisions/bld_1/web/node_modules/.bin:/home/user/environments/abc/bin",
        "serve",
        "it's",
    )


def key(text: str, **changes: object) -> str:
    return environment_key(plan(**changes), MemoryTree({"requirements.txt": text.encode(), "app.py": b"x"}))


def test_the_lock_files_and_steps_decide_about_the_environment() -> None:
    assert key("flask") == key("flask")
    assert key("flask") != key("flask\nrich")
    assert key("flask") != key("flask", install=(Step("install", ("other",)),))


def test_without_lock_files_a_revision_has_an_environment_of_its_own() -> None:
    assert key("flask", lock_files=()) == ""
    assert Revision("bld_1", plan()).environment_folder == "/home/user/revisions/bld_1.environment"


def test_a_new_build_never_gets_the_port_that_serves() -> None:
    for number in range(1, 500):
        for taken in (0, PORTS[0], port_for(number - 1, 0), PORTS[number % len(PORTS)]):
            assert port_for(number, taken) in PORTS
            assert port_for(number, taken) != taken
