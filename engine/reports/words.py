"""The words that every report shares for states, times and commits."""

from datetime import UTC, datetime
from typing import assert_never

from engine.domain.build import STAGE_LABELS, BuildState
from engine.domain.preview import PreviewState

NOTHING = "–"


def short(sha: str) -> str:
    """A commit as people see it."""
    return sha[:7]


def moment(seconds: float) -> str:
    """Unix seconds as a time of day in UTC, to the minute."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def iso(seconds: float) -> str:
    """Unix seconds as GitHub writes times."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def span(seconds: float) -> str:
    """How long something took."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def status(state: PreviewState, build: BuildState | None) -> str:
    """The status of a preview, with the stage while it is being built."""
    match state:
        case PreviewState.WAITING:
            return "No build yet"
        case PreviewState.BUILDING:
            return f"🔨 {STAGE_LABELS[build or BuildState.QUEUED]}"
        case PreviewState.READY:
            return "✅ Ready"
        case PreviewState.FAILED:
            return "❌ Failed"
        case PreviewState.CANCELLED:
            return "⏹️ Cancelled"
        case PreviewState.STOPPED:
            return "⏹️ Stopped"
        case PreviewState.REMOVED:
            return "🧹 Preview removed"
        case _:
            assert_never(state)
