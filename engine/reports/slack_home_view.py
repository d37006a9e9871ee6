"""What somebody's App Home shows, read from SQL at one moment. Pure reads."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, union

from engine.domain.build import TERMINAL as BUILT
from engine.domain.event import Person
from engine.domain.gate import Gate, GateKind, GateState
from engine.domain.release import TERMINAL, DeployState
from engine.project.environments import rules_of
from engine.reports.preview_view import PreviewView, preview_view
from engine.reports.release_view import ReleaseView, release_view
from engine.store import gates, repositories, slack_channels, slack_people
from engine.store.deploy_schema import gates as gate_rows
from engine.store.deploy_schema import releases
from engine.store.repositories import StoredRepository
from engine.store.schema import builds, previews
from engine.store.slack_channels import Subscription
from engine.store.slack_schema import slack_asks, slack_subscriptions

#: Projects that one home tells of: those that somebody subscribed, and those that they asked for last.
PROJECTS = 10
#: Further projects whose waiting releases are looked at: GitHub is asked about each.
FURTHER = 20
#: Of each project.
RUNNING, WAITING = 5, 5


@dataclass(frozen=True)
class Project:
    """A repository as one person sees it in their App Home."""

    repository: StoredRepository
    deploys: tuple[ReleaseView, ...]
    builds: tuple[PreviewView, ...]
    #: Releases that this person may let go on, if GitHub lets them write.
    waits: tuple[ReleaseView, ...]
    #: Which channels of the workspace hear of it.
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True)
class Home:
    """Somebody's App Home."""

    workspace_id: int
    user_id: str
    #: Who they are at GitHub; None: nobody has said so.
    person: Person | None
    projects: tuple[Project, ...] = ()


def home_of(connection: Connection, workspace_id: int, user_id: str) -> Home:
    """Their home; without projects as long as nobody knows who they are."""
    person = slack_people.person_of(connection, workspace_id, user_id)
    if person is None:
        return Home(workspace_id, user_id, None)
    heard = slack_channels.of_workspace(connection, workspace_id)
    known = _repositories(connection, workspace_id, user_id)
    found = []
    for repository_id in known:
        repository = repositories.by_id(connection, repository_id)
        if repository is not None and repository.covered:
            mine = tuple(each for each in heard if each.repository_id == repository_id)
            found.append(_project(connection, repository, person, mine))
    others = {each.repository_id for each in heard}.difference(known)
    return Home(workspace_id, user_id, person, (*found, *_further(connection, others, person)))


def _further(connection: Connection, repository_ids: Collection[int], person: Person) -> list[Project]:
    """Of what channels of the workspace hear of besides: only what waits for this person, the oldest first."""
    waiting = (gate_rows.c.kind == GateKind.DEPLOY, gate_rows.c.state == GateState.WAITING)
    mine = select(gate_rows.c.repository_id).where(gate_rows.c.repository_id.in_(repository_ids), *waiting)
    ids = connection.execute(mine.group_by(gate_rows.c.repository_id).order_by(func.min(gate_rows.c.created_at)))
    found: list[Project] = []
    for repository_id in ids.scalars().all():
        repository = repositories.by_id(connection, repository_id)
        waits = _waiting(connection, repository_id, person)
        if repository is not None and repository.covered and waits:
            found.append(Project(repository, deploys=(), builds=(), waits=waits, subscriptions=()))
        if len(found) == FURTHER:
            break
    return found


def _repositories(connection: Connection, workspace_id: int, user_id: str) -> list[int]:
    """What they subscribed a channel to, then what they asked for, the newest first."""
    subscribed = select(slack_subscriptions.c.repository_id, slack_subscriptions.c.created_at.label("at")).where(
        slack_subscriptions.c.workspace_id == workspace_id, slack_subscriptions.c.by_user == user_id
    )
    asked = select(slack_asks.c.repository_id, slack_asks.c.created_at.label("at")).where(
        slack_asks.c.workspace_id == workspace_id, slack_asks.c.user_id == user_id, slack_asks.c.repository_id != 0
    )
    both = union(subscribed, asked).subquery()
    newest = connection.execute(select(both.c.repository_id).order_by(both.c.at.desc()).limit(200)).scalars()
    return list(dict.fromkeys(newest))[:PROJECTS]


def _project(
    connection: Connection, repository: StoredRepository, person: Person, subscriptions: tuple[Subscription, ...]
) -> Project:
    return Project(
        repository,
        deploys=_running(connection, repository.id),
        builds=_being_built(connection, repository.id),
        waits=_waiting(connection, repository.id, person),
        subscriptions=subscriptions,
    )


def _running(connection: Connection, repository_id: int) -> tuple[ReleaseView, ...]:
    live = releases.c.repository_id == repository_id, releases.c.state.not_in([state.value for state in TERMINAL])
    newest = select(releases.c.id).where(*live).order_by(releases.c.created_at.desc()).limit(RUNNING)
    ids = connection.execute(newest).scalars().all()
    return tuple(view for each in ids if (view := release_view(connection, repository_id, each)) is not None)


def _being_built(connection: Connection, repository_id: int) -> tuple[PreviewView, ...]:
    newest = select(previews.c.id).join(builds, builds.c.id == previews.c.newest_build_id)
    live = previews.c.repository_id == repository_id, builds.c.state.not_in([state.value for state in BUILT])
    ids = connection.execute(newest.where(*live).order_by(builds.c.created_at.desc()).limit(RUNNING)).scalars().all()
    return tuple(view for each in ids if (view := preview_view(connection, repository_id, each)) is not None)


def _waiting(connection: Connection, repository_id: int, person: Person) -> tuple[ReleaseView, ...]:
    found: list[ReleaseView] = []
    for gate in gates.waiting(connection, repository_id, GateKind.DEPLOY):
        view = release_view(connection, repository_id, gate.subject)
        if view is not None and view.release.state is DeployState.PENDING and _may_open(view, gate, person):
            found.append(view)
    return tuple(found[-WAITING:])


def _may_open(view: ReleaseView, gate: Gate, person: Person) -> bool:
    """True of one of the deployers who didn't ask for it and hasn't decided yet; the rest is asked of GitHub."""
    login = person.login.lower()
    decided = login in {vote.login.lower() for vote in gate.votes}
    return not decided and login != gate.asked_by.lower() and rules_of(view.environment).admits(login)
