"""Templates become answers. Everything shown is escaped; no page has code or styles of its own."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from engine.domain.build import STAGE_LABELS, BuildState
from engine.reports.words import iso, moment, short, span

FOLDER = Path(__file__).parent
LABELS = {state.value: label for state, label in STAGE_LABELS.items()}


class Templates:
    """The templates of one process, read once."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"moment": moment, "iso": iso, "span": span, "short": short, "stage": stage_label}
        self._environment.tests["lasting"] = is_lasting

    def page(
        self, name: str, values: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """An answer with the template `name`; never kept by caches, since it is for one person."""
        html = self._environment.get_template(name).render(values)
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store", **(headers or {})})


def stage_label(kind: str) -> str:
    """What people read for a build's state; nothing for other events, whose message says it all."""
    return LABELS.get(kind, "")


def is_lasting(kind: str) -> bool:
    """True for a stage that takes time, false for an end or an event."""
    return kind in LABELS and not BuildState(kind).terminal
