"""`/rollback`: to what, through which gates, what is held after it, and the plan that changes nothing."""

import pytest

from engine.deploy.asks import Action, NewVariable
from engine.domain.release import DeployState, Release, ReleaseKind, Waiting
from engine.forge.commits import CheckState
from engine.reasons import Reason
from engine.settings import Secret
from tests.deploy.world import A, B, C, World, reasons_of, sentence_of, started, told

FREE = b"environments: {production: {up_to_date: false, auto_deploy_branch: main}}\n"


@pytest.fixture
def served(world: World) -> list[Release]:
    """Three releases that served one after another, each with its own variables."""
    world.write_project(FREE)
    made = []
    for sha, value in ((A, "one"), (B, "two"), (C, "three")):
        if sha != A:
            world.commit(sha)
        made.append(world.deployed(variables=(NewVariable("KEY", Secret(value)), NewVariable("SAME", Secret("x")))))
    return made


def rolled_back(world: World, *words: str, login: str = "ada") -> Release:
    """The release that a `/rollback` made."""
    return world.release(started(world.do(Action.ROLLBACK, *words, login=login)))


def test_going_back_makes_a_release_of_the_older_bundle(world: World, served: list[Release]) -> None:
    back = rolled_back(world)
    older = served[1]
    assert (back.kind, back.sha, back.number, back.source_id) == (ReleaseKind.ROLLBACK, B, 4, older.id)
    assert (back.artifact, back.variables_version) == (older.artifact, older.variables_version)
    assert back.configuration == older.configuration
    with world.database.read() as connection:
        values = [world.variables.at(connection, each.environment_id, each.variables_version) for each in (back, older)]
    assert values[0] == values[1]


@pytest.mark.parametrize("word", ["1", "v1", "V1"])
def test_a_release_can_be_named_by_its_number(world: World, served: list[Release], word: str) -> None:
    assert rolled_back(world, "production", word).source_id == served[0].id


def test_a_release_can_be_named_by_its_id(world: World, served: list[Release]) -> None:
    assert world.release(started(world.do(Action.ROLLBACK, release=served[0].id))).source_id == served[0].id


def test_going_back_twice_goes_to_the_one_before_that(world: World, served: list[Release]) -> None:
    world.finish(rolled_back(world))
    assert world.release(served[2].id).state is DeployState.ROLLED_BACK
    assert rolled_back(world).source_id == served[0].id


def test_after_going_back_to_the_first_there_is_nothing_before(world: World, served: list[Release]) -> None:
    world.finish(rolled_back(world, "v1"))
    refused = world.do(Action.ROLLBACK)
    assert reasons_of(refused) == [Reason.NO_PREVIOUS_RELEASE]
    assert "No previous version to rollback to" in sentence_of(refused)


def test_failed_releases_are_passed_over(world: World, served: list[Release]) -> None:
    world.commit("d" * 40, C)
    world.finish(world.start(), DeployState.FAILED)
    assert rolled_back(world).source_id == served[1].id


@pytest.mark.parametrize("count", [0, 1])
def test_with_nothing_to_go_back_to_that_is_said(world: World, count: int) -> None:
    for _ in range(count):
        world.deployed()
    assert reasons_of(world.do(Action.ROLLBACK)) == [Reason.NO_PREVIOUS_RELEASE]


@pytest.mark.parametrize("word", ["v9", "main", "dep_0000"])
def test_a_release_that_isnt_there_is_told(world: World, served: list[Release], word: str) -> None:
    refused = world.do(Action.ROLLBACK, word)
    assert reasons_of(refused) == [Reason.NO_SUCH_RELEASE] and word in sentence_of(refused)


def test_an_id_of_nothing_is_told(world: World, served: list[Release]) -> None:
    assert reasons_of(world.do(Action.ROLLBACK, release="dep_0000")) == [Reason.NO_SUCH_RELEASE]


def test_a_release_that_never_served_is_nothing_to_go_back_to(world: World, served: list[Release]) -> None:
    world.commit("d" * 40, C)
    world.finish(world.start(), DeployState.FAILED)
    refused = world.do(Action.ROLLBACK, "v4")
    assert reasons_of(refused) == [Reason.NO_SUCH_RELEASE] and "never served" in sentence_of(refused)


def test_what_serves_is_nothing_to_go_back_to(world: World, served: list[Release]) -> None:
    assert reasons_of(world.do(Action.ROLLBACK, "v3")) == [Reason.ALREADY_DEPLOYED]


