"""Where a commit can be tried: the preview that serves it, or why there is none."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.domain.build import Build
from engine.domain.job import JobKind
from engine.domain.preview import Preview
from engine.planner.permission import may_run_fork
from engine.readiness.facts import NO_PREVIEW, NoTrial
from engine.readiness.target import InspectionTarget
from engine.store import builds, jobs, previews
from engine.store.builds import KeptPlan
from engine.store.port import NewJob
from engine.store.schema import jobs as job_rows

#: What a trial is told when somebody else needs the sandbox.
PUSHED = NoTrial("a newer commit came before it was tried")
BUILDING = NoTrial("a build was under way when it was looked at: it is tried once its preview serves")
OTHER = NoTrial("its preview serves another commit")
DOWN = NoTrial("its preview's application is down")
BY_ITSELF = NoTrial("only the previews of pull requests are tried")
UNAPPROVED = NoTrial("a fork's commit is tried once it is approved")
NO_PLAN = NoTrial("how its preview was started was not kept")


@dataclass(frozen=True)
class TrialPlace:
    """A preview that serves the commit."""

    preview: Preview
    build: Build
    kept: KeptPlan

    @property
    def order_key(self) -> str:
        """Jobs that use its sandbox run one at a time."""
        return f"preview:{self.preview.id}"


def place_of(connection: Connection, target: InspectionTarget) -> TrialPlace | NoTrial:
    """Where the inspection's commit is served at this moment."""
    inspection = target.inspection
    if not inspection.number:
        return BY_ITSELF
    preview = previews.by_pull_request(connection, inspection.repository_id, inspection.number)
    if preview is None or preview.life != "open":
        return NO_PREVIEW
    if builds.unfinished(connection, preview.id):
        return _built(connection, preview.id, inspection.sha)
    build = builds.by_id(connection, preview.serving_build_id) if preview.serving_build_id else None
    if build is None or not preview.sandbox_id:
        return NO_PREVIEW
    if build.sha != inspection.sha:
        return OTHER
    if preview.revive_at:
        return DOWN
    if may_run_fork(connection, target.fork, inspection.sha) is not None:
        return UNAPPROVED
    kept = builds.plan_of(connection, build.id)
    return TrialPlace(preview, build, kept) if kept.text else NO_PLAN


def why_yield(connection: Connection, place: TrialPlace, job_id: str) -> str:
    """Why the trial should end for others' sake; empty: it needn't. Whoever else wants the sandbox waits for it."""
    preview = previews.by_id(connection, place.preview.id)
    if preview is None or preview.life != "open":
        return "its preview was closed while it was tried"
    waiting = (jobs.is_live(job_rows), job_rows.c.order_key == place.order_key, job_rows.c.id != job_id)
    kinds = set(connection.execute(select(job_rows.c.kind).where(*waiting)).scalars())
    if JobKind.BUILD in kinds:
        return _built(connection, preview.id, place.build.sha).why
    if kinds - {JobKind.INSPECT}:
        return "its preview's sandbox was needed for something else while it was tried"
    same = preview.serving_build_id == place.build.id and preview.generation == place.preview.generation
    return "" if same else OTHER.why


def _built(connection: Connection, preview_id: str, sha: str) -> NoTrial:
    """What a build that is under way means for that commit."""
    newest = builds.unfinished(connection, preview_id)[:1]
    return BUILDING if [each.sha for each in newest] == [sha] else PUSHED


def add_trial(connection: Connection, target: InspectionTarget, place: TrialPlace) -> None:
    """Asks for the job that tries it: in the preview's order, so that nobody else works in the sandbox meanwhile."""
    inspection = target.inspection
    job = NewJob(
        kind=JobKind.INSPECT,
        key=f"inspect:{inspection.id}:trial",
        installation_id=inspection.installation_id,
        subject=inspection.id,
        order_key=place.order_key,
    )
    jobs.add(connection, job)


def is_trial(order_key: str) -> bool:
    """True of the order key of a job that tries; the others look."""
    return order_key.startswith("preview:")
