"""Deliveries about environments, and what became of them: shared by the tests of deploys."""

from typing import Any

from sqlalchemy import select, update

from engine.domain.gate import Gate, GateKind
from engine.domain.release import DeployState, Release
from engine.store import gates, releases
from engine.store.asks import Ask
from engine.store.deploy_schema import environments as environment_rows
from engine.store.deploy_schema import releases as release_rows
from tests.forge.payloads import SHA_A, SHA_B, SHA_C, a_comment_event, a_pull_request_event, a_push_event
from tests.intake.presses import a_press
from tests.intake.world import World

TWO = "environments: {staging: {auto_deploy_branch: main, checks: none}, production: {checks: none, approvals: 1}}"
ONE = "environments: {production: {checks: none, approvals: 1}}"


def open_shop(world: World) -> World:
    """A pull request's head is SHA_A, on top of main's SHA_C; there is no slipway.yml."""
    world.history.add(SHA_A, SHA_C, branch="cart")
    world.history.add(SHA_B, SHA_A)
    push(world, SHA_A)
    return world


def configure(world: World, text: str) -> None:
    """The default branch's `slipway.yml`."""
    world.repository.files["main"] = {"slipway.yml": text.encode()}


def push(world: World, sha: str, **changes: Any) -> None:
    """The pull request's branch is at `sha`, and both webhooks say so."""
    world.history.refs["refs/heads/cart"] = sha
    world.at_github(sha=sha, **changes)
    world.take_in("pull_request", a_pull_request_event("synchronize", sha=sha, **changes))


def push_branch(world: World, ref: str, before: str, after: str) -> str:
    """A push of a branch or tag; the note of its delivery."""
    world.history.refs[ref] = after
    return world.take_in("push", a_push_event(ref, before, after)).note


def say(world: World, body: str, sender: str = "writer") -> Ask:
    """A command; the ask afterwards."""
    key = world.receive("issue_comment", a_comment_event(body, sender))
    world.run(key)
    return world.ask(key)


def all_releases(world: World) -> list[Release]:
    """Every release there is, in the order in which they were made."""
    with world.database.read() as connection:
        ids = connection.execute(select(release_rows.c.id).order_by(release_rows.c.created_at)).scalars().all()
        return [releases.known_by(connection, each) for each in ids]


def the_release(world: World) -> Release:
    """The only release there is."""
    (found,) = all_releases(world)
    return found


def the_gate(world: World) -> Gate:
    """The gate before the only release."""
    with world.database.read() as connection:
        found = gates.newest_of(connection, GateKind.DEPLOY, the_release(world).id)
    assert found is not None
    return found


def press(world: World, button: str, sender: str, sha: str = SHA_A, **changes: Any) -> str:
    """A button of the gate's check run; the delivery's key."""
    mark = {"external_id": f"slipway:{world.instance}:gate:{the_gate(world).id}"}
    return world.take_in("check_run", a_press(button, world.instance, sha, sender, **(mark | changes))).key


def goes_live(world: World, release: Release) -> None:
    """Its job has brought it there."""
    with world.database.write() as connection:
        for state in (DeployState.SECURITY_SCANNING, DeployState.DEPLOYING, DeployState.DEPLOYED):
            releases.advance(connection, release.id, state, state.value, release.created_at + 1)
        mine = environment_rows.c.id == release.environment_id
        connection.execute(update(environment_rows).where(mine).values(release_id=release.id))
