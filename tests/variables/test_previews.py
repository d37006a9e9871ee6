"""Previews: no variables unless the default branch says so, never a guarded one, never for a fork."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.domain.build import Build, BuildState
from engine.forge.port import RepositoryRef
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.port import Finished
from engine.store import builds, environments
from engine.variables.preview import NOTHING, PreviewVariables
from engine.variables.vault import new_key
from tests.pipeline.acting import FLASK, Actor, flask
from tests.pipeline.rig import Rig
from tests.variables.scenes import a_value, set_in

SAYS = "preview: {variables: staging}\nenvironments: {staging: {}, production: {guard: [BUCKET]}}\n"
SHOP = RepositoryRef(1, 7, "acme/shop")


@pytest.fixture
def actor() -> Actor:
    return Actor()


@pytest.fixture
def sandboxes(actor: Actor, tmp_path: Path) -> MemorySandboxes:
    return MemorySandboxes(actor, tmp_path)


@pytest.fixture
def rig(sandboxes: MemorySandboxes, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, sandboxes, startup_timeout=1, facts={"SECRET_KEYS": new_key().reveal()})
    made.push(flask("zero"))
    yield made
    for sandbox_id in list(sandboxes.living):
        sandboxes.kill(sandbox_id)
    made.close()


def says(rig: Rig, project: str) -> None:
    """What `slipway.yml` of the default branch says."""
    rig.forge.repositories[7].files["main"] = {"slipway.yml": project.encode()}


def built(rig: Rig, words: str = "one") -> Build:
    return rig.built(flask(words))


def keys_of(sandboxes: MemorySandboxes, *, serving: bool) -> set[str]:
    """Which of our keys the application was given, or any of the other commands."""
    (sandbox,) = sandboxes.living.values()
    given = [each.call.command.environment for each in sandbox.processes]
    return {key for each in given if ("PORT" in each) is serving for key in each} & {"TOKEN", "MODE"}


def test_the_default_branch_names_the_environment_and_only_the_application_gets_it(
    rig: Rig, sandboxes: MemorySandboxes
) -> None:
    set_in(rig.database, rig.variables, a_value("TOKEN", "x" * 9), a_value("MODE", "test"), name="staging")
    says(rig, SAYS)
    assert built(rig).state is BuildState.READY
    assert keys_of(sandboxes, serving=True) == {"TOKEN", "MODE"}
    assert keys_of(sandboxes, serving=False) == set()


@pytest.mark.parametrize("project", ["", "preview: {variables: production}\nenvironments: {production: {}}", "nope: 1"])
def test_without_its_word_a_preview_gets_nothing(rig: Rig, sandboxes: MemorySandboxes, project: str) -> None:
    set_in(rig.database, rig.variables, a_value("TOKEN", "x" * 9), name="staging")
    says(rig, project)
    rig.built(flask("one") | {"slipway.yml": SAYS})
    assert keys_of(sandboxes, serving=True) == set()


def test_a_fork_gets_nothing_whatever_the_project_says(rig: Rig) -> None:
    set_in(rig.database, rig.variables, a_value("TOKEN", "x" * 9), name="staging")
    says(rig, SAYS)
    previews = PreviewVariables(rig.database, rig.variables)
    assert previews.choose(rig.forge, SHOP, "main", fork=True) is NOTHING
    assert previews.choose(rig.forge, SHOP, "main", fork=False).bundle.values.keys() == {"TOKEN"}


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        (a_value("URL", "https://db.example/x", guard=True), "URL would be its value in production"),
        (a_value("OTHER", "https://db.example/x", guard=True), "URL would be the value of OTHER in production"),
        (a_value("BUCKET", "https://db.example/x"), "URL would be the value of BUCKET in production"),
    ],
)
def test_a_guarded_value_stops_the_preview_and_names_the_key(rig: Rig, kept: object, sentence: str) -> None:
    assert isinstance(kept, type(a_value("A", "b")))
    set_in(rig.database, rig.variables, kept)
    set_in(rig.database, rig.variables, a_value("URL", "https://db.example/x"), name="staging")
    says(rig, SAYS)
    build = built(rig)
    assert build.state is BuildState.FAILED
    assert sentence in build.cause
    assert "db.example" not in build.cause + "".join(rig.log(build.id))
    with rig.database.read() as connection:
        assert connection.execute(text("SELECT cause_code FROM builds")).scalar_one() == "guarded_value"


def test_what_production_serves_with_is_guarded_too(rig: Rig, sandboxes: MemorySandboxes) -> None:
    set_in(rig.database, rig.variables, a_value("URL", "https://db.example/x", guard=True))
    set_in(rig.database, rig.variables, a_value("URL", "https://new.example/x"))
    set_in(rig.database, rig.variables, a_value("URL", "https://db.example/x"), name="staging")
    says(rig, SAYS)
    assert built(rig).state is BuildState.READY
    with rig.database.write() as connection:
        production = environments.by_name(connection, 7, "production")
        assert production is not None
        connection.execute(
            text(
                "INSERT INTO releases (id, environment_id, installation_id, number, sha, artifact, variables_version, "
                "configuration, state, created_at) VALUES ('dep_1', :id, 1, 1, 'a', 'a', 1, '', 'DEPLOYED', 1)"
            ),
            {"id": production.id},
        )
        connection.execute(text("UPDATE environments SET release_id = 'dep_1' WHERE name = 'production'"))
    assert "URL would be its value in production" in built(rig, "two").cause


def test_a_key_that_is_gone_fails_the_build_and_says_so(rig: Rig) -> None:
    set_in(rig.database, rig.variables, a_value("TOKEN", "x" * 9), name="staging")
    says(rig, SAYS)
    with rig.database.write() as connection:
        connection.execute(text("UPDATE secrets SET version = 1, sealed = CAST('nonsense' AS BLOB)"))
    build = built(rig)
    assert build.state is BuildState.FAILED
    assert "opening the variable TOKEN" in build.cause


def test_an_application_that_died_is_started_again_with_the_same_values_and_its_words_are_hidden(
    rig: Rig, sandboxes: MemorySandboxes
) -> None:
    set_in(rig.database, rig.variables, a_value("TOKEN", "canary-1234"), a_value("MODE", "test"), name="staging")
    says(rig, SAYS)
    build = built(rig)
    set_in(rig.database, rig.variables, a_value("TOKEN", "canary-5678"), name="staging")
    (sandbox,) = sandboxes.living.values()
    process = sandbox.running()[0]
    process.call.say("RuntimeError: canary-1234 is wrong\n")
    process.call.die(Finished(3))
    process.thread.join()
    rig.reaper.beat()
    rig.run_delayed()
    (again,) = sandbox.running()
    assert again.call.command.environment["TOKEN"] == "canary-1234"
    told = "".join(rig.log(build.id) + rig.messages(build.id) + rig.messages(rig.preview.id))
    assert "canary" not in told
    assert "[hidden] is wrong" in told


def test_what_names_the_values_holds_none(rig: Rig) -> None:
    environment = set_in(rig.database, rig.variables, a_value("TOKEN", "canary-1234"), name="staging")
    says(rig, SAYS)
    build = built(rig, FLASK)
    with rig.database.read() as connection:
        kept = builds.plan_of(connection, build.id).text
    assert f"{environment.id}:1" in kept
    assert "canary" not in kept
