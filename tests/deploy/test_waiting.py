"""The loop `waiting`: what moves on when nobody tells it to."""

import pytest
from sqlalchemy import update

from engine.deploy.asks import Action
from engine.domain.gate import GateState
from engine.domain.job import JobKind
from engine.domain.release import DeployState, Waiting
from engine.errors import Unreachable
from engine.forge.commits import CheckState
from engine.store import gates, jobs, locks, releases
from engine.store.deploy_schema import releases as rows
from engine.store.schema import jobs as job_rows
from tests.deploy.world import B, World


def test_a_lock_whose_time_is_over_lets_the_next_deploy_go(world: World) -> None:
    world.write_project(b"environments: {production: {auto_deploy_branch: main}}\n")
    world.do(Action.LOCK)
    world.commit(B)
    world.push(B)
    release = world.releases("production")[0]
    assert release.waiting is Waiting.LOCK
    world.now += world.settings.intervals.lock + 1
    world.beat()
    assert (world.release(release.id).waiting, len(world.line())) == (Waiting.TURN, 1)


def test_a_place_that_was_lost_is_taken_again_with_its_job(world: World) -> None:
    release = world.start()
    with world.database.write() as connection:
        at = locks.times(connection, world.settings.intervals, world.now)
        locks.free_release(connection, release, at)
        jobs.want_stop(connection, subject=release.id, kind=JobKind.DEPLOY, why="superseded")
    world.beat()
    assert [each.release_id for each in world.line()] == [release.id]
    assert list(world.due_jobs()) == [] and world.wakeups.take("work") is not None


def test_a_deploy_approved_outside_its_window_goes_on_when_it_opens(world: World) -> None:
    world.write_project(b"environments: {production: {approvals: 1, windows: ['wed 09:00-11:00']}}\n")
    release = world.start()
    world.now += 7200
    world.do(Action.APPROVE, login="grace")
    world.beat()
    assert world.release(release.id).waiting is Waiting.WINDOW
    world.now += 7 * 86_400 - 7200
    world.beat()
    assert world.release(release.id).waiting is Waiting.TURN


def test_an_approval_that_nobody_gives_for_a_week_is_given_up(world: World) -> None:
    world.write_project(b"environments: {production: {approvals: 1}}\n")
    release = world.start()
    world.now += 7 * 86_400 + 1
    world.beat()
    assert world.release(release.id).state is DeployState.CANCELLED


def test_a_github_that_says_nothing_of_checks_lets_nothing_go_on(world: World) -> None:
    world.write_project(b"environments: {production: {auto_deploy_branch: main, windows: ['wed 11:00-12:00']}}\n")
    world.commit(B)
    world.push(B)
    world.now += 3600
    world.commits.outage = Unreachable("GitHub doesn't answer")
    world.beat()
    assert world.releases("production")[0].waiting is Waiting.CHECKS
    world.commits.outage = None
    world.now += 60
    world.beat()
    assert world.releases("production")[0].waiting is Waiting.TURN


def test_what_a_push_started_and_was_approved_outside_its_window_goes_on_too(world: World) -> None:
    world.write_project(
        b"environments: {production: {auto_deploy_branch: main, approvals: 1, windows: ['wed 09:00-11:00']}}\n"
    )
    world.commit(B)
    world.push(B)
    release = world.releases("production")[0]
    world.now += 7200
    world.do(Action.APPROVE, login="grace")
    assert world.release(release.id).waiting is Waiting.WINDOW
    world.now += 2 * 86_400
    world.beat()
    assert world.release(release.id).waiting is Waiting.WINDOW
    world.now += 5 * 86_400 - 7200
    world.beat()
    assert world.release(release.id).waiting is Waiting.TURN


