"""`/api/previews`: what there is, and share links to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field
from starlette.responses import JSONResponse, Response

from bot.api import listing
from bot.api.call import NO_STORE, Asked, Call
from bot.api.listing import FoundPreview, ListedPreview
from bot.api.problem import NOT_FOUND, Problem, Refused
from bot.api.reach import Reach
from bot.api.reading import Sent
from engine.access import shares
from engine.access.tokens import Scope
from engine.domain.permission import Role
from engine.reasons import REMEDY, Reason
from engine.store import audit

#: An owner and a name, as GitHub writes them.
FULL_NAME = r"^[A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}$"
#: Seconds that a share link may live.
SHORTEST, LONGEST = 60, 30 * 86400

RepositoryName = Annotated[str, Field(pattern=FULL_NAME, description="An owner and a name, such as acme/shop.")]


class PreviewQuery(Sent):
    """Which previews."""

    repository: RepositoryName
    pull_request: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$", description="A number, such as 1.")] | None = None


class NewShare(Sent):
    """A share link that is asked for."""

    #: 0: as long as the setting says.
    ttl: float = Field(default_factory=float, ge=SHORTEST, le=LONGEST, description="Seconds that it lives.")


@dataclass(frozen=True)
class Share:
    """A share link that was made."""

    url: str
    expires_at: str


@dataclass(frozen=True)
class PreviewsApi:
    """The calls."""

    reach: Reach

    def calls(self) -> list[Call]:
        """Their table."""
        one = "/api/previews/{id}"
        return [
            Call("GET", "/api/previews", "The previews of a repository, or of one pull request.", self.index,
                 query=PreviewQuery, answer=list[ListedPreview], also=(400, 404, 503)),
            Call("GET", one, "One preview.", self.show, answer=ListedPreview, also=(404, 503)),
            Call("POST", f"{one}/share", "A new share link; `Location` revokes it again.", self.share, Scope.WRITE,
                 body=NewShare, bad_body=400, answer=Share, status=201, also=(400, 403, 404, 409, 503)),
            Call("DELETE", f"{one}/share/{{share}}", "Ends a share link, at once.", self.revoke, Scope.WRITE,
                 status=204, also=(403, 404, 503)),
        ]  # fmt: skip

    def index(self, asked: Asked) -> Response:
        """The previews of a repository, or of one pull request."""
        wanted = asked.query(PreviewQuery)
        found = self.reach.repository(asked.caller, wanted.repository)
        number = int(wanted.pull_request) if wanted.pull_request else None
        with self.reach.deps.database.read() as connection:
            previews = listing.of_repository(connection, self.reach.deps.settings, found.ref.id, number)
        return JSONResponse([preview.shown.json() for preview in previews], headers=NO_STORE)

    def show(self, asked: Asked) -> Response:
        """One preview."""
        return JSONResponse(self._preview(asked, Role.READ).shown.json(), headers=NO_STORE)

    def share(self, asked: Asked) -> Response:
        """A new share link."""
        deps, found = self.reach.deps, self._preview(asked, Role.WRITE)
        seconds = asked.body(NewShare).ttl or deps.settings.share_ttl
        if found.life == "removed":
            raise Refused(
                Problem(409, Reason.PULL_REQUEST_CLOSED, "This preview is gone.", REMEDY[Reason.PULL_REQUEST_CLOSED])
            )
        with deps.database.write() as connection:
            link, token = shares.mint(
                connection,
                preview_id=found.shown.id,
                installation_id=found.repository.installation_id,
                created_by=asked.caller.login,
                seconds=seconds,
                now=deps.clock(),
            )
            audit.record(connection, self._entry(asked, found, f"share {link.id}"))
        url = f"{deps.settings.preview_url(found.label)}.slipway/share?token={token}"
        until = datetime.fromtimestamp(link.expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {"Location": f"/api/previews/{found.shown.id}/share/{link.id}"}
        return JSONResponse({"url": url, "expires_at": until}, 201, NO_STORE | headers)

    def revoke(self, asked: Asked) -> Response:
        """Ends a share link, at once."""
        deps, found, link_id = self.reach.deps, self._preview(asked, Role.WRITE), asked.name("share")
        with deps.database.write() as connection:
            if not shares.revoke(connection, link_id, preview_id=found.shown.id, now=deps.clock()):
                raise Refused(NOT_FOUND)
            audit.record(connection, self._entry(asked, found, f"revoke {link_id}"))
        return Response(status_code=204, headers=NO_STORE)

    def _preview(self, asked: Asked, least: Role) -> FoundPreview:
        with self.reach.deps.database.read() as connection:
            found = listing.by_id(connection, self.reach.deps.settings, asked.name("id"))
        if found is None:
            raise Refused(NOT_FOUND)
        self.reach.require(asked.caller, found.repository, least)
        return found

    def _entry(self, asked: Asked, found: FoundPreview, did: str) -> audit.Entry:
        return audit.Entry(
            at=self.reach.deps.clock(),
            installation_id=found.repository.installation_id,
            who=asked.caller.login,
            door="api",
            did=did,
            subject=found.shown.id,
            sha=found.shown.serving_sha or "",
            outcome="done",
        )
