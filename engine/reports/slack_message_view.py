"""What Slack's messages show of a release, a preview or an inspection, read from SQL at one moment. Pure reads."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from engine.domain.build import Build, BuildState
from engine.domain.gate import GateState
from engine.domain.preview import PreviewState, preview_state
from engine.domain.release import DeployState
from engine.project.environments import rules_of
from engine.reports.preview_view import PreviewView, preview_view
from engine.reports.release_view import ReleaseView, release_view
from engine.reports.slack_audience import APPROVALS, DEPLOYS, FAILURES, PREVIEWS
from engine.reports.slack_message_readiness import InspectionScene, inspection_scene
from engine.reports.slack_subjects import APPROVAL, DETAILS, FAILURE, Place
from engine.store import logs, pull_requests, slack_people, timeline
from engine.store.deploy_schema import releases
from engine.store.pull_requests import StoredPullRequest
from engine.store.slack_schema import slack_asks
from engine.store.timeline import Moment

#: Lines of a log that a failure shows.
LOG_LINES = 12
#: People that one message mentions at most.
MENTIONS = 5


@dataclass(frozen=True)
class ReleaseScene:
    """A release as one channel is told of it."""

    place: Place
    view: ReleaseView
    moments: tuple[Moment, ...]
    #: True when a release before it can be gone back to, and when none was asked for after it.
    has_older: bool
    is_newest: bool
    #: Slack users: who asked for it in this channel, and who is named to open its gate.
    askers: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    log: tuple[str, ...] = ()

    @property
    def born(self) -> float:
        """Unix seconds: when it was asked for."""
        return self.view.release.created_at

    @property
    def at(self) -> float:
        """Unix seconds: the last thing that happened to it."""
        return self.view.updated_at

    @property
    def over(self) -> bool:
        """True once nothing more happens to it by itself."""
        return self.view.release.state.terminal

    @property
    def ended(self) -> float:
        """Unix seconds: when there was news of it last."""
        return self.at

    @property
    def failing(self) -> bool:
        """True when it ended as nobody had wanted, or serves no more."""
        return self.view.failed or self.view.down

    @property
    def waits_for_approval(self) -> bool:
        """True while somebody must open it."""
        gate = self.view.gate
        pending = self.view.release.state is DeployState.PENDING and not self.view.release.stop_wanted
        return pending and gate is not None and gate.state is GateState.WAITING

    @property
    def news(self) -> tuple[str, ...]:
        """What a channel must have subscribed to, any of it, to be told now."""
        failed = (FAILURES,) if self.failing else ()
        return (DEPLOYS, *failed, *((APPROVALS,) if self.waits_for_approval else ()))

    @property
    def parts(self) -> tuple[str, ...]:
        """What belongs in its thread."""
        gate = self.view.gate
        asked = (f"{APPROVAL}.{gate.id}",) if gate is not None else ()
        return (DETAILS, *asked, *((self.failure,) if self.failing else ()))

    @property
    def failure(self) -> str:
        """The part that tells of the failure of now."""
        return f"{FAILURE}.end" if self.view.failed else f"{FAILURE}.down-{self.view.environment.generation}"


@dataclass(frozen=True)
class PreviewScene:
    """A preview as one channel is told of it."""

    place: Place
    view: PreviewView
    #: None when only comments have told us of it.
    pull_request: StoredPullRequest | None
    moments: tuple[Moment, ...]
    #: Unix seconds: when it began, and the last thing that happened to it.
    born: float
    at: float
    askers: tuple[str, ...] = ()
    log: tuple[str, ...] = ()

    @property
    def newest(self) -> Build:
        """The newest build."""
        return self.view.shown[-1]

    @property
    def state(self) -> PreviewState:
        """The one word for it."""
        return preview_state(self.view.preview.life, self.newest.state, down=self.down)

    @property
    def down(self) -> bool:
        """True when its application died so often that it stays down."""
        return self.view.preview.down and not self.view.preview.revive_at

    @property
    def over(self) -> bool:
        """True once nothing more happens to it by itself."""
        return self.newest.state.terminal

    @property
    def ended(self) -> float:
        """Unix seconds: when there was news of it last. What failed is none because its pull request is reopened."""
        served = self.newest.state is BuildState.READY
        return self.at if served or self.newest.finished_at is None else self.newest.finished_at

    @property
    def failing(self) -> bool:
        """True when the newest build failed, or what it made serves no more."""
        return self.state is PreviewState.FAILED

    @property
    def moved(self) -> bool:
        """True once the pull request has a commit that was not built."""
        return self.pull_request is not None and self.pull_request.head_sha != self.newest.sha

    @property
    def news(self) -> tuple[str, ...]:
        """What a channel must have subscribed to, any of it, to be told now."""
        return (PREVIEWS, FAILURES) if self.failing else (PREVIEWS,)

    @property
    def parts(self) -> tuple[str, ...]:
        """What belongs in its thread."""
        return (DETAILS, self.failure) if self.failing else (DETAILS,)

    @property
    def failure(self) -> str:
        """The part that tells of the failure of now."""
        down = "" if self.newest.state is BuildState.FAILED else f"-down-{self.view.preview.generation}"
        return f"{FAILURE}.{self.newest.id}{down}"


#: What has a thread below its message.
Threaded = ReleaseScene | PreviewScene
Scene = Threaded | InspectionScene


def scene_of(connection: Connection, place: Place, today: date) -> Scene | None:
    """What the place's message is about on that day (UTC); None when it isn't one of that repository's, or there is
    nothing to say.
    """
    if place.about.startswith("ins_"):
        return inspection_scene(connection, place, today)
    if place.about.startswith("pv_"):
        return _preview(connection, place)
    return _release(connection, place)


def _release(connection: Connection, place: Place) -> ReleaseScene | None:
    view = release_view(connection, place.repository_id, place.about)
    if view is None:
        return None
    tells, asks_for = place.part.startswith(FAILURE), place.part.startswith(APPROVAL)
    return ReleaseScene(
        place,
        view,
        tuple(timeline.of(connection, place.about)),
        has_older=view.serves and _has_older(connection, view),
        is_newest=_is_newest(connection, view),
        askers=_askers(connection, place, view.release.requested_by) if tells else (),
        openers=_openers(connection, place, view) if asks_for else (),
        log=tuple(logs.tail(connection, place.about, LOG_LINES)) if tells else (),
    )


def _preview(connection: Connection, place: Place) -> PreviewScene | None:
    view = preview_view(connection, place.repository_id, place.about)
    if view is None:
        return None
    newest, tells = view.shown[-1], place.part.startswith(FAILURE)
    moments = tuple(timeline.of(connection, newest.id))
    life = [newest.created_at, *(each.at for each in timeline.of(connection, place.about))]
    return PreviewScene(
        place,
        view,
        pull_requests.by_number(connection, place.repository_id, view.preview.number),
        moments,
        born=min(life),
        at=max([*life, *(each.at for each in moments)]),
        askers=_askers(connection, place, newest.requested_by) if tells else (),
        log=tuple(logs.tail(connection, newest.id, LOG_LINES)) if tells else (),
    )


def _has_older(connection: Connection, view: ReleaseView) -> bool:
    """True when another release of the environment was deployed, whose bundle is kept."""
    others = (
        releases.c.environment_id == view.environment.id,
        releases.c.state == DeployState.DEPLOYED,
        releases.c.id != view.release.id,
    )
    return connection.execute(select(releases.c.id).where(*others).limit(1)).first() is not None


def _is_newest(connection: Connection, view: ReleaseView) -> bool:
    """True while no release of the environment was asked for after it."""
    later = releases.c.environment_id == view.environment.id, releases.c.number > view.release.number
    return connection.execute(select(releases.c.id).where(*later).limit(1)).first() is None


def _askers(connection: Connection, place: Place, login: str) -> tuple[str, ...]:
    """Who asked for it in this very channel: others who asked something of it there are told nothing."""
    here = (
        slack_asks.c.about == place.about,
        slack_asks.c.workspace_id == place.workspace_id,
        slack_asks.c.channel == place.channel,
    )
    found = select(slack_asks.c.user_id, slack_asks.c.login).where(*here).order_by(slack_asks.c.created_at)
    users = [row.user_id for row in connection.execute(found) if row.login.lower() == login.lower()]
    return tuple(dict.fromkeys(users))[:MENTIONS]


def _openers(connection: Connection, place: Place, view: ReleaseView) -> tuple[str, ...]:
    """The deployers that are named and who have said who they are in this workspace."""
    asked_by = view.gate.asked_by.lower() if view.gate is not None else ""
    named = [each for each in rules_of(view.environment).deployers if each.lower() != asked_by]
    users = [user for login in named for user in slack_people.users_of(connection, place.workspace_id, login)]
    return tuple(dict.fromkeys(users))[:MENTIONS]
