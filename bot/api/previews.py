"""`/api/previews`: what there is, and share links to it. Endpoints run in threads."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.api import listing
from bot.api.allowance import Allowance
from bot.api.caller import Caller, caller_of
from bot.api.listing import FoundPreview
from bot.api.problem import NOT_FOUND, Problem, Refused, bad_arguments
from bot.signin.deps import Deps
from engine.access import shares
from engine.access.tokens import Scope
from engine.domain.permission import Role
from engine.errors import Denied, Gone, OutsideError
from engine.forge.port import RepositoryRef
from engine.reasons import REMEDY, Reason
from engine.store import audit, repositories
from engine.store.repositories import StoredRepository

FULL_NAME = re.compile(r"[A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}")
PULL_REQUEST = re.compile(r"[1-9][0-9]{0,8}")
#: Seconds that a share link may live.
SHORTEST, LONGEST = 60, 30 * 86400
BODY_LIMIT = 4096

NO_STORE = {"Cache-Control": "no-store"}


def routes(deps: Deps) -> list[BaseRoute]:
    """The routes of the API."""
    api = PreviewsApi(deps, Allowance(deps.clock))
    return [
        Route("/api/previews", _answering(api.list), methods=["GET"]),
        Route("/api/previews/{id}", _answering(api.show), methods=["GET"]),
        Route("/api/previews/{id}/share", _answering(api.share), methods=["POST"]),
        Route("/api/previews/{id}/share/{share}", _answering(api.revoke), methods=["DELETE"]),
    ]


def _answering(work: Callable[[Request, bytes], Response]) -> Callable[[Request], object]:
    """An endpoint of `work`, which runs in a thread; what it is refused with is its answer."""

    async def endpoint(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > BODY_LIMIT:
                return Problem(413, "bad_arguments", "The body is longer than any call takes.").answer()
        try:
            return await run_in_threadpool(work, request, body)
        except Refused as error:
            return error.problem.answer()

    return endpoint


@dataclass(frozen=True)
class PreviewsApi:
    """The calls."""

    deps: Deps
    allowance: Allowance

    def list(self, request: Request, _: bytes) -> Response:
        """The previews of a repository, or of one pull request."""
        caller = self._caller(request, Scope.READ)
        name, number = request.query_params.get("repository", ""), request.query_params.get("pull_request")
        if not FULL_NAME.fullmatch(name):
            raise bad_arguments("`repository` is an owner and a name, such as acme/shop.")
        if number is not None and not PULL_REQUEST.fullmatch(number):
            raise bad_arguments("`pull_request` is a number, such as 1.")
        with self.deps.database.read() as connection:
            stored = repositories.by_full_name(connection, name)
        found = ref_of(stored) if stored is not None and stored.covered else self._ask_for(name)
        self._require(caller, found, Role.READ)
        with self.deps.database.read() as connection:
            wanted = int(number) if number else None
            previews = listing.of_repository(connection, self.deps.settings, found.id, wanted)
        return JSONResponse([preview.shown.json() for preview in previews], headers=NO_STORE)

    def show(self, request: Request, _: bytes) -> Response:
        """One preview."""
        found = self._preview(request, self._caller(request, Scope.READ), Role.READ)
        return JSONResponse(found.shown.json(), headers=NO_STORE)

    def share(self, request: Request, body: bytes) -> Response:
        """A new share link."""
        caller = self._caller(request, Scope.WRITE)
        found = self._preview(request, caller, Role.WRITE)
        seconds = _ttl(body, self.deps.settings.share_ttl)
        if found.life == "removed":
            raise Refused(
                Problem(409, Reason.PULL_REQUEST_CLOSED, "This preview is gone.", REMEDY[Reason.PULL_REQUEST_CLOSED])
            )
        with self.deps.database.write() as connection:
            link, token = shares.mint(
                connection,
                preview_id=found.shown.id,
                installation_id=found.repository.installation_id,
                created_by=caller.login,
                seconds=seconds,
                now=self.deps.clock(),
            )
            audit.record(connection, self._entry(caller, found, f"share {link.id}"))
        url = f"{self.deps.settings.preview_url(found.label)}.slipway/share?token={token}"
        until = datetime.fromtimestamp(link.expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {"Location": f"/api/previews/{found.shown.id}/share/{link.id}"}
        return JSONResponse({"url": url, "expires_at": until}, 201, NO_STORE | headers)

    def revoke(self, request: Request, _: bytes) -> Response:
        """Ends a share link, at once."""
        caller = self._caller(request, Scope.WRITE)
        found = self._preview(request, caller, Role.WRITE)
        link_id = request.path_params["share"]
        with self.deps.database.write() as connection:
            if not shares.revoke(connection, link_id, preview_id=found.shown.id, now=self.deps.clock()):
                raise Refused(NOT_FOUND)
            audit.record(connection, self._entry(caller, found, f"revoke {link_id}"))
        return Response(status_code=204, headers=NO_STORE)

    def _ask_for(self, name: str) -> RepositoryRef:
        """A repository that no delivery has named yet: it is covered if GitHub says so."""
        try:
            installation_id, found = self.deps.find(name)
        except (Gone, Denied) as error:
            raise Refused(NOT_FOUND) from error
        except OutsideError as error:
            raise Refused(away(error)) from error
        return RepositoryRef(installation_id, found.id, found.full_name)

    def _caller(self, request: Request, scope: Scope) -> Caller:
        caller = caller_of(request, self.deps, self.allowance)
        if scope not in caller.scopes:
            fix = f"Use a token with the scope {scope}."
            raise Refused(Problem(403, Reason.NOT_PERMITTED, f"This token may not {scope}.", fix))
        return caller

    def _preview(self, request: Request, caller: Caller, least: Role) -> FoundPreview:
        with self.deps.database.read() as connection:
            found = listing.by_id(connection, self.deps.settings, request.path_params["id"])
        if found is None:
            raise Refused(NOT_FOUND)
        self._require(caller, found.repository, least)
        return found

    def _require(self, caller: Caller, repository: RepositoryRef, least: Role) -> None:
        try:
            role = self.deps.permissions.role(repository, caller.login)
        except OutsideError as error:
            raise Refused(away(error)) from error
        if role < Role.READ:
            raise Refused(NOT_FOUND)
        if role < least:
            message = f"This needs {least.name.lower()} permission on {repository.full_name}; {caller.login} has less."
            raise Refused(Problem(403, Reason.NOT_PERMITTED, message, REMEDY[Reason.NOT_PERMITTED]))

    def _entry(self, caller: Caller, found: FoundPreview, did: str) -> audit.Entry:
        return audit.Entry(
            at=self.deps.clock(),
            installation_id=found.repository.installation_id,
            who=caller.login,
            door="api",
            did=did,
            subject=found.shown.id,
            sha=found.shown.serving_sha or "",
            outcome="done",
        )


def ref_of(stored: StoredRepository) -> RepositoryRef:
    """What the forge finds a stored repository by."""
    return RepositoryRef(stored.installation_id, stored.id, stored.full_name)


def away(error: OutsideError) -> Problem:
    """GitHub must be asked, and doesn't answer."""
    return Problem(503, "unreachable", str(error), "Try again in a minute.", 30)


def _ttl(body: bytes, default: float) -> float:
    """The seconds that a share link lives. Raises Refused."""
    if not body.strip():
        return default
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_arguments("The body is not JSON.") from error
    if not isinstance(given, dict) or given.keys() - {"ttl"}:
        raise bad_arguments('The body is {"ttl": seconds}, or nothing.')
    seconds = given.get("ttl", default)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not SHORTEST <= seconds <= LONGEST:
        raise bad_arguments(f"`ttl` is a number of seconds from {SHORTEST} to {LONGEST}.")
    return float(seconds)
