"""Builds: asked for, advanced through their stages, stopped."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from engine.domain.build import Build, BuildState, may_follow
from engine.domain.job import JobKind, JobState
from engine.domain.preview import Preview
from engine.errors import SlipwayError
from engine.reports.subjects import mark_check, mark_comment
from engine.store import jobs, routes, timeline
from engine.store.port import NewJob
from engine.store.schema import builds, previews
from engine.store.schema import jobs as job_rows

#: The timeline's word for an end that is wanted; its message says why, for people.
STOPPING = "stopping"


class IllegalTransition(SlipwayError):
    """A build was asked to become what it can't become any more."""


def ask(connection: Connection, *, preview: Preview, sha: str, ask: str, requested_by: str, now: float) -> Build:
    """Asks for a build of `sha`; older unfinished ones of the preview are superseded.

    `ask` is the delivery of the command, empty for what happens by itself. Asked again, it answers with the same build.
    """
    known = _asked_before(connection, preview.id, sha, ask)
    if known is not None:
        return known
    stop_unfinished(connection, preview.id, "superseded", f"Superseded by {sha[:7]}", now)
    build_id = f"bld_{secrets.token_hex(8)}"
    connection.execute(
        insert(builds).values(
            id=build_id,
            preview_id=preview.id,
            installation_id=preview.installation_id,
            repository_id=preview.repository_id,
            number=_next_number(connection, preview.id),
            sha=sha,
            ask=ask,
            requested_by=requested_by,
            state=BuildState.QUEUED,
            status_message="Waiting for a worker",
            created_at=now,
        )
    )
    moved = update(previews).where(previews.c.id == preview.id)
    connection.execute(moved.values(newest_build_id=build_id, updated_at=now))
    timeline.add(connection, build_id, BuildState.QUEUED, "Waiting for a worker", now)
    routes.show(connection, preview.id, "building", now)
    # An application that is being started again makes way for the newer version.
    jobs.want_stop(connection, subject=preview.id, kind=JobKind.REVIVE, why="superseded")
    made = _known(by_id(connection, build_id))
    _add_job(connection, preview, made)
    _mark(connection, build_id)
    return made


def ask_again(connection: Connection, preview: Preview, build: Build) -> None:
    """Asks for the job of an unfinished build that has none any more."""
    _add_job(connection, preview, build)


def by_id(connection: Connection, build_id: str) -> Build | None:
    """The build of that id."""
    row = connection.execute(select(builds).where(builds.c.id == build_id)).mappings().one_or_none()
    return _build(row) if row is not None else None


def newest(connection: Connection, preview: Preview) -> Build | None:
    """The preview's build with the highest number."""
    found = of_preview(connection, preview.id)
    return found[0] if found else None


def of_preview(connection: Connection, preview_id: str) -> list[Build]:
    """Every build of a preview, newest first."""
    mine = select(builds).where(builds.c.preview_id == preview_id).order_by(builds.c.number.desc())
    return [_build(row) for row in connection.execute(mine).mappings()]


def of_commit(connection: Connection, repository_id: int, sha: str) -> Build | None:
    """The newest build of a commit; of pull requests with the same head, one whose preview is open counts first."""
    mine = (
        select(builds)
        .join(previews, previews.c.id == builds.c.preview_id)
        .where(builds.c.repository_id == repository_id, builds.c.sha == sha)
        .order_by((previews.c.life == "open").desc(), builds.c.created_at.desc(), builds.c.number.desc())
    )
    row = connection.execute(mine.limit(1))
    found = row.mappings().one_or_none()
    return _build(found) if found is not None else None


def port_of(connection: Connection, build_id: str) -> int:
    """The port that a build listens on in its sandbox; 0: none was chosen."""
    return connection.execute(select(builds.c.port).where(builds.c.id == build_id)).scalar_one_or_none() or 0


def started_at(connection: Connection, build_id: str) -> float | None:
    """When a worker began with the build, in Unix seconds."""
    return connection.execute(select(builds.c.started_at).where(builds.c.id == build_id)).scalar_one_or_none()


def had_ready(connection: Connection, preview_id: str) -> bool:
    """True when a build of the preview has been ready before."""
    found = select(builds.c.id).where(builds.c.preview_id == preview_id, builds.c.state == BuildState.READY)
    return connection.execute(found.limit(1)).first() is not None


def advance(
    connection: Connection,
    build_id: str,
    state: BuildState,
    message: str,
    now: float,
    *,
    cause_code: str = "",
    cause: str = "",
    fix: str = "",
) -> None:
    """Moves a build on, with one sentence about where it stands. Raises IllegalTransition."""
    build = _known(by_id(connection, build_id))
    if not may_follow(build.state, state):
        raise IllegalTransition(f"moving {build_id} on: {build.state} can't become {state}")
    values: dict[str, object] = {"state": state, "status_message": message}
    values |= {"cause_code": cause_code, "cause": cause, "fix": fix}
    if state.terminal:
        values["finished_at"] = now
    else:
        values["started_at"] = build.started_at or now
    before = timeline.last_at(connection, build_id)
    connection.execute(update(builds).where(builds.c.id == build_id).values(**values))
    seconds = max(0.0, now - before) if before is not None else None
    timeline.add(connection, build_id, state, message, now, seconds=seconds)
    _mark(connection, build_id)


def keep_plan(connection: Connection, build_id: str, *, plan: str, port: int) -> None:
    """Notes what a build does (JSON of its plan) and the port it will listen on."""
    connection.execute(update(builds).where(builds.c.id == build_id).values(plan=plan, port=port))


@dataclass(frozen=True)
class KeptPlan:
    """What a build does (JSON of its plan), and the port that it listens on (0: none was chosen)."""

    text: str
    port: int


