"""Set-up mode: without a GitHub App only `/setup` and `/healthz` answer."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages.templates import Templates
from engine.forge.manifest import SUBSCRIBED, needed_permissions
from engine.settings import Settings


def setup_routes(settings: Settings, templates: Templates) -> list[Route]:
    """`/setup` says what to set; every other path says where to go."""

    def setup(_request: Request) -> Response:
        """Says which settings are missing and where they come from."""
        needed = {"permissions": sorted(needed_permissions().items()), "events": SUBSCRIBED}
        return templates.page("setup.html", needed | {"url": settings.public_url, "session": None})

    def not_yet(_request: Request) -> Response:
        """Every other path."""
        return templates.page("not_yet.html", {"session": None}, 503, {"Retry-After": "60"})

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    return [Route("/setup", setup), Route("/{path:path}", not_yet, methods=methods)]
