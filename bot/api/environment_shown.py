"""Environments as the API shows them: the documented fields, in their order. Times are ISO 8601 in UTC."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.pages.markdown import as_words
from engine.domain.environment import Environment
from engine.domain.lock import Lock
from engine.domain.release import DEPLOY_LABELS, DeployState, Release
from engine.reports.words import iso
from engine.settings import Settings


@dataclass(frozen=True)
class BriefDeployment:
    """A deployment in its environment."""

    id: str
    name: str
    state: DeployState
    label: str
    status_message: str
    sha: str
    requested_by: str
    created_at: str
    finished_at: str | None


@dataclass(frozen=True)
class ShownLock:
    """Who holds an environment, or waits for it at that place. `deployment_id`: a deployment does, not a person."""

    holder: str
    reason: str
    since: str
    place: int
    deployment_id: str | None


@dataclass(frozen=True)
class ShownHold:
    """Why automatic deploys wait."""

    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class ShownEnvironment:
    """An environment: what serves, what comes, and what stands before it."""

    id: str
    name: str
    repository: str
    target: str
    #: `public` or `private`.
    access: str
    url: str
    #: True once the default branch's slipway.yml no longer names it.
    retired: bool
    serving: BriefDeployment | None
    #: Deployments that aren't over, oldest first.
    coming: list[BriefDeployment]
    #: The newest deployment, where it ended without serving.
    ended: BriefDeployment | None
    lock: ShownLock | None
    queue: list[ShownLock]
    hold: ShownHold | None
    variables_version: int
    #: As slipway.yml says.
    rules: dict[str, Any]


@dataclass(frozen=True)
class AnsweredEnvironment(ShownEnvironment):
    """An environment, and how the ask about it went."""

    message: str


@dataclass(frozen=True)
class Facts:
    """What is shown with an environment."""

    serving: Release | None
    coming: Sequence[Release]
    newest: Release | None
    lock: Lock | None
    queue: Sequence[Lock]


def shown(environment: Environment, full_name: str, facts: Facts, settings: Settings) -> ShownEnvironment:
    """An environment."""
    hold = (
        ShownHold(as_words(environment.hold), environment.hold_by, iso(environment.hold_at))
        if environment.hold
        else None
    )
    newest = facts.newest
    served = newest is None or newest.state is DeployState.DEPLOYED or not newest.state.terminal
    return ShownEnvironment(
        id=environment.id,
        name=environment.name,
        repository=full_name,
        target=environment.target,
        access=environment.access,
        url=settings.release_url(environment.label),
        retired=bool(environment.retired),
        serving=None if facts.serving is None else _brief(facts.serving),
        coming=[_brief(each) for each in facts.coming],
        ended=None if newest is None or served else _brief(newest),
        lock=None if facts.lock is None else _lock(facts.lock),
        queue=[_lock(each) for each in facts.queue],
        hold=hold,
        variables_version=environment.variables_version,
        rules=json.loads(environment.rules or "{}"),
    )


def _brief(release: Release) -> BriefDeployment:
    return BriefDeployment(
        id=release.id,
        name=release.name,
        state=release.state,
        label=DEPLOY_LABELS[release.state],
        status_message=as_words(release.status_message),
        sha=release.sha,
        requested_by=release.requested_by,
        created_at=iso(release.created_at),
        finished_at=None if release.finished_at is None else iso(release.finished_at),
    )


def _lock(lock: Lock) -> ShownLock:
    return ShownLock(lock.holder, lock.reason, iso(lock.since), lock.place, lock.release_id or None)
