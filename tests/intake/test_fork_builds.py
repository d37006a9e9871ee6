"""How an approved commit of a fork is built: in a sandbox that shares nothing, by the default branch's word alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.deploy.asks import NewVariable
from engine.domain.build import Build, BuildState
from engine.domain.event import Person, PullRequest
from engine.domain.gate import Gate, GateKind, Vote, fork_subject
from engine.sandboxes.memory import MemorySandbox, MemorySandboxes
from engine.settings import Secret
from engine.store import environments, gates, pull_requests
from engine.store.environments import Named
from engine.store.gates import NewGate
from engine.variables.variables import variables_of
from tests.pipeline.acting import Actor, flask
from tests.pipeline.rig import NOW, Rig

FORK = fork_subject(7, 12)
OTHER_REPOSITORY = 99
KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A rig whose pull request comes from a fork."""
    made = Rig(tmp_path, MemorySandboxes(Actor(), tmp_path), startup_timeout=1)
    yield made
    for sandbox_id in list(living(made)):
        made.sandboxes.kill(sandbox_id)
    made.close()


def living(rig: Rig) -> dict[str, MemorySandbox]:
    """The sandboxes that live."""
    assert isinstance(rig.sandboxes, MemorySandboxes)
    return rig.sandboxes.living


def push(rig: Rig, files: dict[str, str]) -> str:
    """A commit of the fork's branch, and its gate."""
    sha = rig.push(files)
    author = Person(1, "outsider")
    facts = PullRequest(
        12, "Title", sha, "theirs", OTHER_REPOSITORY, "main", author, draft=False, open=True, merged=False
    )
    with rig.database.write() as connection:
        pull_requests.record(connection, 7, facts, NOW)
        gates.ensure(connection, NewGate(1, 7, GateKind.FORK, FORK, sha, "outsider", 1), NOW)
    return sha


def gate(rig: Rig, sha: str) -> Gate:
    """The gate before a commit."""
    with rig.database.read() as connection:
        found = gates.before(connection, GateKind.FORK, FORK, sha)
    assert found is not None
    return found


def approve(rig: Rig, sha: str) -> None:
    """Somebody else opens the gate."""
    with rig.database.write() as connection:
        gates.vote(connection, gate(rig, sha), Vote("octo", True, NOW))


def built(rig: Rig, sha: str) -> Build:
    """Asks for it, as an approval does, and runs the job; how it ended."""
    build = rig.ask(sha, f"ask-{sha}")
    rig.run()
    return rig.build(build.id)


def test_an_approved_commit_is_built_in_a_sandbox_that_shares_nothing_with_the_repository(rig: Rig) -> None:
    sha = push(rig, flask("theirs"))
    approve(rig, sha)
    assert built(rig, sha).state is BuildState.READY
    assert [sandbox.spec.trust for sandbox in living(rig).values()] == [FORK]


def test_a_branch_of_the_repository_shares_the_repositorys_cache(rig: Rig) -> None:
    assert built(rig, rig.push(flask("ours"))).state is BuildState.READY
    assert [sandbox.spec.trust for sandbox in living(rig).values()] == ["repository:7"]


@pytest.mark.parametrize("what", ["waiting", "rejected", "void"])
def test_d1_without_an_open_gate_the_job_starts_nothing(rig: Rig, what: str) -> None:
    sha = push(rig, flask("theirs"))
    build = rig.ask(sha)
    with rig.database.write() as connection:
        if what == "rejected":
            gates.vote(connection, gate(rig, sha), Vote("octo", False, NOW))
        elif what == "void":
            gates.make_void(connection, gates.vote(connection, gate(rig, sha), Vote("octo", True, NOW)), NOW)
    rig.run()
    assert rig.build(build.id).state is BuildState.FAILED
    assert "its approval" in rig.build(build.id).cause
    assert living(rig) == {}


def test_an_approval_of_one_commit_opens_nothing_for_the_next(rig: Rig) -> None:
    approve(rig, push(rig, flask("one")))
    second = push(rig, flask("two"))
    assert "its approval is missing" in built(rig, second).cause
    assert living(rig) == {}


def test_the_configuration_is_the_default_branchs(rig: Rig) -> None:
    rig.forge.repositories[7].files["main"] = {"slipway.yml": b"start: gunicorn app:app --bind 0.0.0.0:$PORT # ours\n"}
    sha = push(rig, flask("theirs") | {"slipway.yml": "flavour: mild\n"})
    approve(rig, sha)
    ended = built(rig, sha)
    assert "flavour" not in ended.cause
    assert ended.state is BuildState.READY


@pytest.mark.parametrize("theirs", [True, False])
def test_it_never_gets_a_variable_whatever_the_project_gives_to_previews(rig: Rig, theirs: bool) -> None:
    project = b"environments: {staging: {}}\npreview: {variables: staging}\n"
    rig.forge.repositories[7].files["main"] = {"slipway.yml": project}
    rig.use(replace(rig.build_handler, settings=replace(rig.settings, secret_keys=(Secret(KEY),))))
    sha = push(rig, flask("theirs")) if theirs else rig.push(flask("ours"))
    with rig.database.write() as connection:
        environment = environments.ensure(
            connection,
            installation_id=1,
            repository_id=7,
            full_name="acme/shop",
            named=Named("staging", "local", "public", ""),
            now=NOW,
        )
        news = [NewVariable("CANARY", Secret("swordfish-1234"))]
        variables_of(rig.build_handler.settings).set(connection, environment, news, "octo", NOW)
    if theirs:
        approve(rig, sha)
    assert built(rig, sha).state is BuildState.READY
    (sandbox,) = living(rig).values()
    assert any("CANARY" in process.call.command.environment for process in sandbox.processes) is not theirs
