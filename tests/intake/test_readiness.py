"""`/readiness` and `/fix` by comment: what they start, and how their asks end with it."""

import time
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from engine.domain.inspection import Fix, FixState, FixWay, Inspection, InspectionState
from engine.domain.job import JobKind
from engine.reasons import Reason
from engine.reports.subjects import mark_comment
from engine.store import asks, fixes, inspections, jobs
from engine.store.access_schema import audit
from engine.store.asks import Ask
from engine.store.readiness_schema import fixes as fix_rows
from tests.forge.payloads import (
    FORK_ID,
    INSTALLATION_ID,
    REPOSITORY_ID,
    SHA_A,
    SHA_B,
    SHA_C,
    a_comment_event,
)
from tests.intake.deploying import push_branch
from tests.intake.looking import HEAD, ended, looked, seen_of
from tests.intake.test_buttons import push
from tests.intake.test_commands import reactions, write
from tests.intake.world import World

END = {InspectionState.DONE: asks.DONE, InspectionState.FAILED: asks.FAILED}
FORK: dict[str, Any] = {"ref": "x", "sha": SHA_A, "repo": {"id": FORK_ID}}


def again(world: World, ask: Ask) -> Ask:
    """The ask as it is by now."""
    return world.ask(ask.delivery)


def inspection(world: World) -> Inspection:
    """The newest one of the pull request."""
    with world.database.read() as connection:
        found = inspections.newest(connection, REPOSITORY_ID, 1)
    assert found is not None
    return found


def end(world: World, state: InspectionState, inspected: str = "") -> None:
    """Its job says that it is over."""
    with world.database.write() as connection:
        ended(connection, inspections.known_by(connection, inspection(world).id), state, inspected)


def all_fixes(world: World) -> list[Fix]:
    """Every fix that was asked for."""
    with world.database.read() as connection:
        return [
            fix
            for fix_id in connection.execute(select(fix_rows.c.id)).scalars()
            if (fix := fixes.by_id(connection, fix_id)) is not None
        ]


def end_fix(world: World, state: FixState, sentence: str, reason: str = "") -> None:
    """Its job says that it is over."""
    (fix,) = all_fixes(world)
    where = {"installation_id": INSTALLATION_ID, "repository_id": REPOSITORY_ID, "number": 1}
    with world.database.write() as connection:
        fixes.end(connection, fix.id, state, sentence, 3000.0, way=FixWay.COMMIT, reason=reason)
        mark_comment(connection, **where)


def audited(world: World) -> list[tuple[str, str, str]]:
    """Who did what, and how it ended."""
    with world.database.read() as connection:
        rows = connection.execute(select(audit.c.who, audit.c.did, audit.c.outcome).order_by(audit.c.id)).all()
    return [(row.who, row.did, row.outcome) for row in rows]


@pytest.fixture
def offered(world: World) -> World:
    """The head was looked at: a Procfile can be written."""
    push(world)
    with world.database.write() as connection:
        looked(connection, "procfile")
    return world


def test_a_readers_comment_has_the_head_looked_at_and_is_seen(world: World) -> None:
    push(world)
    ask = write(world, "/readiness", "reader")
    made = inspection(world)
    assert (ask.state, ask.inspection_id, ask.command) == (asks.WORKING, made.id, "/readiness")
    assert (made.sha, made.number, made.asked_by, made.state) == (SHA_A, 1, "reader", InspectionState.WAITING)
    assert world.jobs(JobKind.INSPECT) == [made.id]
    assert reactions(world) == ("eyes",)
    assert ("reader", f"inspect {made.id}", "done") in audited(world)


def test_the_ask_ends_with_the_look_and_says_its_light(world: World) -> None:
    push(world)
    ask = write(world, "/readiness")
    assert "Slipway looks whether commit `aaaaaaa` of `acme/shop#1` is ready to ship" in world.comment_shows()
    end(world, InspectionState.DONE, seen_of(SHA_A).json())
    assert again(world, ask).state == asks.DONE
    assert reactions(world) == ("eyes", "rocket")
    # Nobody scanned, so that it is never green.
    assert "🟡 **Ready to ship, with warnings**, commit `aaaaaaa` of `acme/shop#1`" in world.comment_shows()
    assert "/projects/acme/shop/pulls/1/readiness)" in world.comment_shows()


