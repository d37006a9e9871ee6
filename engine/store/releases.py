"""Releases: asked for, advanced through their states, ended. Everything that shows one is marked with each change."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, insert, select, tuple_, update

from engine.domain.environment import Environment
from engine.domain.gate import Gate
from engine.domain.job import JobKind, JobState
from engine.domain.release import DEPLOY_LABELS, DeployState, Release, ReleaseKind, Waiting, may_follow
from engine.errors import Cause, SlipwayError
from engine.reports.release_marks import mark_release
from engine.reports.subjects import mark_gate
from engine.store import generations, jobs, timeline
from engine.store.deploy_schema import environments, releases
from engine.store.environments import DEPLOYS
from engine.store.port import NewJob
from engine.store.schema import jobs as job_rows


class IllegalDeployTransition(SlipwayError):
    """A release was asked to become what it can't become any more."""


@dataclass(frozen=True)
class NewRelease:
    """What is asked for; the rest is made. Fields are those of Release."""

    environment: Environment
    kind: ReleaseKind
    sha: str
    ref: str
    requested_by: str
    door: str
    ask: str
    variables_version: int
    configuration: str
    approvals_needed: int
    #: Of a rollback or promotion: the release whose bundle it is made of.
    source_id: str = ""
    artifact: str = ""
    plan: str = ""
    number_of_pull_request: int = 0
    automatic: bool = False
    waiting: Waiting = Waiting.TURN
    message: str = "Waiting for a worker"


def ask(connection: Connection, new: NewRelease, now: float) -> Release:
    """Makes a release; asked again by the same `ask`, or by itself for a commit under way, it answers with the same.

    Its job isn't asked for here: see `add_job`.
    """
    known = _asked_before(connection, new)
    if known is not None:
        return known
    release_id = f"dep_{secrets.token_hex(8)}"
    connection.execute(
        insert(releases).values(
            id=release_id,
            environment_id=new.environment.id,
            installation_id=new.environment.installation_id,
            repository_id=new.environment.repository_id,
            number=_next_number(connection, new.environment.id),
            kind=new.kind,
            sha=new.sha,
            ref=new.ref,
            artifact=new.artifact or release_id,
            variables_version=new.variables_version,
            configuration=new.configuration,
            plan=new.plan,
            source_id=new.source_id,
            state=DeployState.PENDING,
            waiting=new.waiting,
            status_message=new.message,
            ask=new.ask,
            requested_by=new.requested_by,
            door=new.door,
            number_of_pull_request=new.number_of_pull_request,
            automatic=new.automatic,
            approvals_needed=new.approvals_needed,
            created_at=now,
        )
    )
    timeline.add(connection, release_id, DeployState.PENDING, new.message, now)
    made = known_by(connection, release_id)
    mark(connection, made)
    return made


def add_job(connection: Connection, release: Release, now: float) -> None:
    """Asks for the job that deploys it; nothing when one lives already. The release waits for its turn from now on."""
    wait_for(connection, release.id, Waiting.TURN, "Waiting for a worker", now)
    job = NewJob(
        kind=JobKind.DEPLOY,
        key=f"deploy:{release.id}",
        installation_id=release.installation_id,
        subject=release.id,
        order_key=f"environment:{release.environment_id}",
    )
    jobs.add(connection, job)


def wait_for(connection: Connection, release_id: str, what: Waiting, message: str, now: float) -> None:
    """A pending release waits for `what`, and says so; told again with the same words, nothing changes."""
    release = known_by(connection, release_id)
    if release.state is not DeployState.PENDING or (release.waiting, release.status_message) == (what, message):
        return
    connection.execute(update(releases).where(releases.c.id == release_id).values(waiting=what, status_message=message))
    timeline.add(connection, release_id, f"waiting_{what or 'nothing'}", message, now)
    mark(connection, known_by(connection, release_id))


def advance(
    connection: Connection,
    release_id: str,
    state: DeployState,
    message: str,
    now: float,
    *,
    cause: Cause | None = None,
) -> Release:
    """Moves a release on, with one sentence about where it stands. Raises IllegalDeployTransition."""
    release = known_by(connection, release_id)
    if not may_follow(release.state, state):
        raise IllegalDeployTransition(f"moving {release_id} on: {release.state} can't become {state}")
    values: dict[str, object] = {"state": state, "status_message": message, "waiting": Waiting.NOTHING}
    if cause is not None:
        values |= {"cause_code": cause.code, "cause": cause.sentence, "fix": cause.fix}
    if state.terminal:
        values["finished_at"] = release.finished_at or now
    else:
        values["started_at"] = release.started_at or now
    before = timeline.last_at(connection, release_id)
    connection.execute(update(releases).where(releases.c.id == release_id).values(**values))
    seconds = max(0.0, now - before) if before is not None else None
    timeline.add(connection, release_id, state, message, now, seconds=seconds)
    moved = known_by(connection, release_id)
    mark(connection, moved)
    return moved


def say(connection: Connection, release_id: str, message: str) -> None:
    """Changes the sentence about where a release stands, within its state."""
    connection.execute(update(releases).where(releases.c.id == release_id).values(status_message=message))
    mark(connection, known_by(connection, release_id))


def keep_bundle(connection: Connection, release_id: str, *, plan: str, configuration: str) -> None:
    """Notes what the release runs, once it is known: JSON of the plan, and of the configuration at its commit."""
    values = {"plan": plan, "configuration": configuration}
    connection.execute(update(releases).where(releases.c.id == release_id).values(**values))


def plan_of(connection: Connection, release_id: str) -> str:
    """JSON of what the release runs (engine.pipeline.kept_plan); empty when nothing was kept."""
    return connection.execute(select(releases.c.plan).where(releases.c.id == release_id)).scalar_one_or_none() or ""


