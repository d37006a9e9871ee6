"""What is written when a build ends: everything in one transaction, so that no surface shows half of it."""

from sqlalchemy import Connection

from engine.domain.build import Build, BuildState, version_name
from engine.errors import Cause, Superseded
from engine.pipeline.target import Target
from engine.readiness import following
from engine.sandboxes.port import Upstream
from engine.store import builds, deaths, previews, routes, timeline


def ready(connection: Connection, target: Target, upstream: Upstream, now: float) -> None:
    """The build answers from now on. Raises Superseded when its end is wanted, or the preview has moved on."""
    build, preview = target.build, target.preview
    now_known = builds.by_id(connection, build.id)
    if now_known is not None and now_known.stop_wanted:
        # Its worker may not have heard of it yet; whoever asked was told that it ends.
        raise Superseded(f"serving the build: it was {now_known.stop_wanted} meanwhile")
    if not routes.serve(connection, preview, build.id, upstream, now):
        raise Superseded("serving the build: the preview was closed meanwhile")
    started = builds.started_at(connection, build.id) or now
    fresh = not preview.sandbox_id
    how = "in a fresh sandbox" if fresh else "in its sandbox"
    message = f"{version_name(build.number)} is ready: {now - started:.1f} s {how}"
    first = not builds.had_ready(connection, preview.id)
    builds.advance(connection, build.id, BuildState.READY, message, now)
    deaths.forget(connection, preview.id)
    event = "mvp_built" if first else "iteration_completed"
    timeline.add(connection, build.id, event, "The first version is up" if first else "The next version is up", now)
    following.follow(connection, build, now)


def failed(connection: Connection, build_id: str, cause: Cause, now: float) -> None:
    """The build failed, with its cause; what served before serves on."""
    words = {"cause_code": cause.code, "cause": cause.sentence, "fix": cause.fix}
    builds.advance(connection, build_id, BuildState.FAILED, cause.sentence, now, **words)
    _show(connection, build_id, "failed", now)
    build = builds.by_id(connection, build_id)
    if build is not None:
        following.follow(connection, build, now)


#: Said of a build whose end can't be proven yet.
UNPROVEN = "ending what it started isn't proven yet"
#: The timeline's word for the proof that came later.
PROVEN = "end_proven"


def stopped(connection: Connection, build_id: str, why: str, now: float, *, proven: bool = True) -> None:
    """The build was cancelled or superseded: as whoever wanted its end wrote down, else `why`."""
    build = builds.by_id(connection, build_id)
    if build is not None and build.state.terminal:
        # Its worker and its cancel job may both come to say so.
        return
    why = build.stop_wanted if build is not None and build.stop_wanted else why
    state = BuildState.CANCELLED if why == "cancelled" else BuildState.SUPERSEDED
    message = _stopped_because(connection, build_id, state)
    builds.advance(connection, build_id, state, message if proven else f"{message}; {UNPROVEN}", now)
    builds.note_proof(connection, build_id, proven=proven)
    _show(connection, build_id, "waiting", now)


def proven(connection: Connection, build: Build, now: float) -> None:
    """What a build started is known to be gone, later than the build was said to be over."""
    builds.note_proof(connection, build.id, proven=True)
    timeline.add(connection, build.id, PROVEN, "Nothing of it runs any more", now)
    builds.say(connection, build.id, _stopped_because(connection, build.id, build.state))


def _stopped_because(connection: Connection, build_id: str, state: BuildState) -> str:
    plain = "Cancelled" if state is BuildState.CANCELLED else "A newer commit took its place"
    return builds.why_stopped(connection, build_id) or plain


def _show(connection: Connection, build_id: str, state: str, now: float) -> None:
    """The page of a preview that serves nothing, unless a newer build decides about it."""
    build = builds.by_id(connection, build_id)
    preview = previews.by_id(connection, build.preview_id) if build else None
    if preview is not None and preview.life == "open" and preview.newest_build_id == build_id:
        routes.show(connection, preview.id, state, now)
