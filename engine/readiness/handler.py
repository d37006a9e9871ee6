"""The inspect job: looks at a commit's files, its last build and a scan, then tries it where it is served.

It takes two jobs of the kind. The first looks, and compares; when a preview serves the commit it asks for the second,
which has the preview's order and so the sandbox to itself.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy import Connection

from engine.detect.routes import routes_of
from engine.domain.inspection import Inspection, InspectionState
from engine.domain.job import Job, JobState
from engine.errors import Denied, Gone, OutsideError, StageFailed
from engine.forge.port import CloneCredentials, Forge
from engine.project.config import PROJECT_FILE
from engine.readiness import build_facts
from engine.readiness.base import Bases
from engine.readiness.facts import BuildFacts, Facts, NoTrial
from engine.readiness.inspected import Inspected
from engine.readiness.looking import facts_of, look, waivers_in
from engine.readiness.patience import NOT_READABLE, at_most
from engine.readiness.target import InspectionTarget, read_target
from engine.readiness.trial.own_tests import own_tests_of
from engine.readiness.trial.place import TrialPlace, add_trial, is_trial, place_of
from engine.readiness.trial.run import Asked
from engine.readiness.trial.trials import Trials
from engine.readiness.waiver import Waiver, waivers_json
from engine.readiness.waiving import turns_at
from engine.readiness.whole_tree import whole
from engine.reports.words import short
from engine.scan.files import Files
from engine.scan.stored import StoredScans
from engine.source.configured import AsConfigured
from engine.source.mirrors import GitMirrors
from engine.store import inspections
from engine.store.database import Database
from engine.store.inspections import Wanted
from engine.store.port import Effects
from engine.work.handler import Done, Running

#: Stands in what is stored while the second job is still to come.
COMING = NoTrial("it is being tried on its preview")
#: Seconds of the processor for finding what a trial asks.
PATIENCE = 10.0
UNKNOWN = "the inspection, its repository or its pull request is no longer known"
AGAIN = "It is looked at once more: somebody asked meanwhile"
NOT_COVERED = "The GitHub App no longer covers the repository."

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class InspectHandler:
    """Handler of inspect jobs; a job's subject is the inspection's id."""

    database: Database
    forge: Forge
    source: GitMirrors
    scans: StoredScans
    bases: Bases
    trials: Trials
    clock: Callable[[], float] = field(default=time.time)

    def run(self, job: Job, running: Running) -> Done:
        """Looks, or tries. GitHub or the sandbox host being away is raised: then it is done again."""
        with self.database.read() as connection:
            target = read_target(connection, job.subject)
        if target is None:
            return self._failed(job.subject, UNKNOWN)
        if target.inspection.state.over:
            return self._only_clean(target, job)
        if not target.repository.covered:
            return self._failed(job.subject, NOT_COVERED)
        if is_trial(job.order_key):
            return self._tried(target, job, running)
        try:
            return self._looked(target, running)
        except (StageFailed, Denied, Gone) as error:
            return self._failed(job.subject, str(error))

    def bury(self, job: Job, error: str) -> Effects:
        """A look that no job will finish has failed; a trial that none will leaves what was looked at."""
        if is_trial(job.order_key):
            return lambda connection: self._over(connection, job.subject, error)
        return lambda connection: self._end(connection, job.subject, InspectionState.FAILED, error)

    def _looked(self, target: InspectionTarget, running: Running) -> Done:
        inspection, ref = target.inspection, target.repository.ref
        self._say(inspection, f"Reading {short(inspection.sha)}", running)
        credentials = self.forge.clone_credentials(ref)
        files = self._files(target, credentials)
        scan = self.scans.scan_of(ref, inspection.sha, lambda: files)
        running.check()
        base_sha = self.bases.base_of(target, credentials, running)
        waivers = waivers_in(self.forge.read_file(ref, PROJECT_FILE, target.repository.default_branch))
        with self.database.read() as connection:
            place = place_of(connection, target)
            build = self._build(connection, inspection)
        trial = place if isinstance(place, NoTrial) else COMING
        inspected = look(inspection.sha, facts_of(whole(files), build=build, trial=trial, scan=scan))
        seen = self._seen(inspected) | self._compared(base_sha, waivers)
        if isinstance(place, NoTrial):
            return Done(JobState.DONE, lambda connection: self._done(connection, inspection.id, seen, build))
        return Done(JobState.DONE, lambda connection: self._go_on(connection, target, place, seen))

    def _tried(self, target: InspectionTarget, job: Job, running: Running) -> Done:
        inspection = target.inspection
        if inspection.state is InspectionState.WAITING:
            return Done(JobState.DONE, lambda connection: inspections.add_job(connection, inspection))
        with self.database.read() as connection:
            place = place_of(connection, target)
        try:
            files = whole(self._files(target, self.forge.clone_credentials(target.repository.ref)))
            facts = facts_of(files)
            trial = place if isinstance(place, NoTrial) else self.trials.run(place, job, running, _asked_of(facts))
        except (StageFailed, Denied, Gone) as error:
            why = str(error)
            return Done(JobState.DONE, lambda connection: self._over(connection, inspection.id, why))
        with self.database.read() as connection:
            build = self._build(connection, inspection)
        before = Inspected.from_json(inspection.inspected)
        inspected = look(inspection.sha, replace(facts, build=build, trial=trial, scan=before.scan))
        seen = self._seen(inspected)
        return Done(JobState.DONE, lambda connection: self._done(connection, inspection.id, seen, build))

    def _files(self, target: InspectionTarget, credentials: CloneCredentials) -> Files:
        """What a fork says of itself in its configuration counts for nothing."""
        snapshot = self.source.snapshot(target.wanted, credentials)
        if not target.fork:
            return snapshot
        branch = target.repository.default_branch
        return AsConfigured(snapshot, self.forge.read_file(target.repository.ref, PROJECT_FILE, branch))

    def _build(self, connection: Connection, inspection: Inspection) -> BuildFacts | None:
        return build_facts.newest_build(connection, inspection.repository_id, inspection.number, inspection.sha)

    def _seen(self, inspected: Inspected) -> dict[str, object]:
        return {"inspected": inspected.json()}

    def _compared(self, base_sha: str, waivers: tuple[Waiver, ...]) -> dict[str, object]:
        ends = turns_at(waivers, self.clock())
        return {"base_sha": base_sha, "waivers": waivers_json(waivers), "turns_at": ends}

    def _say(self, inspection: Inspection, message: str, running: Running) -> None:
        running.note(
            lambda connection: self._end(connection, inspection.id, InspectionState.LOOKING, message),
        )

    def _go_on(
        self, connection: Connection, target: InspectionTarget, place: TrialPlace, seen: Mapping[str, object]
    ) -> None:
        """What was seen is stored at once; the second job adds the trial."""
        if not self._asked_again(connection, target.inspection.id, seen):
            self._end(connection, target.inspection.id, InspectionState.LOOKING, "Trying it on its preview", seen)
            add_trial(connection, target, place)

    def _done(
        self, connection: Connection, inspection_id: str, seen: Mapping[str, object], build: BuildFacts | None
    ) -> None:
        """A build that ended meanwhile has it looked at once more."""
        if self._asked_again(connection, inspection_id, seen):
            return
        known = inspections.known_by(connection, inspection_id)
        self._end(connection, inspection_id, InspectionState.DONE, f"Looked at {short(known.sha)}", seen)
        if build_facts.differs(build, self._build(connection, known)):
            again = Wanted(known.installation_id, known.repository_id, known.number, known.sha, reported=known.reported)
            inspections.ask(connection, again, self.clock())

    def _over(self, connection: Connection, inspection_id: str, why: str) -> None:
        """The trial can't be had: what was looked at counts, and says so."""
        known = inspections.by_id(connection, inspection_id)
        if known is None or not known.inspected:
            self._end(connection, inspection_id, InspectionState.FAILED, why)
            return
        seen = self._seen(without_trial(Inspected.from_json(known.inspected), why))
        if self._asked_again(connection, inspection_id, seen):
            return
        self._end(connection, inspection_id, InspectionState.DONE, f"Looked at {short(known.sha)}", seen)

    def _asked_again(self, connection: Connection, inspection_id: str, seen: Mapping[str, object]) -> bool:
        """Somebody asked after this look had begun: what was seen shows until the next one is over."""
        known = inspections.by_id(connection, inspection_id)
        if known is None or known.state is not InspectionState.WAITING:
            return False
        inspections.advance(connection, inspection_id, InspectionState.WAITING, AGAIN, self.clock(), seen)
        inspections.add_job(connection, known)
        return True

    def _failed(self, inspection_id: str, why: str) -> Done:
        def effects(connection: Connection) -> None:
            self._end(connection, inspection_id, InspectionState.FAILED, why)

        return Done(JobState.FAILED, effects, why)

    def _end(
        self,
        connection: Connection,
        inspection_id: str,
        state: InspectionState,
        message: str,
        seen: Mapping[str, object] | None = None,
    ) -> None:
        """Nothing of one that is over already: its repository may have left meanwhile."""
        known = inspections.by_id(connection, inspection_id)
        if known is not None and not known.state.over:
            inspections.advance(connection, inspection_id, state, message, self.clock(), seen)

    def _only_clean(self, target: InspectionTarget, job: Job) -> Done:
        """It was over before this attempt: only the sandbox may need tidying."""
        with self.database.read() as connection:
            place = place_of(connection, target)
        if is_trial(job.order_key) and isinstance(place, TrialPlace):
            try:
                self.trials.clean(place, job)
            except OutsideError as error:
                log.warning("inspection.not_cleaned", inspection=target.inspection.id, error=str(error))
        return Done(JobState.DONE)


def without_trial(inspected: Inspected, why: str) -> Inspected:
    """The same, where the trial that was to come didn't. Pure."""
    before = inspected.trial
    if not isinstance(before, NoTrial):
        return inspected
    unseen = tuple(replace(each, why=why) if each.why == before.why else each for each in inspected.unseen)
    return replace(inspected, trial=NoTrial(why), unseen=unseen)


def _asked_of(facts: Facts) -> Asked:
    if facts.plan is None:
        return Asked((), "nothing that runs was recognised")
    try:
        with at_most(PATIENCE):
            return Asked(routes_of(facts.tree, facts.plan), own_tests_of(facts.tree, facts.plan))
    except NOT_READABLE:
        return Asked((), "its files take too long to read")
