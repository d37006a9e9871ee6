"""The badge of a project: a small picture of its light for README files, where nobody is signed in."""

import hashlib
import hmac
import time
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.pages.reception import Reception
from engine.readiness.light import Light
from engine.readiness.waiving import day_of
from engine.reports.readiness_view import newest_view
from engine.settings import Settings
from engine.store import repositories
from engine.store.repositories import StoredRepository

PATH = "/projects/{owner}/{name}/readiness.svg"
WORDS: dict[Light, str] = {
    Light.RED: "not ready",
    Light.YELLOW: "warnings",
    Light.GREEN: "ready",
    Light.UNKNOWN: "unknown",
}
#: Dark enough for white letters to be read on.
COLOURS: dict[Light, str] = {
    Light.RED: "#b4212c",
    Light.YELLOW: "#8a5800",
    Light.GREEN: "#17703a",
    Light.UNKNOWN: "#57606a",
}
#: Whoever shows it (GitHub's proxy of pictures) asks again after this many seconds.
FRESH = 300


@dataclass(frozen=True)
class Badge:
    """`GET /projects/{owner}/{name}/readiness.svg?key=…`: the key stands on the project's own page."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its route."""
        return [Route(PATH, self.picture)]

    def picture(self, request: Request) -> Response:
        """The picture of the default branch's light; without the key there is none, like for a project that isn't."""
        name = f"{request.path_params['owner']}/{request.path_params['name']}"
        given = request.query_params.get("key", "").encode(errors="replace")
        with self.reception.database.read() as connection:
            found = repositories.by_full_name(connection, name)
            wanted = key_of(self.reception.settings, found.id if found is not None else 0)
            if not hmac.compare_digest(given, wanted.encode()) or found is None or not found.covered:
                return PlainTextResponse("There is no such badge.", 404)
            view = newest_view(connection, found.id, 0, day_of(time.time()))
        light = view.report.light if view is not None else Light.UNKNOWN
        headers = {"Cache-Control": f"public, max-age={FRESH}", "Content-Security-Policy": "default-src 'none'"}
        svg = self.reception.part("badge.svg", words=WORDS[light], colour=COLOURS[light])
        return Response(svg, headers=headers, media_type="image/svg+xml")


def key_of(settings: Settings, repository_id: int) -> str:
    """What a badge's address carries: nobody finds out a private project's light by guessing its name."""
    assert settings.github is not None
    secret = f"badge:{settings.github.client_secret.reveal()}".encode()
    return hmac.new(secret, str(repository_id).encode(), hashlib.sha256).hexdigest()[:32]


def badge_address(settings: Settings, repository: StoredRepository) -> str:
    """Where the badge of a project is shown."""
    where = f"{settings.public_url}/projects/{quote(repository.full_name)}/readiness.svg"
    return f"{where}?key={key_of(settings, repository.id)}"
