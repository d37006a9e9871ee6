"""What every page needs: settings, the database, who may see what, and how it is shown."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.pages.open_streams import OpenStreams
from bot.pages.rehearsal import Rehearsal
from bot.pages.templates import Templates
from engine.access.permissions import Permissions
from engine.access.sessions import Session
from engine.deploy.asks import DeployAsk
from engine.deploy.outcome import Outcome
from engine.domain.event import Repository
from engine.forge.commits import Commits
from engine.forge.port import Forge
from engine.intake.counter import Counter
from engine.settings import Settings
from engine.store.database import Database
from engine.variables.variables import Variables


class Asked(Protocol):
    """Where asks are decided (engine.deploy.desk)."""

    def handle(self, ask: DeployAsk) -> Outcome:
        """Decides and carries out. Raises Unreachable, Denied or Gone."""
        ...


@dataclass(frozen=True)
class Reception:
    """Handed to each page. Its methods block: pages run in threads."""

    settings: Settings
    database: Database
    permissions: Permissions
    #: Who is signed in, by the session cookie; None for a stranger.
    signed_in: Callable[[Request], Session | None]
    desk: Asked
    #: Where commands are decided.
    counter: Counter
    streams: OpenStreams
    variables: Variables
    forge: Forge
    commits: Commits
    templates: Templates = field(default_factory=Templates)

    @property
    def github_url(self) -> str:
        """Where people look at repositories; empty in set-up mode."""
        return self.settings.github.web_url if self.settings.github else ""

    def page(self, name: str, status: int = 200, /, **values: object) -> HTMLResponse:
        """A page, or a part of one."""
        return self.templates.page(name, self._always() | values, status)

    def part(self, name: str, /, **values: object) -> str:
        """A part of a page, as a stream sends it."""
        return self.templates.render(name, self._always() | values)

    def ask_to_sign_in(self, request: Request) -> Response:
        """Strangers come back to this page once they are signed in."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/signin?next={quote(request.url.path + query, safe='')}", 303)

    def missing(self, session: Session) -> Response:
        """There is no such thing, or it is somebody else's: nobody can tell which."""
        return self.page("missing.html", 404, session=session)

    def signed_out(self) -> Response:
        """For scripts."""
        return JSONResponse({"error": {"code": "signed_out", "message": "Sign in first.", "fix": ""}}, 401)

    def rehearse(self, ask: DeployAsk, news: Repository | None = None) -> Outcome:
        """What the desk would answer at this moment; nothing is changed. Raises Unreachable, Denied or Gone."""
        return Rehearsal(self.database, self.forge, self.commits, self.variables, self.settings)(ask, news)

    def _always(self) -> dict[str, object]:
        return {
            "github_url": self.github_url,
            "preview_url": self.settings.preview_url,
            "release_url": self.settings.release_url,
            "now": time.time(),
        }