def test_a_look_that_ends_early_ends_the_ask_badly_and_says_why(world: World) -> None:
    push(world)
    ask = write(world, "/readiness")
    end(world, InspectionState.FAILED)
    assert again(world, ask).state == asks.FAILED
    assert reactions(world) == ("eyes", "-1")
    assert "ended early: It is over." in world.comment_shows()


def test_who_asks_while_it_is_looked_at_waits_for_the_same_look(world: World) -> None:
    push(world)
    first, second = write(world, "/readiness"), write(world, "/readiness", "reader", 78)
    assert first.inspection_id == second.inspection_id
    assert len(world.jobs(JobKind.INSPECT)) == 1
    end(world, InspectionState.DONE, seen_of(SHA_A).json())
    assert [again(world, each).state for each in (first, second)] == [asks.DONE, asks.DONE]


def test_asking_again_looks_again(offered: World) -> None:
    ask = write(offered, "/readiness")
    assert ask.state == asks.WORKING
    assert offered.jobs(JobKind.INSPECT) == [ask.inspection_id]


@pytest.mark.parametrize("state", [InspectionState.DONE, InspectionState.FAILED])
def test_a_reader_who_asks_again_at_once_has_nothing_looked_at(world: World, state: InspectionState) -> None:
    push(world)
    write(world, "/readiness", "reader")
    with world.database.write() as connection:
        jobs.want_stop(connection, subject=inspection(world).id, kind=JobKind.INSPECT, why="cancelled")
        inspections.advance(connection, inspection(world).id, state, "It is over.", time.time())
    ask = write(world, "/readiness", "reader", 78)
    assert (ask.state, ask.inspection_id) == (END[state], inspection(world).id)
    assert (inspection(world).state, world.jobs(JobKind.INSPECT)) == (state, [])
    assert write(world, "/readiness", "writer", 79).state == asks.WORKING


def test_a_reader_who_asks_later_has_it_looked_at_anew(offered: World) -> None:
    assert write(offered, "/readiness", "reader").state == asks.WORKING


def test_a_push_in_between_looks_at_nothing(world: World) -> None:
    push(world)
    key = world.receive("issue_comment", a_comment_event("/readiness"))
    push(world, SHA_B)
    world.run(key)
    assert world.ask(key).reason == Reason.HEAD_MOVED
    assert world.jobs(JobKind.INSPECT) == []


def test_a_forks_head_is_looked_at_for_whoever_may_read(world: World) -> None:
    push(world, head=FORK)
    assert write(world, "/readiness", "reader").state == asks.WORKING
    assert inspection(world).sha == SHA_A
    assert world.builds() == []


@pytest.mark.parametrize(("body", "sender"), [("/readiness", "stranger"), ("/fix procfile", "reader")])
def test_who_may_not_starts_nothing_and_is_audited(offered: World, body: str, sender: str) -> None:
    assert write(offered, body, sender).reason == Reason.NOT_PERMITTED
    assert offered.jobs(JobKind.INSPECT) + offered.jobs(JobKind.FIX) == []
    assert audited(offered)[-1] == (sender, "command", f"refused:{Reason.NOT_PERMITTED}")


@pytest.mark.parametrize("body", ["/readiness", "/fix procfile"])
def test_on_a_closed_pull_request_nothing_happens(offered: World, body: str) -> None:
    offered.at_github(state="closed")
    assert write(offered, body).reason == Reason.PULL_REQUEST_CLOSED
    assert offered.jobs(JobKind.INSPECT) + offered.jobs(JobKind.FIX) == []