def plan_of(connection: Connection, build_id: str) -> KeptPlan:
    """What was kept of a build's plan."""
    row = connection.execute(select(builds.c.plan, builds.c.port).where(builds.c.id == build_id)).one_or_none()
    return KeptPlan("", 0) if row is None else KeptPlan(row.plan, row.port)


def say(connection: Connection, build_id: str, message: str) -> None:
    """Changes the sentence about where a build stands, within its stage."""
    connection.execute(update(builds).where(builds.c.id == build_id).values(status_message=message))
    _mark(connection, build_id)


def cancel(connection: Connection, build_id: str, by: str, now: float) -> None:
    """Ends a build because `by` wants it; nothing for one that is over. See `stop_unfinished`."""
    build = by_id(connection, build_id)
    if build is not None and not build.state.terminal:
        _stop(connection, build, "cancelled", f"Cancelled by {by}", now)


def stop_unfinished(connection: Connection, preview_id: str, why: str, message: str, now: float) -> None:
    """Ends the preview's unfinished builds as `why` (`cancelled` or `superseded`); `message` says it to people.

    One that nobody has begun is over at once. Of one that was begun, a job of its own ends the processes, proves it,
    and says so, whatever the build's worker does.
    """
    for build in unfinished(connection, preview_id):
        _stop(connection, build, why, message, now)


def unfinished(connection: Connection, preview_id: str) -> list[Build]:
    """The preview's builds that aren't over, newest first."""
    return [build for build in of_preview(connection, preview_id) if not build.state.terminal]


def why_stopped(connection: Connection, build_id: str) -> str:
    """Who or what wanted its end, in words for people; empty when nobody did."""
    told = [moment.message for moment in timeline.of(connection, build_id) if moment.kind == STOPPING]
    return told[-1] if told else ""


def note_proof(connection: Connection, build_id: str, *, proven: bool) -> None:
    """Notes whether it is known that none of the build's processes lives."""
    connection.execute(update(builds).where(builds.c.id == build_id).values(end_unproven=not proven))


def unproven(connection: Connection) -> list[Build]:
    """Builds that are over, but whose processes may live on."""
    found = select(builds).where(builds.c.end_unproven).order_by(builds.c.finished_at)
    return [_build(row) for row in connection.execute(found).mappings()]


def _stop(connection: Connection, build: Build, why: str, message: str, now: float) -> None:
    if build.stop_wanted == why:
        return
    jobs.want_stop(connection, subject=build.id, kind=JobKind.BUILD, why=why)
    # Asked afterwards: until then, a claim that runs beside us may still have taken the job that seemed to wait.
    begun = build.started_at is not None or _is_worked_on(connection, build.id)
    connection.execute(update(builds).where(builds.c.id == build.id).values(stop_wanted=why))
    if not begun:
        advance(connection, build.id, BuildState(why), message, now)
        return
    timeline.add(connection, build.id, STOPPING, message, now)
    say(connection, build.id, f"{message}; ending what it started")
    owner = connection.execute(select(builds.c.installation_id).where(builds.c.id == build.id)).scalar_one()
    job = NewJob(
        kind=JobKind.CANCEL,
        key=f"cancel:{build.id}",
        installation_id=owner,
        subject=build.id,
        queue="quick",
    )
    jobs.add(connection, job)


def _asked_before(connection: Connection, preview_id: str, sha: str, ask: str) -> Build | None:
    """The build of the same command, or one that is under way for the same commit."""
    same = select(builds).where(builds.c.preview_id == preview_id, builds.c.sha == sha, builds.c.ask == ask)
    row = connection.execute(same.order_by(builds.c.number.desc()).limit(1)).mappings().one_or_none()
    if row is None:
        return None
    build = _build(row)
    under_way = not build.state.terminal and not build.stop_wanted
    return build if ask or under_way else None


def _next_number(connection: Connection, preview_id: str) -> int:
    highest = select(func.max(builds.c.number)).where(builds.c.preview_id == preview_id)
    return (connection.execute(highest).scalar_one_or_none() or 0) + 1


def _add_job(connection: Connection, preview: Preview, build: Build) -> None:
    key = f"preview:{preview.repository_id}:{preview.number}:{build.sha}:{build.ask}"
    # The key may still be held by the job of a build that is being stopped: this one is another.
    for each in (key, f"{key}:{build.id}"):
        job = NewJob(
            kind=JobKind.BUILD,
            key=each,
            installation_id=preview.installation_id,
            subject=build.id,
            order_key=f"preview:{preview.id}",
        )
        if jobs.add(connection, job) is not None:
            return


def _is_worked_on(connection: Connection, build_id: str) -> bool:
    mine = (job_rows.c.subject == build_id, job_rows.c.kind == JobKind.BUILD, job_rows.c.state == JobState.RUNNING)
    return connection.execute(select(job_rows.c.id).where(*mine).limit(1)).first() is not None


def _mark(connection: Connection, build_id: str) -> None:
    """The pull request's comment and the commit's check run should show the build as it is now."""
    row = connection.execute(
        select(builds.c.installation_id, builds.c.repository_id, builds.c.sha, previews.c.number)
        .join(previews, previews.c.id == builds.c.preview_id)
        .where(builds.c.id == build_id)
    ).one()
    where = {"installation_id": row.installation_id, "repository_id": row.repository_id}
    mark_check(connection, **where, sha=row.sha)
    mark_comment(connection, **where, number=row.number)


def _build(row: RowMapping) -> Build:
    fields: Sequence[str] = [name for name in Build.__dataclass_fields__ if name != "state"]
    return Build(**{name: row[name] for name in fields}, state=BuildState(row["state"]))


def _known(build: Build | None) -> Build:
    if build is None:
        raise IllegalTransition("moving a build on: there is none of that id")
    return build