def test_checks_by_name_dont_hide_what_else_is_waited_for(world: World) -> None:
    world.write_project(
        b"environments: {production: {auto_deploy_branch: main, checks: [test], windows: ['wed 11:00-12:00']}}\n"
    )
    world.commit(B)
    world.check(B, test=CheckState.GREEN)
    world.push(B)
    world.beat()
    assert world.releases("production")[0].waiting is Waiting.WINDOW
    world.check(B, test=CheckState.FAILED)
    world.now += 3600
    world.beat()
    assert world.releases("production")[0].state is DeployState.FAILED


def test_a_project_that_wants_no_checks_asks_for_none(world: World) -> None:
    world.write_project(
        b"environments: {production: {auto_deploy_branch: main, checks: none, windows: ['wed 11:00-12:00']}}\n"
    )
    world.commit(B)
    world.push(B)
    world.commits.outage = Unreachable("GitHub doesn't answer")
    world.now += 3600
    world.beat()
    assert world.releases("production")[0].waiting is Waiting.TURN


def test_what_is_being_ended_is_left_alone(world: World) -> None:
    release = world.start()
    with world.database.write() as connection:
        connection.execute(update(rows).where(rows.c.id == release.id).values(stop_wanted="cancelled"))
    before = world.release(release.id)
    world.beat()
    assert world.release(release.id) == before


def test_beating_twice_changes_nothing(world: World) -> None:
    release = world.start()
    before = world.release(release.id)
    world.beat()
    world.beat()
    assert world.release(release.id) == before


def test_of_a_repository_that_was_taken_away_nothing_moves_on(world: World) -> None:
    world.write_project(b"environments: {production: {auto_deploy_branch: main, windows: ['wed 11:00-12:00']}}\n")
    world.commit(B)
    world.push(B)
    world.take_away()
    world.now += 3600
    world.beat()
    assert world.releases("production")[0].waiting is Waiting.WINDOW


def test_what_was_cancelled_just_as_its_job_ended_is_over_too(world: World) -> None:
    world.write_project(b"environments: {production: {up_to_date: false}}\n")
    world.begin(world.start())
    release = world.start(world.commit(B))
    with world.database.write() as connection:
        releases.add_job(connection, release, world.now)
        mine = update(job_rows).where(job_rows.c.subject == release.id)
        connection.execute(mine.values(state="running"))
    world.do(Action.CANCEL, release=release.id, reason="no")
    world.beat()
    assert world.release(release.id).state is DeployState.PENDING
    with world.database.write() as connection:
        connection.execute(mine.values(state="done"))
    world.beat()
    ended = world.release(release.id)
    assert (ended.state, ended.status_message, len(world.line())) == (
        DeployState.CANCELLED,
        "Cancelled by `@ada`",
        1,
    )


def test_what_waits_for_a_branch_that_deploys_no_more_is_cancelled(world: World) -> None:
    world.write_project(b"environments: {production: {auto_deploy_branch: release, windows: ['wed 11:00-12:00']}}\n")
    world.commit(B, branch="release")
    world.push(B, "0" * 40, ref="refs/heads/release")
    release = world.releases("production")[0]
    assert release.waiting is Waiting.WINDOW
    world.write_project(b"environments: {production: {windows: ['wed 11:00-12:00']}}\n")
    world.do(Action.ENV_LIST)
    world.now += 3600
    world.beat()
    ended = world.release(release.id)
    assert (ended.state, "`release`" in ended.status_message) == (DeployState.CANCELLED, True)


@pytest.mark.parametrize("retired", [True, False])
def test_what_nobody_can_approve_any_more_is_cancelled(world: World, retired: bool) -> None:
    world.write_project(b"environments: {production: {approvals: 1}}\n")
    release = world.start()
    world.beat()
    assert world.release(release.id).waiting is Waiting.APPROVAL
    if retired:
        world.write_project(b"environments: {staging: {}}\n")
        world.do(Action.ENV_LIST)
    else:
        with world.database.write() as connection:
            gates.make_void(connection, world.gate(release), world.now)
    world.beat()
    assert world.release(release.id).state is DeployState.CANCELLED
    assert world.gate(release).state is GateState.VOID
