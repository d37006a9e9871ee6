"""A preview: where a pull request's application is looked at."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.build import BuildState


class PreviewState(StrEnum):
    """The documented states of a preview, as the API says them (docs/api.md)."""

    WAITING = "waiting"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    REMOVED = "removed"


@dataclass(frozen=True)
class Preview:
    """A pull request's preview, as stored."""

    #: Public id, `pv_…`.
    id: str
    installation_id: int
    repository_id: int
    number: int
    #: First label of its host name, such as `pr-12--shop-7k2m`.
    label: str
    #: `open`, `stopped` (by command) or `removed` (closed).
    life: str
    #: Rises with each change of owner; what an older generation started is killed.
    generation: int
    sandbox_id: str
    newest_build_id: str
    #: The build that answers on the link; empty while none does.
    serving_build_id: str
    #: `private` or `public` (`preview.access` of slipway.yml).
    access: str
    #: How often the application has died by itself since it was well, and why last.
    deaths: int = 0
    death: str = ""
    #: Unix seconds when it is started again; 0: nothing is planned.
    revive_at: float = 0.0

    @property
    def down(self) -> bool:
        """True when the application died so often that it stays down."""
        return self.deaths > 0 and not self.serving_build_id


def preview_state(life: str, newest: BuildState | None, *, down: bool = False) -> PreviewState:
    """The one word for a preview, from its life and its newest build's state; `down` is its application's."""
    if life == "removed":
        return PreviewState.REMOVED
    if life == "stopped":
        return PreviewState.STOPPED
    match newest:
        case None:
            return PreviewState.WAITING
        case BuildState.READY:
            return PreviewState.FAILED if down else PreviewState.READY
        case BuildState.FAILED:
            return PreviewState.FAILED
        case BuildState.CANCELLED | BuildState.SUPERSEDED:
            return PreviewState.CANCELLED
        case _:
            return PreviewState.BUILDING


def preview_label(number: int, repository: str, repository_id: int) -> str:
    """Host label of a pull request's preview, at most 63 characters (RFC 1035), unique per repository id."""
    name = re.sub(r"[^a-z0-9]+", "-", repository.rsplit("/", 1)[-1].lower()).strip("-")[:30].strip("-") or "app"
    own = hashlib.sha256(f"repository:{repository_id}".encode()).hexdigest()[:6]
    return f"pr-{number}--{name}-{own}"
