"""What is wrong at the end of a crashed run: in SQL, at GitHub, in the sandbox. Nothing, when all is as promised."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from engine.domain.preview import Preview
from engine.pipeline.revision import BUILD_TAG
from engine.pipeline.sandbox_choice import PREVIEW_KEY
from engine.reports.check_text import CHECK_NAME, CheckRun
from engine.reports.comment_text import StickyComment
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.reports.readiness_check import CHECK_NAME as READINESS_NAME
from engine.reports.render import RendersChecks, RendersComments
from engine.sandboxes.port import Sandboxes, Upstream
from engine.settings import Settings
from engine.store import builds, previews, schema
from engine.store.database import Database
from tests.faults.crash.kinds import Expected
from tests.faults.crash.scenes import Case
from tests.faults.crash.visit import visit


class Ending:
    """Looks at one run's end."""

    def __init__(self, database: Database, sandboxes: Sandboxes, settings: Settings, case: Case) -> None:
        self.database = database
        self.sandboxes = sandboxes
        self.links = Links(settings)
        self.case = case
        self.repository_id = int(case.hub.repository["id"])

    def wrong(self, expected: Expected) -> list[str]:
        """One sentence for each thing that isn't as it should be."""
        return [*self._rows(expected), *self._at_github(expected), *self._running(expected)]

    def _rows(self, expected: Expected) -> Iterator[str]:
        with self.database.read() as connection:
            jobs = connection.execute(select(schema.jobs.c.kind, schema.jobs.c.state, schema.jobs.c.error)).all()
            outbox = connection.execute(select(schema.outbox)).all()
            inbox = connection.execute(select(schema.inbox.c.key, schema.inbox.c.state)).all()
            preview = previews.by_pull_request(connection, self.repository_id, self.case.pull.number)
            found = builds.of_preview(connection, preview.id) if preview else []
        live = [job for job in jobs if job.state in ("pending", "running")]
        if len(live) != expected.waiting:
            yield f"jobs that live: {live}"
        for row in outbox:
            if row.posted < row.version or row.given_up:
                yield f"not posted: {row.subject} {row.error}"
        for row in inbox:
            if row.state != "handled":
                yield f"the delivery {row.key} is {row.state}"
        states = tuple(build.state.value for build in reversed(found))
        if states != expected.builds:
            yield f"builds: {states}"
        life = preview.life if preview else "open"
        if life != expected.life:
            yield f"the preview is {life}"

    def _at_github(self, expected: Expected) -> Iterator[str]:
        hub, pull = self.case.hub, self.case.pull
        bodies = hub.comments(pull)
        made = hub.creations("comment_created", number=pull.number, actor="slipway[bot]")
        if made != 1:
            yield f"{made} comments were made"
        shown = self._comment()
        if len(bodies) != 1:
            yield f"{len(bodies)} comments"
        elif shown is None or bodies[0] != shown.body:
            yield f"the comment is stale:\n{bodies[0]}"
        for name, conclusion in expected.runs.items():
            sha = pull.head if name == "head" else pull.old
            runs = [run for run in hub.runs(sha) if run["name"] == CHECK_NAME]
            made = hub.creations("check_run_created", sha=sha, name=CHECK_NAME)
            if made != 1:
                yield f"{made} check runs of the {name} were made"
            if [run["conclusion"] for run in runs] != [conclusion]:
                yield f"check runs of the {name}: {[(run['status'], run['conclusion']) for run in runs]}"
            check = self._check(sha)
            if check is None or any(run["output"]["title"] != check.title for run in runs):
                yield f"the check run of the {name} is stale"
        looks = [run for run in hub.runs(pull.head) if run["name"] == READINESS_NAME]
        if tuple(run["conclusion"] for run in looks) != expected.readiness or hub.fixes(pull) != expected.fixes:
            yield f"readiness: {[run['output'] for run in looks]}, and {hub.fixes(pull)} fixes"
        if self.case.comment_id and tuple(hub.reactions(self.case.comment_id)) != tuple(sorted(expected.reactions)):
            yield f"reactions: {hub.reactions(self.case.comment_id)}"

    def _running(self, expected: Expected) -> Iterator[str]:
        with self.database.read() as connection:
            preview = previews.by_pull_request(connection, self.repository_id, self.case.pull.number)
        if preview is None:
            return
        living = self.sandboxes.find({PREVIEW_KEY: preview.id})
        if len(living) != expected.sandboxes and not (expected.spare and len(living) == 1):
            yield f"sandboxes: {living}"
        if expected.serves:
            yield from self._serving(preview, self.case.pull.head if expected.serves == "head" else self.case.pull.old)
            return
        if preview.serving_build_id and not expected.waiting:
            yield f"serves {preview.serving_build_id}"
        for sandbox_id in living:
            if self._tags(sandbox_id):
                yield f"processes in a sandbox that serves nothing: {self._tags(sandbox_id)}"

    def _serving(self, preview: Preview, sha: str) -> Iterator[str]:
        with self.database.read() as connection:
            build = builds.by_id(connection, preview.serving_build_id)
            route = connection.execute(select(schema.routes).where(schema.routes.c.preview_id == preview.id)).one()
        if build is None or build.sha != sha or route.release != build.id or route.state != "serving":
            yield f"serves {build and build.sha}, and the route is {route.state} {route.release}"
            return
        page = visit(Upstream(route.upstream))
        if f" {'head' if sha == self.case.pull.head else 'old'}<" not in page:
            yield f"the application answers {page!r}"
        tags = self._tags(preview.sandbox_id)
        if set(tags) != {build.id}:
            yield f"processes of {tags}, but {build.id} serves"

    def _tags(self, sandbox_id: str) -> list[str]:
        """The builds of the processes that run in a sandbox."""
        tags: list[str] = []

        def keep(environment: Mapping[str, str]) -> bool:
            tags.append(environment.get(BUILD_TAG, ""))
            return False

        # Asked which processes should go, it is told of all; none goes.
        self.sandboxes.connect(sandbox_id).stop(keep, 0)
        return tags

    def _comment(self) -> StickyComment | None:
        key = f"comment:{self.repository_id}:{self.case.pull.number}"
        with self.database.read() as connection:
            return RendersComments(self.links).render(connection, Subject(key, 0, self.repository_id))

    def _check(self, sha: str) -> CheckRun | None:
        with self.database.read() as connection:
            return RendersChecks(self.links).render(
                connection, Subject(f"check:{self.repository_id}:{sha}", 0, self.repository_id)
            )
