"""Templates become answers. Everything shown is escaped; no page has code or styles of its own."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.pages.markdown import as_page, inline, sentence
from bot.pages.tones import ago, build_tone, deploy_label, deploy_tone, preview_tone
from engine.access.sessions import Session
from engine.domain.build import STAGE_LABELS, BuildState
from engine.reports.escape import visible
from engine.reports.words import iso, moment, short, span

FOLDER = Path(__file__).parent
LABELS = {state.value: label for state, label in STAGE_LABELS.items()}


def stage_label(kind: str) -> str:
    """What people read for a build's state; nothing for other events, whose message says it all."""
    return LABELS.get(kind, "")


def is_lasting(kind: str) -> bool:
    """True for a stage that takes time, false for an end or an event."""
    return kind in LABELS and not BuildState(kind).terminal


def clock_time(at: float) -> str:
    """Unix seconds as a time of day in UTC, to the second."""
    return iso(at)[11:19]


def branch_of(ref: str) -> str:
    """A full ref as people call it."""
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/").removeprefix("refs/")


def host_of(address: str) -> str:
    """The host and port of an address of ours."""
    return urlsplit(address).netloc


def half_life(session: Session) -> int:
    """Seconds after which a page refreshes its session: half of what is left of it."""
    return max(1, int((session.expires_at - time.time()) / 2))


def as_seen(value: object) -> object:
    """Words of others without what can't be seen, such as marks that turn reading around; our own HTML as it is."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return visible(value)


FILTERS: dict[str, Callable[..., object]] = {
    "moment": moment,
    "clock": clock_time,
    "iso": iso,
    "ago": ago,
    "span": span,
    "short": short,
    "stage": stage_label,
    "tone": deploy_tone,
    "deploy_label": deploy_label,
    "preview_tone": preview_tone,
    "build_tone": build_tone,
    "markdown": as_page,
    "markdown_line": inline,
    "sentence": sentence,
    "branch": branch_of,
    "host": host_of,
    "half_life": half_life,
}


class Templates:
    """The templates of one process, read once."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=as_seen,
        )
        self._environment.filters |= FILTERS
        self._environment.tests["lasting"] = is_lasting

    def page(
        self, name: str, values: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """An answer with the template `name`; never kept by caches, since it is for one person."""
        return HTMLResponse(self.render(name, values), status, headers={"Cache-Control": "no-store", **(headers or {})})

    def render(self, name: str, values: Mapping[str, object]) -> str:
        """The template `name` as HTML."""
        return self._environment.get_template(name).render(values)
