"""A deploy as its page shows it, read from SQL at one moment."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.pages.deploy_visit import DeployVisit
from bot.pages.standing import Coming, Standing, coming, standing
from engine.domain.release import DEPLOY_LABELS, DeployState, Release, ReleaseKind
from engine.reports.escape import visible
from engine.settings import Intervals
from engine.store import locks, logs, releases, timeline
from engine.store.timeline import Moment

#: Log lines that the page begins with, and that one look at it brings at most.
LINES = 2000

STEPS = (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING, DeployState.DEPLOYED)
STEPS_BACK = (DeployState.ROLLING_BACK, DeployState.DEPLOYED)
BY_NAME = {state.value: state for state in DeployState}
DONE, NOW, FAILED, TO_COME, LEFT_OUT = "done", "now", "failed", "to_come", "left_out"


@dataclass(frozen=True)
class Step:
    """One step on the way. `seconds` is None until it is over."""

    label: str
    #: done | now | failed | to_come | left_out
    progress: str
    seconds: float | None


@dataclass(frozen=True)
class DeployView:
    """All that the page shows but the log."""

    visit: DeployVisit
    release: Release
    coming: Coming
    standing: Standing
    steps: tuple[Step, ...]
    moments: tuple[Moment, ...]
    #: The release that served before it; None: it was the first.
    before: Release | None
    #: The release that it was made of; None: of none.
    source: Release | None

    @property
    def serving(self) -> bool:
        """True while visitors get this very release."""
        return self.standing.environment.release_id == self.release.id

    @property
    def may_cancel(self) -> bool:
        """True while there is something to end, and nobody has asked for it."""
        return self.visit.project.may_write and not self.release.state.terminal and not self.release.stop_wanted

    @property
    def may_decide(self) -> bool:
        """True for those who may approve it, and reject it."""
        project = self.visit.project
        return project.may_write and self.coming.may_be_decided_by(project.session.login)

    @property
    def may_go_back(self) -> bool:
        """True when the environment could go back to it."""
        gone = self.standing.environment.retired or not self.visit.project.may_write
        return not gone and self.standing.may_go_back_to(self.release)


def deploy_view(connection: Connection, found: DeployVisit, intervals: Intervals) -> DeployView:
    """The release of a visit as it is now."""
    release = releases.known_by(connection, found.release.id)
    moments = tuple(timeline.of(connection, release.id))
    return DeployView(
        visit=found,
        release=release,
        coming=coming(connection, release),
        standing=standing(connection, found.environment, locks.times(connection, intervals)),
        steps=steps_of(release, moments),
        moments=moments,
        before=before(connection, release),
        source=releases.by_id(connection, release.source_id) if release.source_id else None,
    )


def before(connection: Connection, release: Release) -> Release | None:
    """The release that served when this one was asked for, as far as the history tells."""
    served = (DeployState.DEPLOYED, DeployState.ROLLED_BACK)
    older = (each for each in releases.of_environment(connection, release.environment_id) if each.state in served)
    return next((each for each in older if each.number < release.number), None)


def steps_of(release: Release, moments: tuple[Moment, ...]) -> tuple[Step, ...]:
    """The steps of its way, with how long each took."""
    states = [(BY_NAME[moment.kind], moment.at) for moment in moments if moment.kind in BY_NAME]
    back = release.kind is ReleaseKind.ROLLBACK
    planned = list(STEPS_BACK if back else STEPS)
    if not back and any(state is DeployState.ROLLING_BACK for state, _ in states):
        planned[-1:] = [DeployState.ROLLING_BACK, DeployState.ROLLED_BACK]
    return tuple(_step(each, planned, states) for each in planned)


def _step(step: DeployState, planned: list[DeployState], states: list[tuple[DeployState, float]]) -> Step:
    seen = [state for state, _ in states]
    label = DEPLOY_LABELS[step]
    if step not in seen:
        later = any(each in seen for each in planned[planned.index(step) + 1 :])
        return Step(label, LEFT_OUT if later else TO_COME, None)
    at = seen.index(step)
    if at == len(seen) - 1:
        return Step(label, DONE if step.terminal else NOW, None)
    seconds = None if step.terminal else states[at + 1][1] - states[at][1]
    went_on = step.terminal or seen[at + 1] in planned
    fell = step is DeployState.DEPLOYING and seen[at + 1] is DeployState.ROLLING_BACK
    return Step(label, DONE if went_on and not fell else FAILED, seconds)


def lines_from(connection: Connection, release_id: str, first: int) -> list[str]:
    """At most `LINES` lines of its log from `first` on, as people see them."""
    return [visible(line) for line in logs.read(connection, release_id, first, LINES)]
