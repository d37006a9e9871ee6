"""How a page is made: who looks, what they may see, and a template."""

import datetime
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from playground.access import Need, open_repository
from playground.accounts import people
from playground.callers import APerson
from playground.hub import Hub
from playground.pages.form import read_form
from playground.pages.markdown import render
from playground.pages.session import Session, check_form, keep_session, read_session
from playground.refusals import NotFound, Refusal
from playground.repositories import Repository

TEMPLATES = Path(__file__).with_name("templates")


class Page:
    """One request for a page, by somebody who is known."""

    def __init__(self, hub: Hub, templates: Environment, request: Request, session: Session) -> None:
        self.hub = hub
        self.request = request
        self.session = session
        self.form: dict[str, str] = {}
        self._templates = templates

    @property
    def caller(self) -> APerson:
        return APerson(self.session.account, through_app=False)

    def text(self, name: str) -> str:
        """A field of the form that was sent."""
        return self.form.get(name, "")

    def repository(self, need: Need) -> Repository:
        """The repository that the address names, if whoever looks may do what is needed there."""
        return open_repository(
            self.hub, self.caller, self.request.path_params["owner"], self.request.path_params["name"], need
        )

    def number(self, name: str) -> int:
        text = str(self.request.path_params[name])
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise NotFound()
        return int(text)

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        """A template with what every page shows."""
        common = {
            "hub": self.hub,
            "session": self.session,
            "people": people(self.hub.database),
            "here": self.request.url.path,
            "now": self.hub.clock(),
        }
        return HTMLResponse(self._templates.get_template(template).render(common | values), status)

    def back(self, path: str) -> Response:
        return RedirectResponse(path, 303)

    def back_here(self) -> Response:
        """To the page that the form was on; never to another site."""
        here = self.text("here")
        is_ours = here.startswith("/") and not here.startswith(("//", "/\\"))
        return self.back(here if is_ours else "/")


View = Callable[[Page], Response]


def page_routes(hub: Hub, table: tuple[tuple[str, str, View], ...]) -> list[Route]:
    """Starlette's routes for a table of pages and forms."""
    templates = _templates()
    return [Route(path, _serve(hub, templates, view), methods=[method]) for method, path, view in table]


def _serve(hub: Hub, templates: Environment, view: View) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        session = read_session(hub, request)
        page = Page(hub, templates, request, session)
        try:
            page.form = await read_form(request)
            response = await run_in_threadpool(_viewed, page, view)
        except Refusal as refusal:
            response = _refused(page, refusal)
        response.headers["Content-Security-Policy"] = _content_security_policy(hub)
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        if "set-cookie" not in response.headers:
            keep_session(hub, response, session)
        return response

    return serve


def _viewed(page: Page, view: View) -> Response:
    # The sign-in form is for scripts too: it names its account itself and uses no session.
    if page.request.method == "POST" and page.request.url.path != "/login/oauth/authorize":
        check_form(page.session, page.text("form_token"))
    return view(page)


def _refused(page: Page, refusal: Refusal) -> Response:
    details = [error.get("message") for error in refusal.errors if not isinstance(error, str)]
    return page.show("refused.html", refusal.status, refusal=refusal, details=[one for one in details if one])


def _content_security_policy(hub: Hub) -> str:
    # A sign-in ends in redirects to the bot and from there to a preview's host; browsers hold both against form-action.
    parts = urlsplit(hub.settings.bot_url)
    bot = f"{parts.scheme}://{parts.netloc}"
    previews = f"{parts.scheme}://*.{parts.hostname}:*"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
        f"img-src 'self' {bot}; form-action 'self' {bot} {previews}; frame-ancestors 'none'"
    )


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["markdown"] = render
    environment.filters["ago"] = ago
    return environment


def ago(moment: str, now: float) -> str:
    """How long ago something was, in one unit."""
    seconds = int(now - datetime.datetime.fromisoformat(moment).timestamp())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
