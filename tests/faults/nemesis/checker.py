"""What must be true when everybody has come to rest, counted at the playground and held against SQL."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import func, select

from engine.domain.build import TERMINAL
from engine.reports.check_text import CheckRun
from engine.reports.comment_text import StickyComment
from engine.reports.deploy_render import RendersDeployments
from engine.reports.deployment_text import INACTIVE, Deployments
from engine.reports.links import Links
from engine.reports.port import Renders, Subject
from engine.reports.reaction_text import Reactions
from engine.reports.render import RendersChecks, RendersComments, RendersReactions
from engine.reports.subjects import CHECK, COMMENT, DEPLOYMENT, REACTION, parts_of
from engine.sandboxes.port import Upstream
from engine.settings import Settings
from engine.store import schema
from engine.store.database import Database
from tests.faults.crash.visit import visit
from tests.faults.nemesis.auditor import Auditor, backward, doubled
from tests.faults.nemesis.load import Pull

#: Events that Slipway must hear of: what people did.
TOLD = ("pull_request", "issue_comment", "push")


@dataclass(frozen=True)
class Checker:
    """Looks; every method answers with one sentence for each thing that is wrong."""

    database: Database
    auditor: Auditor
    settings: Settings
    pulls: list[Pull]

    def at_rest(self) -> bool:
        """True when no job lives, no report is due, and every delivery that must come in is in."""
        live = select(func.count()).select_from(schema.jobs).where(schema.jobs.c.state.in_(["pending", "running"]))
        due = (schema.outbox.c.posted < schema.outbox.c.version) & ~schema.outbox.c.given_up
        late = select(func.count()).select_from(schema.outbox).where(due)
        with self.database.read() as connection:
            if connection.execute(live).scalar_one() or connection.execute(late).scalar_one():
                return False
        return not self.missing() and not self.unfinished() and not list(self.silent())

    def wrong(self) -> list[str]:
        """Everything."""
        found = [*self.missing(), *self.lost(), *self.unfinished(), *self.stale(), *self.unanswered(), *self.silent()]
        effects = self.auditor.effects()
        return [*found, *doubled(effects), *backward(effects, self._builds_of()), *self._unseen(effects)]

    def missing(self) -> list[str]:
        """Deliveries that were accepted, or tell of what people did and must have been recovered, and aren't in SQL."""
        wanted = {each.guid for each in self.auditor.attempts() if each.accepted or each.event in TOLD}
        with self.database.read() as connection:
            keys = set(connection.execute(select(schema.inbox.c.key)).scalars())
        return [f"the delivery {guid} is lost" for guid in sorted(wanted) if f"gh:{guid}" not in keys]

    def lost(self) -> Iterator[str]:
        """Deliveries that nobody read, and builds without an end."""
        with self.database.read() as connection:
            for row in connection.execute(select(schema.inbox.c.key, schema.inbox.c.state)):
                if row.state == "stored":
                    yield f"the delivery {row.key} was never read"
            for row in connection.execute(select(schema.builds.c.id, schema.builds.c.state)):
                if row.state not in TERMINAL:
                    yield f"the build {row.id} is {row.state}"
            for row in connection.execute(
                select(schema.outbox.c.subject, schema.outbox.c.error).where(schema.outbox.c.given_up)
            ):
                yield f"given up: {row.subject}: {row.error}"

    def unfinished(self) -> list[str]:
        """Check runs that go on."""
        found = []
        for sha, status in self._last_status().items():
            if status != "completed":
                found.append(f"the check run of {sha[:7]} is {status}")
        return found

    def unanswered(self) -> Iterator[str]:
        """Commands that came in and don't carry 👀 and how they ended."""
        for pull in self.pulls:
            for comment in pull.commands:
                found = self.auditor.get(f"/repos/{pull.repository}/issues/comments/{comment}/reactions")
                contents = {each["content"] for each in found}
                if "eyes" not in contents or not contents & {"rocket", "-1"}:
                    yield f"the command {comment} of {pull.name} carries {sorted(contents)}"

    def silent(self) -> Iterator[str]:
        """Previews whose newest build is ready and that don't answer, unless their application died too often."""
        previews, routes, builds = schema.previews, schema.routes, schema.builds
        found = (
            select(previews.c.id, routes.c.state, routes.c.upstream)
            .join(routes, routes.c.preview_id == previews.c.id)
            .join(builds, builds.c.id == previews.c.newest_build_id)
            .where(previews.c.life == "open", builds.c.state == "ready", routes.c.state != "down")
        )
        with self.database.read() as connection:
            rows = connection.execute(found).all()
        for row in rows:
            page = visit(Upstream(row.upstream)) if row.state == "serving" else ""
            if "<h1>" not in page:
                yield f"the preview {row.id} is {row.state} and answers {page!r}"

    def stale(self) -> Iterator[str]:
        """What is shown and isn't what SQL says now."""
        links = Links(self.settings)
        renders: dict[str, Renders] = {
            COMMENT: RendersComments(links),
            CHECK: RendersChecks(links),
            REACTION: RendersReactions(),
            DEPLOYMENT: RendersDeployments(links),
        }
        with self.database.read() as connection:
            for row in connection.execute(select(schema.outbox)):
                subject = Subject(row.subject, row.installation_id, row.repository_id)
                content = renders[row.reporter].render(connection, subject)
                shown = self._shown(subject, content)
                if shown:
                    yield shown

    def _shown(self, subject: Subject, content: object) -> str:
        match content:
            case StickyComment(repository=repository, body=body):
                _, number = parts_of(subject.key)
                found = self.auditor.get(f"/repos/{repository.full_name}/issues/{number}/comments?per_page=100")
                bodies = [each["body"] for each in found if each["user"]["type"] == "Bot"]
                return "" if bodies == [body] else f"{subject.key} shows {bodies}, not {body!r}"
            case CheckRun(repository=repository, sha=sha, title=title, conclusion=conclusion):
                found = self.auditor.get(f"/repos/{repository.full_name}/commits/{sha}/check-runs?filter=all")
                runs = [(each["conclusion"], each["output"]["title"]) for each in found["check_runs"]]
                return "" if runs == [(conclusion, title)] else f"{subject.key} shows {runs}, not {conclusion}: {title}"
            case Reactions(repository=repository, comment_id=comment_id, contents=contents):
                found = self.auditor.get(f"/repos/{repository.full_name}/issues/comments/{comment_id}/reactions")
                there = {each["content"] for each in found}
                return "" if there == set(contents) else f"{subject.key} shows {there}, not {contents}"
            case Deployments():
                return "; ".join(self._not_deployed(content))
            case _:
                return ""

    def _not_deployed(self, content: Deployments) -> Iterator[str]:
        """Deployments that GitHub doesn't have, has twice, or shows in another state than the one that is true."""
        where = f"/repos/{content.repository.full_name}/deployments"
        for wanted in content.wanted:
            found = self.auditor.get(f"{where}?sha={wanted.sha}&environment={quote(wanted.environment)}")
            states = [self.auditor.get(f"{where}/{each['id']}/statuses")[0]["state"] for each in found]
            # What was over before it was seen, and what landed twice, is inactive or not there.
            if [state for state in states if state != INACTIVE] != [wanted.status.state] * (
                wanted.status.state != INACTIVE
            ):
                yield f"the deployments of {wanted.key} are {states}, not {wanted.status.state}"

    def _unseen(self, effects: list[dict[str, object]]) -> Iterator[str]:
        """Heads of pull requests that no check run tells of, unless they were closed with it: then nobody waits."""
        runs = {str(each["sha"]) for each in effects if each["kind"] == "check_run_created"}
        closed = {str(each["sha"]) for each in effects if each["kind"] == "pull_closed"}
        names = {pull.repository for pull in self.pulls}
        for each in effects:
            heads = each["kind"] in ("pull_opened", "pull_synchronize") and each["repository"] in names
            if heads and str(each["sha"]) not in runs | closed:
                yield f"nothing tells of {each['repository']}#{each['number']} at {str(each['sha'])[:7]}"

    def _last_status(self) -> dict[str, str]:
        kinds = ("check_run_created", "check_run_updated")
        return {str(each["sha"]): str(each["status"]) for each in self.auditor.effects() if each["kind"] in kinds}

    def _builds_of(self) -> Counter[str]:
        with self.database.read() as connection:
            return Counter(connection.execute(select(schema.builds.c.sha)).scalars())
