"""What reports and pages show, read from SQL at one moment. Pure reads; the words come later."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.domain.build import Build
from engine.domain.preview import Preview, PreviewState, preview_state
from engine.reports.first_report import tells_of_production
from engine.reports.readiness_view import ReadinessView
from engine.reports.release_view import ReleaseView, pull_request_deploys, release_view
from engine.store import asks, builds, logs, meta, previews, pull_requests, repositories, skips, timeline
from engine.store.asks import Ask
from engine.store.pull_requests import StoredPullRequest
from engine.store.repositories import StoredRepository
from engine.store.skips import Skipped

#: How many answers the comment keeps, and how many of its last lines a log shows in a check run.
ANSWERS = 3
LOG_LINES = 60


@dataclass(frozen=True)
class Stage:
    """One stage of a build that was begun. `seconds` is None while it goes on."""

    kind: str
    message: str
    seconds: float | None


@dataclass(frozen=True)
class BuildView:
    """A build with its stages and the end of its log."""

    build: Build
    stages: tuple[Stage, ...]
    log_tail: tuple[str, ...]
    #: Unix seconds: the last thing that happened to it.
    updated_at: float


@dataclass(frozen=True)
class Answer:
    """An ask of a person, with the build or the release that answers it, if one does."""

    ask: Ask
    build: Build | None
    #: False while it isn't known that none of the build's processes lives, though the build is over.
    proven: bool = True
    release: ReleaseView | None = None
    #: The look that answers it (engine.reports.inspection_answer).
    look: ReadinessView | None = None


@dataclass(frozen=True)
class PullRequestView:
    """All that there is to say about a pull request."""

    #: This installation of Slipway.
    instance: str
    repository: StoredRepository
    number: int
    #: None when only comments have told us of it.
    pull_request: StoredPullRequest | None
    preview: Preview | None
    state: PreviewState
    newest: BuildView | None
    #: The build that answers on the link.
    serving: Build | None
    #: Why the head commit was not built, when it wasn't.
    skipped: Skipped | None
    answers: tuple[Answer, ...]
    #: Unix seconds: the last thing that happened to it.
    updated_at: float
    #: The newest release of each environment that it was deployed to.
    deploys: tuple[ReleaseView, ...] = ()
    #: True in the first report of a project that names no environments, until something is deployed.
    by_command_only: bool = False
    #: Whether it is ready to ship; None: nobody asked.
    readiness: ReadinessView | None = None


@dataclass(frozen=True)
class CommitView:
    """All that there is to say about a commit: it is built, or it was skipped."""

    instance: str
    repository: StoredRepository
    sha: str
    outcome: BuildView | Skipped
    preview: Preview | None


def pull_request_view(connection: Connection, repository_id: int, number: int) -> PullRequestView | None:
    """The pull request as it stands; None when its repository is unknown."""
    repository = repositories.by_id(connection, repository_id)
    if repository is None:
        return None
    known = pull_requests.by_number(connection, repository_id, number)
    preview = previews.by_pull_request(connection, repository_id, number)
    newest = builds.newest(connection, preview) if preview else None
    built = newest is not None and known is not None and newest.sha == known.head_sha
    newest_view = build_view(connection, newest) if newest else None
    unproven = {build.id for build in builds.unproven(connection)}
    answers = tuple(
        Answer(
            ask,
            _build(connection, ask.build_id),
            ask.build_id not in unproven,
            release_view(connection, repository_id, ask.release_id) if ask.release_id else None,
        )
        for ask in asks.newest(connection, repository_id, number, ANSWERS)
    )
    return PullRequestView(
        instance=meta.instance(connection),
        repository=repository,
        number=number,
        pull_request=known,
        preview=preview,
        state=_state(preview, newest) if preview else PreviewState.WAITING,
        newest=newest_view,
        serving=_build(connection, preview.serving_build_id) if preview else None,
        skipped=skips.of_commit(connection, repository_id, known.head_sha) if known and not built else None,
        answers=answers,
        updated_at=_updated_at(connection, known, preview, newest_view, answers),
        deploys=pull_request_deploys(connection, repository_id, number),
        by_command_only=preview is not None and tells_of_production(connection, preview),
    )


def commit_view(connection: Connection, repository_id: int, sha: str) -> CommitView | None:
    """The commit as it stands; None when there is nothing to say. A build says more than a skip."""
    repository = repositories.by_id(connection, repository_id)
    build = builds.of_commit(connection, repository_id, sha)
    outcome = build_view(connection, build) if build else skips.of_commit(connection, repository_id, sha)
    if repository is None or outcome is None:
        return None
    preview = previews.by_id(connection, build.preview_id) if build else None
    return CommitView(meta.instance(connection), repository, sha, outcome, preview)


def build_view(connection: Connection, build: Build) -> BuildView:
    """A build with what its timeline and its log say."""
    entries = timeline.of(connection, build.id)
    ends = [*(entry.at for entry in entries[1:]), None]
    stages = tuple(
        Stage(entry.kind, entry.message, None if end is None else end - entry.at)
        for entry, end in zip(entries, ends, strict=True)
    )
    return BuildView(
        build=build,
        stages=stages,
        log_tail=tuple(logs.tail(connection, build.id, LOG_LINES)),
        updated_at=max([build.created_at, *(entry.at for entry in entries)]),
    )


def _state(preview: Preview, newest: Build | None) -> PreviewState:
    return preview_state(preview.life, newest.state if newest else None, down=preview.down)


def _updated_at(
    connection: Connection,
    known: StoredPullRequest | None,
    preview: Preview | None,
    newest: BuildView | None,
    answers: tuple[Answer, ...],
) -> float:
    moments = [answer.ask.created_at for answer in answers]
    if newest is not None:
        moments.append(newest.updated_at)
    if preview is not None:
        moments.append(timeline.last_at(connection, preview.id) or 0.0)
    return max(moments, default=known.head_received_at if known else 0.0)


def _build(connection: Connection, build_id: str) -> Build | None:
    return builds.by_id(connection, build_id) if build_id else None
