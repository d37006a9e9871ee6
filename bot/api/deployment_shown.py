"""Deployments as the API shows them: the documented fields, in their order. Times are ISO 8601 in UTC."""

from dataclasses import asdict, dataclass

from bot.api.problem import ToldObstacle
from bot.pages.markdown import as_words
from engine.domain.environment import Environment
from engine.domain.gate import Gate, GateState
from engine.domain.release import DEPLOY_LABELS, DeployState, Release, ReleaseKind, Waiting
from engine.reports.words import iso
from engine.settings import Settings
from engine.store.timeline import Moment

LABELS = {state.value: label for state, label in DEPLOY_LABELS.items()}


@dataclass(frozen=True)
class ShownCause:
    """Why it failed, and what to do about it."""

    code: str
    message: str
    fix: str


@dataclass(frozen=True)
class ShownMoment:
    """One entry of its timeline; `seconds` is how long the stage before took."""

    at: str
    kind: str
    label: str
    message: str
    seconds: float | None


@dataclass(frozen=True)
class ShownVote:
    """What one person decided."""

    login: str
    approves: bool
    at: str


@dataclass(frozen=True)
class ShownApprovals:
    """What is needed before it goes on, bound to its commit."""

    state: GateState
    needed: int
    missing: int
    sha: str
    asked_by: str
    votes: list[ShownVote]


@dataclass(frozen=True)
class ListedDeployment:
    """A deployment in a list."""

    #: The same from end to end.
    id: str
    #: What people call it: `v12`.
    name: str
    number: int
    kind: ReleaseKind
    state: DeployState
    label: str
    status_message: str
    #: What it waits for; empty: nothing.
    waiting: Waiting
    repository: str
    environment: str
    environment_id: str
    sha: str
    ref: str
    #: Where the environment is opened, and where this deployment is watched.
    url: str
    page_url: str
    #: True while it is what answers on `url`.
    serving: bool
    requested_by: str
    door: str
    automatic: bool
    pull_request: int | None
    #: The deployment that it goes back to, or that it was promoted from.
    source_id: str | None
    variables_version: int
    cause: ShownCause | None
    created_at: str
    started_at: str | None
    finished_at: str | None


@dataclass(frozen=True)
class ShownDeployment(ListedDeployment):
    """A deployment with all that is known of it."""

    approvals: ShownApprovals | None
    timeline: list[ShownMoment]


@dataclass(frozen=True)
class AnsweredDeployment(ShownDeployment):
    """A deployment, and how the ask about it went."""

    deployment_id: str
    message: str
    #: All that it waits for.
    waits: list[ToldObstacle]


@dataclass(frozen=True)
class DeploymentPage:
    """A page of a list; `next` goes into `before` of the next one."""

    deployments: list[ListedDeployment]
    next: str | None


@dataclass(frozen=True)
class RollbackPlan:
    """What a rollback would change, in words and in Markdown; nothing was changed."""

    plan: str
    markdown: str


@dataclass(frozen=True)
class LogPage:
    """Lines of a log from line `from_line` on; `next_line` is where the next page begins."""

    lines: list[str]
    from_line: int
    next_line: int
    #: True when nothing will follow.
    over: bool


def listed(release: Release, environment: Environment, full_name: str, settings: Settings) -> ListedDeployment:
    """A deployment in a list."""
    failed = bool(release.cause or release.cause_code)
    return ListedDeployment(
        id=release.id,
        name=release.name,
        number=release.number,
        kind=release.kind,
        state=release.state,
        label=DEPLOY_LABELS[release.state],
        status_message=as_words(release.status_message),
        waiting=release.waiting,
        repository=full_name,
        environment=environment.name,
        environment_id=environment.id,
        sha=release.sha,
        ref=release.ref,
        url=settings.release_url(environment.label),
        page_url=f"{settings.public_url}/deploys/{release.id}",
        serving=environment.release_id == release.id,
        requested_by=release.requested_by,
        door=release.door,
        automatic=release.automatic,
        pull_request=release.number_of_pull_request or None,
        source_id=release.source_id or None,
        variables_version=release.variables_version,
        cause=ShownCause(release.cause_code, release.cause, release.fix) if failed else None,
        created_at=iso(release.created_at),
        started_at=_when(release.started_at),
        finished_at=_when(release.finished_at),
    )


def shown(plain: ListedDeployment, gate: Gate | None, moments: list[Moment]) -> ShownDeployment:
    """A deployment with its approvals and timeline."""
    return ShownDeployment(
        **vars(plain),
        approvals=None if gate is None else _approvals(gate),
        timeline=[
            ShownMoment(iso(each.at), each.kind, LABELS.get(each.kind, ""), as_words(each.message), each.seconds)
            for each in moments
        ],
    )


def answered(found: ShownDeployment, message: str, waits: tuple[ToldObstacle, ...]) -> dict[str, object]:
    """For an answer."""
    return asdict(AnsweredDeployment(**vars(found), deployment_id=found.id, message=message, waits=list(waits)))


def _approvals(gate: Gate) -> ShownApprovals:
    votes = [ShownVote(vote.login, vote.approves, iso(vote.at)) for vote in gate.votes]
    return ShownApprovals(gate.state, gate.needed, gate.missing, gate.sha, gate.asked_by, votes)


def _when(seconds: float | None) -> str | None:
    return None if seconds is None else iso(seconds)