def test_checks_order_windows_and_what_is_new_hold_nobody_back(world: World, served: list[Release]) -> None:
    world.write_project(
        b"environments: {staging: {}, production: {after: staging, windows: ['sat 01:00-02:00'], checks: [ci]}}\n"
    )
    world.check(B, ci=CheckState.FAILED)
    assert rolled_back(world, "production").sha == B


def test_a_broken_project_file_holds_nobody_back(world: World, served: list[Release]) -> None:
    world.write_project(b"environments: [\n")
    assert rolled_back(world).sha == B


def test_permission_deployers_and_locks_hold_back(world: World, served: list[Release]) -> None:
    assert reasons_of(world.do(Action.ROLLBACK, login="eve")) == [Reason.NOT_PERMITTED]
    world.do(Action.LOCK, login="grace")
    assert reasons_of(world.do(Action.ROLLBACK)) == [Reason.LOCKED]
    world.write_project(b"environments: {production: {deployers: [grace]}}\n")
    assert reasons_of(world.do(Action.ROLLBACK)) == [Reason.NOT_DEPLOYER, Reason.LOCKED]


def test_an_approval_is_needed_and_only_then_is_it_held(world: World, served: list[Release]) -> None:
    world.write_project(b"environments: {production: {approvals: 1}}\n")
    back = rolled_back(world)
    assert (back.waiting, world.environment().hold) == (Waiting.APPROVAL, "")
    assert reasons_of(world.do(Action.APPROVE)) == [Reason.OWN_APPROVAL]
    told(world.do(Action.APPROVE, login="grace"))
    assert world.environment().hold == "Automatic deploys wait since `@ada` rolled back to `v2`"


def test_a_push_does_not_make_a_rollbacks_approval_void(world: World, served: list[Release]) -> None:
    world.write_project(b"environments: {production: {approvals: 1}}\n")
    back = rolled_back(world)
    world.commit("d" * 40, C)
    world.push("d" * 40, C)
    world.do(Action.APPROVE, login="grace")
    assert world.why_not(back) is None


def test_pushes_wait_from_then_on_until_unlocked(world: World, served: list[Release]) -> None:
    world.finish(rolled_back(world))
    world.commit("d" * 40, C)
    assert "held" in world.push("d" * 40, C)
    assert len(world.releases("production")) == 4
    told(world.do(Action.UNLOCK))
    world.commit("e" * 40, "d" * 40)
    world.push("e" * 40, "d" * 40)
    assert world.releases("production")[0].sha == "e" * 40


def test_people_deploy_all_the_same(world: World, served: list[Release]) -> None:
    world.finish(rolled_back(world))
    assert world.start("main").sha == C


def test_what_a_push_had_started_and_that_waits_is_cancelled(world: World, served: list[Release]) -> None:
    busy = world.start("main", variables=(NewVariable("KEY", Secret("four")),))
    world.commit("d" * 40, C)
    world.push("d" * 40, C)
    automatic = world.releases("production")[0]
    assert automatic.automatic
    back = rolled_back(world)
    assert world.release(automatic.id).state is DeployState.CANCELLED
    assert [each.release_id for each in world.line()] == [busy.id, back.id]


def test_the_plan_says_commits_keys_and_files_and_changes_nothing(world: World, served: list[Release]) -> None:
    world.history.add(B, A, branch="main", title="Second @everyone", changed=("app.py",))
    world.history.add(C, B, branch="main", title="Third", changed=("app.py", "static/x.css"))
    said = told(world.do(Action.ROLLBACK, "v1", plan_only=True))
    for word in ("`v3`", "`v1`", "Third", "`app.py`", "`static/x.css`", "`KEY`", "Nothing is changed"):
        assert word in said
    assert "`SAME`" not in said and "@everyone" not in said
    assert len(world.releases("production")) == 3 and not world.environment().hold


def test_a_plan_of_commits_that_cant_be_compared_says_so(world: World, served: list[Release]) -> None:
    del world.history.commits[A]
    assert "can't compare" in told(world.do(Action.ROLLBACK, "v1", plan_only=True))


def test_a_long_plan_is_cut(world: World, served: list[Release]) -> None:
    world.history.add(C, B, branch="main", title="Third", changed=tuple(f"f{number:03}.py" for number in range(50)))
    assert "and 30 more" in told(world.do(Action.ROLLBACK, plan_only=True))


def test_a_plan_of_nothing_is_refused(world: World) -> None:
    assert reasons_of(world.do(Action.ROLLBACK, plan_only=True)) == [Reason.NO_PREVIOUS_RELEASE]
