"""The check run that tells of a drift: the branch's head isn't what the environment serves. Said once, ended once."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.domain.environment import Environment
from engine.domain.release import Release
from engine.reports.actions import Action
from engine.reports.check_text import TITLE_LIMIT, CheckRun
from engine.reports.escape import CHECK_LIMIT, code, cut, link, plain
from engine.reports.links import Links
from engine.reports.words import iso, short
from engine.store import drifts, environments, meta, releases, repositories
from engine.store.drifts import StoredDrift
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class DriftView:
    """All that there is to say about a drift."""

    #: This installation of Slipway.
    instance: str
    repository: StoredRepository
    environment: Environment
    drift: StoredDrift
    #: What the environment serves; None: nothing.
    serving: Release | None


def drift_view(connection: Connection, repository_id: int, environment_id: str, sha: str) -> DriftView | None:
    """The drift as it stands; None when it was never said, or not of that repository."""
    environment = environments.by_id(connection, environment_id)
    repository = repositories.by_id(connection, repository_id)
    drift = drifts.by_sha(connection, environment_id, sha)
    if environment is None or repository is None or drift is None or environment.repository_id != repository_id:
        return None
    if drift.said_at is None:
        return None
    serving = releases.by_id(connection, environment.release_id) if environment.release_id else None
    return DriftView(meta.instance(connection), repository, environment, drift, serving)


def drift_check_of(view: DriftView, links: Links) -> CheckRun:
    """The check run on the head that should be served. It is neutral: nothing is wrong with the commit."""
    over, name = view.drift.over_at is not None, view.environment.name
    served = view.serving is not None and view.serving.sha == view.drift.sha
    title = f"{name} serves {_commit(view.drift.serving_sha)} instead"
    if over:
        title = f"{name} serves this commit" if served else f"Over: {name} need not serve this commit any more"
    return CheckRun(
        repository=view.repository,
        sha=view.drift.sha,
        external_id=f"slipway:{view.instance}:drift:{view.environment.id}:{view.drift.sha}",
        conclusion="success" if over and served else "neutral",
        title=plain(title, TITLE_LIMIT),
        summary=cut(_summary(view, links, served=served), CHECK_LIMIT),
        text="",
        details_url=links.release(view.serving.id) if view.serving else "",
        started_at=iso(view.drift.since),
        completed_at=iso(view.drift.over_at or view.drift.said_at or view.drift.since),
        location=None,
        message="",
        actions=() if over else (Action("Deploy", f"Deploy to {name}", "deploy"),),
        name=f"Slipway drift: {name}",
    )


def _summary(view: DriftView, links: Links, *, served: bool) -> str:
    name, drift = f"`{view.environment.name}`", view.drift
    serving = "nothing"
    if view.serving is not None:
        page = link(f"`{view.serving.name}`", links.release(view.serving.id))
        serving = f"commit {code(short(view.serving.sha))} ({page})"
    if drift.over_at is not None:
        end = "this commit is served" if served else "it need not serve this commit any more"
        return f"{name} served {_commit(drift.serving_sha)} instead of this commit. That is over: {end}."
    return (
        f"Commit {code(short(drift.sha))} is the head of the branch that {name} deploys from, and {name} serves "
        f"{serving}; so it has been since {iso(drift.since)}, and nothing that Slipway knows of explains it.\n\n"
        "Press Deploy above to deploy this commit, or `/lock` the environment to say that it is meant to be so."
    )


def _commit(sha: str) -> str:
    return short(sha) if sha else "nothing"
