"""When a commit is looked at by itself, and what a fork's word counts."""

from engine.domain.event import Person, PullRequest
from engine.domain.inspection import InspectionState
from engine.readiness.facts import NoTrial, Trial
from engine.store import inspections, pull_requests
from tests.pipeline.acting import CRASH
from tests.pipeline.rig import NOW
from tests.readiness.inspecting.acting import APP
from tests.readiness.inspecting.rig import InspectRig

BROKEN = {"app.py": CRASH, "requirements.txt": "flask\ngunicorn\n"}


def looked_at(rig: InspectRig, sha: str) -> bool:
    """True when somebody wanted it, or it came by itself."""
    with rig.database.read() as connection:
        return inspections.of_commit(connection, 7, 12, sha) is not None


def test_where_nobody_asked_nothing_is_looked_at(rig: InspectRig) -> None:
    assert not looked_at(rig, rig.built(APP).sha)


def test_where_somebody_asked_once_every_later_build_is_looked_at(rig: InspectRig) -> None:
    rig.inspected(rig.built(APP).sha)
    later = rig.built(APP | {"new.py": ""})
    assert rig.inspection(later.sha).state is InspectionState.DONE
    assert isinstance(rig.seen(later.sha).trial, Trial)


def test_a_build_that_failed_is_looked_at_too(rig: InspectRig) -> None:
    rig.inspected(rig.built(APP).sha)
    failed = rig.built(BROKEN)
    assert "build-passes" in rig.found(failed.sha)


def test_a_project_that_says_always_has_every_build_looked_at(rig: InspectRig) -> None:
    build = rig.built(APP | {"slipway.yml": "readiness:\n  when: always\n"})
    assert isinstance(rig.seen(build.sha).trial, Trial)
    assert rig.inspection(build.sha).asked_by == ""


def test_a_commit_that_is_no_longer_the_head_isnt_looked_at_by_itself(rig: InspectRig) -> None:
    first = rig.push(APP)
    rig.inspected(first)
    second = rig.push(APP | {"new.py": ""})
    rig.push(APP | {"newer.py": ""})
    rig.ask(second)
    rig.run()
    assert not looked_at(rig, second)


def test_a_build_that_ends_while_it_is_looked_at_has_it_looked_at_once_more(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha)
    job = rig.store.claim("another", ["work"])
    assert job is not None
    outcome = rig.inspect_handler.run(job, rig.heartbeat_of(job))
    rig.ask(sha)
    rig.run()
    rig.store.finish(job, outcome.state, outcome.effects)
    assert rig.inspection(sha).state is InspectionState.WAITING
    rig.run()
    assert isinstance(rig.seen(sha).trial, Trial)


def test_of_a_fork_the_default_branchs_configuration_counts_and_nothing_runs(rig: InspectRig) -> None:
    sha = rig.push(APP | {"slipway.yml": "no: such key\n"})
    rig.slipway_file("health_path: /well\n")
    a_fork(rig, sha)
    rig.inspected(sha)
    assert "configuration-valid" not in rig.found(sha)
    assert rig.seen(sha).trial == NoTrial("no preview of this commit runs")


def test_a_forks_commit_whose_approval_is_void_isnt_tried(rig: InspectRig) -> None:
    build = rig.built(APP)
    a_fork(rig, build.sha)
    assert rig.inspected(build.sha).trial == NoTrial("a fork's commit is tried once it is approved")


def a_fork(rig: InspectRig, sha: str) -> None:
    """The pull request comes from a fork."""
    stranger = Person(9, "stranger")
    told = PullRequest(12, "Title", sha, "main", 99, "main", stranger, draft=False, open=True, merged=False)
    with rig.database.write() as connection:
        pull_requests.record(connection, 7, told, NOW)
