"""`GET /api/deploy-readiness/{project}`: the report of a project, made from what is stored."""

import hashlib
import time
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from starlette.responses import Response

from bot.api.call import Asked, Call
from bot.api.problem import NOT_FOUND, Refused
from bot.api.reach import Found, Reach
from bot.api.reading import Sent
from engine.readiness.report_json import report_json
from engine.readiness.waiving import day_of
from engine.reports.readiness_view import newest_view, nothing_seen
from engine.store import pull_requests


class ReadinessQuery(Sent):
    """Which report."""

    pull_request: Annotated[
        str,
        Field(pattern=r"^([1-9][0-9]{0,8})?$", description="The pull request's number; none: the default branch."),
    ] = ""


#: The report's own shape is documented in docs/api.md; its keys only ever grow within a version.
Reported = dict[str, Any]
ALSO = (304, 400, 404, 503)


@dataclass(frozen=True)
class ReadinessApi:
    """The calls."""

    reach: Reach

    def calls(self) -> list[Call]:
        """Their table."""
        does = "Whether it is ready to ship: light, findings, deploy paths, fixes. Reading it starts nothing."
        return [
            Call("GET", "/api/deploy-readiness/{owner}/{name}", does, self.by_name, query=ReadinessQuery,
                 answer=Reported, also=ALSO),
            Call("GET", "/api/deploy-readiness/{project}", f"{does} By the repository's id.", self.by_id,
                 query=ReadinessQuery, answer=Reported, also=ALSO),
        ]  # fmt: skip

    def by_name(self, asked: Asked) -> Response:
        """Of `owner/name`."""
        wanted = asked.query(ReadinessQuery)
        return self._report(
            asked, self.reach.repository(asked.caller, f"{asked.name('owner')}/{asked.name('name')}"), wanted
        )

    def by_id(self, asked: Asked) -> Response:
        """Of the repository of that id."""
        wanted, project = asked.query(ReadinessQuery), asked.name("project")
        if not (project.isascii() and project.isdigit() and len(project) < 16):
            raise Refused(NOT_FOUND)
        return self._report(asked, self.reach.stored(asked.caller, int(project)), wanted)

    def _report(self, asked: Asked, found: Found, wanted: ReadinessQuery) -> Response:
        number, today = int(wanted.pull_request or 0), day_of(time.time())
        with self.reach.deps.database.read() as connection:
            view = newest_view(connection, found.ref.id, number, today)
            if view is None and number and pull_requests.by_number(connection, found.ref.id, number) is None:
                raise Refused(NOT_FOUND)
        body = report_json(view.report if view is not None else nothing_seen(found.ref.full_name, number, today))
        mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
        if mark in asked.request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/json")
