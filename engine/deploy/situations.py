"""Reads what the rules look at, in the transaction that writes."""

from dataclasses import replace

from sqlalchemy import Connection

from engine.deploy.commit_facts import CommitFacts
from engine.deploy.history import newest_begun
from engine.deploy.movement import moved_since
from engine.deploy.rules.situation import Earlier, Situation
from engine.deploy.scene import Place, Scene
from engine.domain.environment import Environment
from engine.domain.permission import Role
from engine.domain.release import Release
from engine.project.environments import Rules
from engine.store import branches, environments, locks, pull_requests, releases
from engine.store.locks import LockTimes


def situation_in(connection: Connection, environment: Environment, rules: Rules, times: LockTimes) -> Situation:
    """What the environment itself says: who holds it, whether it is held or retired."""
    return Situation(
        now=times.now,
        login="",
        role=Role.NONE,
        rules=rules,
        retired=environment.retired,
        line=tuple(locks.queue(connection, environment.id, times)),
        hold=environment.hold,
        hold_by=environment.hold_by,
    )


def situation_of(scene: Scene, place: Place, commit: CommitFacts | None = None) -> Situation:
    """The whole situation of an ask."""
    found = situation_in(scene.connection, place.environment, place.rules, scene.times)
    found = replace(
        found,
        login=scene.ask.login,
        role=scene.facts.role,
        problems=scene.facts.problems,
        instance_id=scene.ask.overrides.instance_id or "",
    )
    return found if commit is None else _with_commit(scene, found, place, commit)


def with_earlier(connection: Connection, situation: Situation, repository_id: int, sha: str) -> Situation:
    """The situation with what the environment before says of that commit."""
    return replace(situation, earlier=_earlier(connection, repository_id, situation.rules.after, sha))


def of_release(
    connection: Connection, release: Release, environment: Environment, rules: Rules, times: LockTimes
) -> Situation:
    """The situation of a release that waits."""
    found = situation_in(connection, environment, rules, times)
    found = replace(found, login=release.requested_by, automatic=release.automatic, release_id=release.id)
    return with_earlier(connection, found, release.repository_id, release.sha)


def _with_commit(scene: Scene, found: Situation, place: Place, commit: CommitFacts) -> Situation:
    connection, repository_id = scene.connection, scene.ask.repository.id
    pull_request = commit.pull_request
    stored = pull_requests.by_number(connection, repository_id, scene.ask.number) if scene.ask.number else None
    moved = moved_since(
        scene.ask,
        commit,
        scene.facts.gathered_at,
        newest_head="" if stored is None else stored.head_sha,
        branch=branches.by_ref(connection, repository_id, commit.ref) if commit.ref else None,
    )
    found = with_earlier(connection, found, repository_id, commit.sha)
    return replace(
        found,
        commit=commit,
        moved=moved,
        fork=pull_request is not None and pull_request.head_repository_id != repository_id,
        closed=pull_request is not None and not pull_request.open,
    )


def _earlier(connection: Connection, repository_id: int, name: str, sha: str) -> Earlier | None:
    if not name:
        return None
    environment = environments.by_name(connection, repository_id, name)
    if environment is None:
        return Earlier(name, None, "")
    on_its_way = any(each.sha == sha for each in releases.unfinished(connection, environment.id))
    return Earlier(name, newest_begun(connection, environment), environment.release_id, on_its_way)