def cancel(connection: Connection, release: Release, message: str, now: float) -> None:
    """Ends a release because somebody or something wants it: one that nobody works on at once, else by its own job."""
    if release.state.terminal or release.stop_wanted:
        return
    connection.execute(update(releases).where(releases.c.id == release.id).values(stop_wanted="cancelled"))
    jobs.want_stop(connection, subject=release.id, kind=JobKind.DEPLOY, why="cancelled")
    if release.state is DeployState.PENDING and not _is_worked_on(connection, release.id):
        advance(connection, release.id, DeployState.CANCELLED, message, now)
        return
    timeline.add(connection, release.id, "stopping", message, now)
    say(connection, release.id, f"{message}; ending what it started")


def by_id(connection: Connection, release_id: str) -> Release | None:
    """The release of that id."""
    row = connection.execute(select(releases).where(releases.c.id == release_id)).mappings().one_or_none()
    return None if row is None else _release(row)


def by_number(connection: Connection, environment_id: str, number: int) -> Release | None:
    """The `number`-th release of an environment."""
    mine = (releases.c.environment_id == environment_id, releases.c.number == number)
    row = connection.execute(select(releases).where(*mine)).mappings().one_or_none()
    return None if row is None else _release(row)


def of_environment(connection: Connection, environment_id: str, count: int = 50) -> list[Release]:
    """The releases of an environment, newest first."""
    mine = select(releases).where(releases.c.environment_id == environment_id)
    newest = mine.order_by(releases.c.number.desc()).limit(count)
    return [_release(row) for row in connection.execute(newest).mappings()]


def of_repository(
    connection: Connection, repository_id: int, *, environment: str = "", state: str = "", before: str = "", count: int
) -> list[Release]:
    """The releases of a repository, newest first: of one environment by name, in one state, or older than `before`."""
    mine = select(releases).where(releases.c.repository_id == repository_id)
    if environment:
        named = (environments.c.repository_id == repository_id, environments.c.name == environment)
        mine = mine.where(releases.c.environment_id.in_(select(environments.c.id).where(*named)))
    if state:
        mine = mine.where(releases.c.state == state)
    last = by_id(connection, before) if before else None
    if last is not None:
        mine = mine.where(tuple_(releases.c.created_at, releases.c.id) < tuple_(last.created_at, last.id))
    newest = mine.order_by(releases.c.created_at.desc(), releases.c.id.desc()).limit(count)
    return [_release(row) for row in connection.execute(newest).mappings()]


def of_pull_request(connection: Connection, repository_id: int, number: int, count: int = 20) -> list[Release]:
    """The releases that were asked for on a pull request, newest first."""
    mine = (releases.c.repository_id == repository_id, releases.c.number_of_pull_request == number)
    newest = select(releases).where(*mine).order_by(releases.c.created_at.desc()).limit(count)
    return [_release(row) for row in connection.execute(newest).mappings()]


def unfinished(connection: Connection, environment_id: str = "") -> list[Release]:
    """Releases that aren't over, oldest first: of one environment, or of all."""
    live = select(releases).where(releases.c.state.not_in([state.value for state in DeployState if state.terminal]))
    if environment_id:
        live = live.where(releases.c.environment_id == environment_id)
    return [_release(row) for row in connection.execute(live.order_by(releases.c.created_at)).mappings()]


def known_by(connection: Connection, release_id: str) -> Release:
    """The release of that id. Raises IllegalDeployTransition when there is none."""
    found = by_id(connection, release_id)
    if found is None:
        raise IllegalDeployTransition(f"moving {release_id} on: there is no such release")
    return found


def mark(connection: Connection, release: Release) -> None:
    """Everything outside that shows the release should show it as it is now; pages are told too."""
    mark_release(connection, release)
    generations.bump(connection, DEPLOYS)


def mark_of_gate(connection: Connection, gate: Gate) -> None:
    """A gate has changed: its check run shows it, and so do the release behind it and pages."""
    where = {"installation_id": gate.installation_id, "repository_id": gate.repository_id}
    mark_gate(connection, **where, gate_id=gate.id)
    behind = by_id(connection, gate.subject)
    if behind is not None:
        mark_release(connection, behind)
    generations.bump(connection, DEPLOYS)


def label_of(release: Release) -> str:
    """The word every surface shows for where it stands."""
    return DEPLOY_LABELS[release.state]


def _asked_before(connection: Connection, new: NewRelease) -> Release | None:
    same = (
        releases.c.environment_id == new.environment.id,
        releases.c.sha == new.sha,
        releases.c.ask == new.ask,
        releases.c.kind == new.kind,
    )
    found = select(releases).where(*same).order_by(releases.c.number.desc()).limit(1)
    row = connection.execute(found).mappings().one_or_none()
    if row is None:
        return None
    release = _release(row)
    return release if new.ask or not (release.state.terminal or release.stop_wanted) else None


def _next_number(connection: Connection, environment_id: str) -> int:
    highest = select(func.max(releases.c.number)).where(releases.c.environment_id == environment_id)
    return (connection.execute(highest).scalar_one_or_none() or 0) + 1


def _is_worked_on(connection: Connection, release_id: str) -> bool:
    mine = (job_rows.c.subject == release_id, job_rows.c.kind == JobKind.DEPLOY, job_rows.c.state == JobState.RUNNING)
    return connection.execute(select(job_rows.c.id).where(*mine).limit(1)).first() is not None


def _release(row: RowMapping) -> Release:
    converted = {
        "state": DeployState(row["state"]),
        "kind": ReleaseKind(row["kind"]),
        "waiting": Waiting(row["waiting"]),
    }
    return Release(**{name: converted.get(name, row[name]) for name in Release.__dataclass_fields__})
