"""What every page needs: settings, the database, who may see what, and how it is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.pages.templates import Templates
from engine.access.permissions import Permissions
from engine.access.sessions import Session
from engine.settings import Settings
from engine.store.database import Database


@dataclass(frozen=True)
class Reception:
    """Handed to each page. Its methods block: pages run in threads."""

    settings: Settings
    database: Database
    permissions: Permissions
    #: Who is signed in, by the session cookie; None for a stranger.
    signed_in: Callable[[Request], Session | None]
    templates: Templates = field(default_factory=Templates)

    @property
    def github_url(self) -> str:
        """Where people look at repositories; empty in set-up mode."""
        return self.settings.github.web_url if self.settings.github else ""

    def page(self, name: str, status: int = 200, **values: object) -> HTMLResponse:
        """A page, or a part of one."""
        always = {"github_url": self.github_url, "preview_url": self.settings.preview_url}
        return self.templates.page(name, always | values, status)
