"""The page of a build: where it stands, why it failed, and its log; for whoever may read the repository."""

from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.pages import stream
from bot.pages.job_buttons import JobButtons, offered
from bot.pages.job_visit import Visit, visit
from bot.pages.reception import Reception
from bot.pages.stream import Live, Look
from bot.pages.whole_log import whole_log
from engine.domain.build import Build
from engine.domain.preview import Preview
from engine.reports.escape import visible
from engine.reports.view import BuildView, build_view
from engine.store import builds, logs, previews, pull_requests, repositories
from engine.store.repositories import StoredRepository

#: Log lines that the page begins with, and that one question for more is answered with at most.
LINES = 2000
#: Seconds between two looks: the stages of a build move no counter.
EVERY = 1.0


@dataclass(frozen=True)
class Job:
    """All that the page shows."""

    view: BuildView
    preview: Preview
    repository: StoredRepository
    title: str
    #: Every build of the preview, newest first.
    siblings: tuple[Build, ...]
    first_line: int
    lines: tuple[str, ...]
    #: What whoever looks may do with it: parts of addresses, and words once capitalized.
    buttons: tuple[str, ...]

    @property
    def serving(self) -> bool:
        """True while the preview's link shows this very build."""
        return self.preview.serving_build_id == self.view.build.id


@dataclass(frozen=True)
class JobPage:
    """`/jobs/{build id}` and what its script asks for."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("/jobs/{build_id}", self.page),
            Route("/jobs/{build_id}/summary", self.summary),
            Route("/jobs/{build_id}/log", self.lines),
            Route("/jobs/{build_id}/log.txt", self.text),
            Route("/jobs/{build_id}/live", self.live),
            *JobButtons(self.reception).routes(),
        ]

    def page(self, request: Request) -> Response:
        """The whole page; strangers are asked to sign in first."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.ask_to_sign_in(request)
        found = visit(self.reception, request, session)
        if isinstance(found, Response):
            return found
        with self.reception.database.read() as connection:
            return self.reception.page("job.html", session=session, job=_job(connection, found))

    def summary(self, request: Request) -> Response:
        """Everything but the log."""
        found = self._for_script(request)
        if isinstance(found, Response):
            return found
        with self.reception.database.read() as connection:
            job = _job(connection, found, with_log=False)
        return self.reception.page("summary.html", session=found.session, job=job)

    def lines(self, request: Request) -> Response:
        """Log lines from `from` on (0 is the first), and whether more may come."""
        found = self._for_script(request)
        if isinstance(found, Response):
            return found
        start = request.query_params.get("from", "0")
        if not (start.isascii() and start.isdigit() and len(start) < 10):
            return _refusal(400, "bad_arguments", "`from` is the number of a line, 0 or more.")
        with self.reception.database.read() as connection:
            # Read first: lines that come between the two reads are asked for again.
            over = found.build.state.terminal
            lines = [visible(line) for line in logs.read(connection, found.build.id, int(start), LINES)]
        answer = {"lines": lines, "next": int(start) + len(lines), "over": over and len(lines) < LINES}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    def text(self, request: Request) -> Response:
        """The whole log as text."""
        found = self._for_script(request)
        if isinstance(found, Response):
            return found
        return whole_log(self.reception.database, found.build.id)

    def live(self, request: Request) -> Response:
        """The summary whenever it changes, and the log as it grows."""
        found = self._for_script(request)
        if isinstance(found, Response):
            return found
        live = Live(lambda line: self._look(request, line), EVERY, subject=found.build.id)
        return stream.answer(self.reception, request, found.session.login, live)

    def _look(self, request: Request, line: int) -> Look | None:
        found = self._for_script(request)
        if isinstance(found, Response):
            return None
        with self.reception.database.read() as connection:
            job = _job(connection, found, with_log=False)
            lines = tuple(map(visible, logs.read(connection, found.build.id, line, LINES)))
        html = self.reception.part("summary.html", session=found.session, job=job)
        return Look({"summary": html}, lines, job.view.build.state.terminal)

    def _for_script(self, request: Request) -> Visit | Response:
        session = self.reception.signed_in(request)
        return self.reception.signed_out() if session is None else visit(self.reception, request, session)


def _job(connection: Connection, found: Visit, *, with_log: bool = True) -> Job:
    build = builds.by_id(connection, found.build.id) or found.build
    preview = previews.by_id(connection, build.preview_id)
    repository = repositories.by_id(connection, build.repository_id)
    # Rows that the build's own row refers to: the database keeps them.
    assert preview is not None
    assert repository is not None
    known = pull_requests.by_number(connection, build.repository_id, preview.number)
    first = max(0, logs.count(connection, build.id) - LINES) if with_log else 0
    return Job(
        view=build_view(connection, build),
        preview=preview,
        repository=repository,
        title=known.title if known else "",
        siblings=tuple(builds.of_preview(connection, preview.id)),
        first_line=first,
        lines=tuple(logs.read(connection, build.id, first, LINES)) if with_log else (),
        buttons=offered(build, preview, found.role),
    )


def _refusal(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "fix": ""}}, status)