@pytest.mark.parametrize("head", [None, FORK])
def test_a_fix_is_asked_for_on_the_head_in_the_askers_name(offered: World, head: dict[str, Any] | None) -> None:
    if head is not None:
        push(offered, head=head)
    ask = write(offered, "/fix procfile")
    (fix,) = all_fixes(offered)
    assert (ask.state, ask.fix_id, ask.command) == (asks.WORKING, fix.id, "/fix procfile")
    assert (fix.name, fix.sha, fix.number, fix.delivery) == ("procfile", SHA_A, 1, ask.delivery)
    assert (fix.login, fix.account) == ("writer", a_comment_event("")["sender"]["id"])
    assert offered.jobs(JobKind.FIX) == [fix.id]
    assert ("writer", f"fix procfile {fix.id}", "done") in audited(offered)
    assert "The fix `procfile` is being written on top of commit `aaaaaaa`." in offered.comment_shows()


@pytest.mark.parametrize(
    ("state", "reason", "expected", "reaction"),
    [
        (FixState.DONE, "", asks.DONE, "rocket"),
        (FixState.REFUSED, "head_moved", asks.REFUSED, "-1"),
        (FixState.FAILED, "", asks.FAILED, "-1"),
    ],
)
def test_the_ask_ends_as_its_fix_does(
    offered: World, state: FixState, reason: str, expected: str, reaction: str
) -> None:
    ask = write(offered, "/fix procfile")
    end_fix(offered, state, "How it **went**.", reason)
    found = again(offered, ask)
    assert (found.state, found.reason) == (expected, reason)
    assert reactions(offered) == ("eyes", reaction)
    assert "How it **went**." in offered.comment_shows()
    assert offered.comment_shows().count(f"`{reason}`") == (1 if reason else 0)


def test_the_end_of_a_look_ends_no_fix(offered: World) -> None:
    ask = write(offered, "/fix procfile")
    with offered.database.write() as connection:
        inspections.ask(connection, HEAD, 2000.0)
    end(offered, InspectionState.DONE)
    assert again(offered, ask).state == asks.WORKING


def test_what_was_seen_before_is_offered_while_it_is_looked_at_again(offered: World) -> None:
    write(offered, "/readiness")
    assert write(offered, "/fix procfile", comment_id=78).state == asks.WORKING


@pytest.mark.parametrize(
    "other",
    [replace(HEAD, number=2), replace(HEAD, number=0), replace(HEAD, repository_id=8), replace(HEAD, sha=SHA_B)],
)
def test_what_was_seen_elsewhere_offers_nothing_here(world: World, other: inspections.Wanted) -> None:
    push(world)
    with world.database.write() as connection:
        looked(connection, "procfile", wanted=other)
    assert write(world, "/fix procfile").reason == Reason.NOT_INSPECTED
    assert all_fixes(world) == []


def test_a_delivery_that_is_worked_on_twice_writes_once(offered: World) -> None:
    key = offered.receive("issue_comment", a_comment_event("/fix procfile"))
    first, second = offered.begin(key), offered.begin(key)
    offered.finish(first)
    offered.finish(second)
    assert len(all_fixes(offered)) == 1
    assert len(offered.jobs(JobKind.FIX)) == 1


def test_the_default_branch_is_looked_at_with_each_push_once_somebody_asked(world: World) -> None:
    push_branch(world, "refs/heads/main", SHA_A, SHA_B)
    with world.database.read() as connection:
        assert inspections.newest(connection, REPOSITORY_ID, 0) is None
    with world.database.write() as connection:
        looked(connection, wanted=replace(HEAD, number=0, sha=SHA_B, asked_by="writer"))
    push_branch(world, "refs/heads/cart", SHA_B, SHA_A)
    push_branch(world, "refs/heads/main", SHA_B, SHA_C)
    with world.database.read() as connection:
        found = inspections.newest(connection, REPOSITORY_ID, 0)
    assert found is not None
    assert (found.sha, found.state, found.asked_by) == (SHA_C, InspectionState.WAITING, "")
