"""Releases and environments: made once, moved on legally, shown everywhere at once."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from engine.domain.environment import Environment
from engine.domain.event import Repository
from engine.domain.release import DeployState, Release, ReleaseKind, Waiting
from engine.errors import Cause
from engine.sandboxes.port import Upstream
from engine.store import environments, generations, releases, repositories, timeline
from engine.store.environments import DEPLOYS, Named
from engine.store.releases import IllegalDeployTransition, NewRelease
from engine.store.schema import jobs, outbox, routes
from tests.store.building import House

NOW = 1_700_000_000.0
SHA = "a" * 40


def an_environment(connection: Connection, name: str = "production", access: str = "public") -> Environment:
    """An environment of acme/shop."""
    shop = Repository(7, "acme/shop", "main", private=True, clone_url="https://example.com/acme/shop.git")
    repositories.record(connection, 1, shop, NOW)
    named = Named(name, "local", access, "{}")
    return environments.ensure(
        connection, installation_id=1, repository_id=7, full_name="acme/shop", named=named, now=NOW
    )


def a_release(environment: Environment, **changes: Any) -> NewRelease:
    """A deploy of main that ada asked for."""
    new = NewRelease(
        environment=environment,
        kind=ReleaseKind.DEPLOY,
        sha=SHA,
        ref="refs/heads/main",
        requested_by="ada",
        door="comment",
        ask="gh:1",
        variables_version=0,
        configuration="{}",
        approvals_needed=0,
    )
    return replace(new, **changes)


def marks(connection: Connection) -> set[str]:
    """What the outbox is to show, by the first part of its key."""
    return {str(key).partition(":")[0] for key in connection.execute(select(outbox.c.subject)).scalars()}


def asked(connection: Connection, **changes: Any) -> Release:
    """A release that was asked for."""
    return releases.ask(connection, a_release(an_environment(connection), **changes), NOW)


def test_the_same_ask_makes_one_release(house: House) -> None:
    with house.database.write() as connection:
        first, second = asked(connection), asked(connection)
        third = asked(connection, ask="gh:2")
    assert (first.id, first.number, first.artifact) == (second.id, 1, first.id)
    assert third.number == 2


def test_a_push_that_is_told_twice_makes_one_release_while_the_first_goes_on(house: House) -> None:
    with house.database.write() as connection:
        first, second = asked(connection, ask="", automatic=True), asked(connection, ask="", automatic=True)
        releases.cancel(connection, first, "Cancelled by ada", NOW)
        third = asked(connection, ask="", automatic=True)
    assert first.id == second.id
    assert third.id != first.id


def test_each_environment_counts_its_own_releases(house: House) -> None:
    with house.database.write() as connection:
        asked(connection)
        other = releases.ask(connection, a_release(an_environment(connection, "staging")), NOW)
    assert other.number == 1


def test_a_release_walks_to_deployed_and_tells_everybody(house: House) -> None:
    with house.database.write() as connection:
        release = asked(connection)
        before = generations.read(connection, DEPLOYS)
        for state in (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING, DeployState.DEPLOYED):
            release = releases.advance(connection, release.id, state, f"It is {state}", NOW + 1)
        told = [moment.kind for moment in timeline.of(connection, release.id)]
        assert marks(connection) == {"deployment"}
        assert generations.read(connection, DEPLOYS) > before
    assert told == ["PENDING", "SECURITY_SCANNING", "BUILDING", "DEPLOYING", "DEPLOYED"]
    assert (release.finished_at, release.waiting) == (NOW + 1, Waiting.NOTHING)


def test_an_illegal_step_is_an_error_and_changes_nothing(house: House) -> None:
    with house.database.write() as connection:
        release = asked(connection)
        with pytest.raises(IllegalDeployTransition, match="PENDING can't become DEPLOYED"):
            releases.advance(connection, release.id, DeployState.DEPLOYED, "", NOW)
        assert releases.by_id(connection, release.id) == release


def test_a_failed_push_is_told_on_its_commit_and_a_pull_requests_on_its_comment(house: House) -> None:
    with house.database.write() as connection:
        pushed = asked(connection)
        releases.advance(connection, pushed.id, DeployState.FAILED, "x", NOW, cause=Cause("It broke.", "Mend it.", "b"))
        assert marks(connection) == {"deployment", "commit"}
        asked(connection, ask="gh:2", number_of_pull_request=4)
        assert marks(connection) == {"deployment", "commit", "comment"}
        failed = releases.known_by(connection, pushed.id)
    assert (failed.cause_code, failed.cause, failed.fix) == ("b", "It broke.", "Mend it.")


def test_cancelling_what_waits_ends_it_at_once(house: House) -> None:
    with house.database.write() as connection:
        release = asked(connection)
        releases.add_job(connection, release, NOW)
        releases.cancel(connection, release, "Cancelled by ada", NOW)
        ended = releases.known_by(connection, release.id)
        states = connection.execute(select(jobs.c.state)).scalars().all()
    assert (ended.state, ended.status_message) == (DeployState.CANCELLED, "Cancelled by ada")
    assert states == ["cancelled"]


def test_cancelling_what_is_worked_on_leaves_its_end_to_its_job(house: House) -> None:
    with house.database.write() as connection:
        release = asked(connection)
        releases.add_job(connection, release, NOW)
    house.claim()
    with house.database.write() as connection:
        releases.cancel(connection, release, "Cancelled by ada", NOW)
        known = releases.known_by(connection, release.id)
    assert (known.state, known.stop_wanted) == (DeployState.PENDING, "cancelled")


def test_waiting_is_told_once(house: House) -> None:
    with house.database.write() as connection:
        release = asked(connection)
        for _ in range(3):
            releases.wait_for(connection, release.id, Waiting.APPROVAL, "One approval is missing", NOW)
        told = timeline.of(connection, release.id)
    assert [moment.kind for moment in told] == ["PENDING", "waiting_approval"]


def test_the_pointer_moves_once_for_each_who_knew_where_it_stood(house: House) -> None:
    with house.database.write() as connection:
        environment = an_environment(connection)
        assert environments.serve(connection, environment, "dep_1", Upstream("tcp:127.0.0.1:1"), 3001, NOW)
        assert not environments.serve(connection, environment, "dep_2", Upstream("tcp:127.0.0.1:2"), 3002, NOW)
        now = environments.by_id(connection, environment.id)
        route = connection.execute(select(routes).where(routes.c.label == environment.label)).one()
    assert now is not None
    assert (now.release_id, now.port, now.generation) == ("dep_1", 3001, environment.generation + 1)
    assert (route.state, route.upstream, route.release) == ("serving", "tcp:127.0.0.1:1", "dep_1")


def test_an_environment_is_made_once_and_follows_its_rules(house: House) -> None:
    with house.database.write() as connection:
        first = an_environment(connection)
        environments.retire(connection, first)
        second = an_environment(connection, access="private")
        access = connection.execute(select(routes.c.access)).scalars().all()
    assert (second.id, second.access, second.retired) == (first.id, "private", False)
    assert access == ["private"]


def test_an_environment_that_ended_waits_again_once_it_is_named_again(house: House) -> None:
    with house.database.write() as connection:
        environment = an_environment(connection)
        connection.execute(update(routes).where(routes.c.label == environment.label).values(state="removed"))
        an_environment(connection)
        assert connection.execute(select(routes.c.state)).scalars().all() == ["waiting"]


def test_a_hold_says_who_and_why_until_it_ends(house: House) -> None:
    with house.database.write() as connection:
        environment = an_environment(connection)
        environments.hold(connection, environment, "Rolled back to v1", "ada", NOW)
        held = environments.by_id(connection, environment.id)
        environments.release_hold(connection, environment)
        free = environments.by_id(connection, environment.id)
    assert held is not None
    assert (held.hold, held.hold_by, held.hold_at) == ("Rolled back to v1", "ada", NOW)
    assert free == environment
