"""How states look on pages: a tone each (style sheet), always beside the word for it."""

from engine.domain.build import BuildState
from engine.domain.preview import PreviewState
from engine.domain.release import DEPLOY_LABELS, DeployState, Release

GOOD, BAD, BUSY, WAIT, OFF = "good", "bad", "busy", "wait", "off"

#: Total over the states (a test says so).
DEPLOY_TONES: dict[DeployState, str] = {
    DeployState.PENDING: WAIT,
    DeployState.SECURITY_SCANNING: BUSY,
    DeployState.BUILDING: BUSY,
    DeployState.DEPLOYING: BUSY,
    DeployState.DEPLOYED: GOOD,
    DeployState.SECURITY_FAILED: BAD,
    DeployState.FAILED: BAD,
    DeployState.ROLLING_BACK: BUSY,
    DeployState.ROLLED_BACK: OFF,
    DeployState.CANCELLED: OFF,
}
PREVIEW_TONES: dict[PreviewState, str] = {
    PreviewState.WAITING: WAIT,
    PreviewState.BUILDING: BUSY,
    PreviewState.READY: GOOD,
    PreviewState.FAILED: BAD,
    PreviewState.CANCELLED: OFF,
    PreviewState.STOPPED: OFF,
    PreviewState.REMOVED: OFF,
}


def deploy_tone(release: Release) -> str:
    """Of where a release stands."""
    return DEPLOY_TONES[release.state]


def deploy_label(release: Release) -> str:
    """The word for where a release stands."""
    return DEPLOY_LABELS[release.state]


def preview_tone(state: PreviewState) -> str:
    """Of a preview's state."""
    return PREVIEW_TONES[state]


def build_tone(state: BuildState) -> str:
    """Of a build's state."""
    match state:
        case BuildState.READY:
            return GOOD
        case BuildState.FAILED:
            return BAD
        case BuildState.CANCELLED | BuildState.SUPERSEDED:
            return OFF
        case BuildState.QUEUED:
            return WAIT
        case _:
            return BUSY


def ago(at: float, now: float) -> str:
    """How long ago something was, in one unit."""
    seconds = max(0, round(now - at))
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
