"""The buttons of a build's page, Cancel and Retry: for whoever may write, and for forms of our own pages only."""

import time
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.pages.job_visit import Visit, visit
from bot.pages.problems import wants_page
from bot.pages.reception import Reception
from bot.signin.own_page import proven, sent_by_own_page
from engine.commands.buttons import CANCEL, RETRY
from engine.domain.build import Build, BuildState
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.intake.page import press
from engine.planner.decision import Decision, FollowBuild, Refuse, StartBuild
from engine.reasons import REMEDY, Reason
from engine.store import builds, previews

#: Bytes of the form.
FORM_LIMIT = 4096
FOREIGN = "Another site asked for this. Use the button on the build's page."


def offered(build: Build, preview: Preview, role: Role) -> tuple[str, ...]:
    """The buttons that somebody with this role is shown."""
    if role < Role.WRITE:
        return ()
    if not build.state.terminal:
        return () if build.stop_wanted else (CANCEL,)
    over = build.state in (BuildState.FAILED, BuildState.CANCELLED)
    return (RETRY,) if over and preview.newest_build_id == build.id and preview.life != "removed" else ()


@dataclass(frozen=True)
class JobButtons:
    """`POST /jobs/{build id}/cancel` and `…/retry`."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("/jobs/{build_id}/cancel", self.cancel, methods=["POST"]),
            Route("/jobs/{build_id}/retry", self.retry, methods=["POST"]),
        ]

    async def cancel(self, request: Request) -> Response:
        """Ends this build."""
        return await self._press(request, CANCEL)

    async def retry(self, request: Request) -> Response:
        """Builds this build's commit again."""
        return await self._press(request, RETRY)

    async def _press(self, request: Request, button: str) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > FORM_LIMIT:
                return self._refused(request, 413, "bad_arguments", "This form is too long.")
        given = parse_qs(body.decode("latin-1")).get("csrf", [""])[0]
        return await run_in_threadpool(self._pressed, request, button, given)

    def _pressed(self, request: Request, button: str, given: str) -> Response:
        session = self.reception.signed_in(request)
        page = f"/jobs/{request.path_params['build_id']}"
        if session is None:
            if wants_page(request):
                return RedirectResponse(f"/signin?next={quote(page, safe='')}", 303)
            return self._refused(request, 401, "signed_out", "Sign in first.")
        if not proven(session, given) and not sent_by_own_page(request):
            return self._refused(request, 403, "csrf", FOREIGN)
        found = visit(self.reception, request, session)
        return found if isinstance(found, Response) else self._act(request, found, button)

    def _act(self, request: Request, found: Visit, button: str) -> Response:
        with self.reception.database.write() as connection:
            # As it is under the write lock: it may have ended since it was looked up.
            build = builds.by_id(connection, found.build.id) or found.build
            decision = press(connection, build, button, person=found.session.person, role=found.role, now=time.time())
            preview = previews.by_id(connection, build.preview_id)
        if isinstance(decision, Refuse):
            status = 403 if decision.reason is Reason.NOT_PERMITTED else 409
            fix = REMEDY[decision.reason]
            message = decision.sentence.removesuffix(fix).strip()
            return self._refused(request, status, decision.reason, _plain(message), _plain(fix))
        shown = preview.newest_build_id if preview is not None and isinstance(decision, StartBuild) else build.id
        return RedirectResponse(f"/jobs/{_followed(decision, shown)}", 303)

    def _refused(self, request: Request, status: int, code: str, message: str, fix: str = "") -> Response:
        if not wants_page(request):
            return JSONResponse({"error": {"code": code, "message": message, "fix": fix}}, status)
        back = f"/jobs/{quote(request.path_params['build_id'], safe='')}"
        session = self.reception.signed_in(request)
        detail = f"{message} {fix}".strip()
        return self.reception.page("refused.html", status, session=session, detail=detail, code=code, back=back)


def _plain(markdown: str) -> str:
    """Words that are read where no Markdown is."""
    return markdown.replace("`", "")


def _followed(decision: Decision, build_id: str) -> str:
    return decision.build_id if isinstance(decision, FollowBuild) else build_id
