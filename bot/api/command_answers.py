"""How a command went, for programs: what it started, what it said, or why it was refused."""

import re
import time
from dataclasses import dataclass

from bot.api.command_bodies import AnsweredBuild, AnsweredCommand, AnsweredFix, AnsweredLook
from bot.api.deployment_listing import Deployments
from bot.api.deployment_shown import AnsweredDeployment
from bot.api.outcomes import obstacles, problem_of, refusal
from bot.api.problem import Problem, Refused
from bot.api.reach import Found
from bot.pages.markdown import as_words
from engine.commands.spoken import spoken_help
from engine.commands.table import TABLE
from engine.deploy import outcome
from engine.domain.build import Build
from engine.intake.counter import Answered
from engine.planner.decision import Refuse
from engine.readiness.waiving import day_of
from engine.reasons import REMEDY, Reason
from engine.reports.inspection_answer import inspection_answer
from engine.reports.links import Links
from engine.reports.readiness_view import ReadinessView, readiness_view
from engine.store import asks, builds, fixes, inspections
from engine.store.asks import Ask

#: A command of a comment in a sentence of ours, with the word that says to write it.
IN_COMMENT = re.compile(r"(?:\b(?P<verb>[Cc]omment)(?P<ending>s?) )?`/(?:slipway )?(?=\w)")
FENCE = re.compile(r"`{3,}")


@dataclass(frozen=True)
class CommandAnswers:
    """Reads what commands led to."""

    deployments: Deployments

    def answer(self, repository: Found, answered: Answered) -> AnsweredCommand:
        """The answer. Raises Refused, where it was refused."""
        ask = answered.ask
        if ask.state == asks.REFUSED:
            raise Refused(_refusal(answered))
        waits = obstacles(tuple(answered.obstacles))
        build = self._build(ask.build_id)
        message = told(ask.answer) or (build.status_message if build is not None else "")
        deployment = None
        if ask.release_id:
            shown = self.deployments.by_id(repository, ask.release_id)
            message = message or shown.status_message
            deployment = AnsweredDeployment(**vars(shown), deployment_id=shown.id, message=message, waits=list(waits))
        reason = waits[0].code if waits else ""
        look, fix = self._look(repository, ask), self._fix(repository, ask)
        if look is not None and not message:
            message = told(inspection_answer(look, self._links))
        seen = _look_shown(look, self._links) if look is not None else None
        return AnsweredCommand(ask.state, reason, message, build, deployment, list(waits), seen, fix)

    @property
    def _links(self) -> Links:
        return Links(self.deployments.reach.deps.settings)

    def _look(self, repository: Found, ask: Ask) -> ReadinessView | None:
        """What `readiness` led to; a fix only belongs to one."""
        if not ask.inspection_id or ask.fix_id:
            return None
        with self.deployments.reach.deps.database.read() as connection:
            found = inspections.by_id(connection, ask.inspection_id)
            if found is None or found.repository_id != repository.ref.id:
                return None
            return readiness_view(connection, found, day_of(time.time()))

    def _fix(self, repository: Found, ask: Ask) -> AnsweredFix | None:
        with self.deployments.reach.deps.database.read() as connection:
            found = fixes.by_id(connection, ask.fix_id) if ask.fix_id else None
        if found is None or found.repository_id != repository.ref.id:
            return None
        return AnsweredFix(found.id, found.name, found.sha, found.state, found.way, found.commit_sha)

    def _build(self, build_id: str) -> AnsweredBuild | None:
        deps = self.deployments.reach.deps
        with deps.database.read() as connection:
            build = builds.by_id(connection, build_id) if build_id else None
        return None if build is None else _shown(build, f"{deps.settings.public_url}/jobs/{build.id}")


def helped() -> AnsweredCommand:
    """The commands."""
    return AnsweredCommand(asks.DONE, "", told(spoken_help(TABLE)), None, None, [])


def refusal_of(refused: Refuse) -> Problem:
    """A refusal that was decided."""
    return _problem(refused.reason, refused.sentence)


def told(markdown: str) -> str:
    """An answer as plain words; what stands in a block of code as it is."""
    lines: list[str] = []
    fence = ""
    for line in markdown.strip().split("\n"):
        if fence:
            fence = "" if line == fence else fence
            lines += [line] if fence else []
        elif opened := FENCE.match(line):
            fence = opened[0]
        else:
            lines.append(as_words(as_asked(line)))
    return "\n".join(lines)


def as_asked(markdown: str) -> str:
    """A sentence about commands as they are written here: without the slash that they have in comments."""

    def asked(found: re.Match[str]) -> str:
        if not found["verb"]:
            return "`"
        return f"{'A' if found['verb'][0] == 'C' else 'a'}sk{found['ending']} `"

    return IN_COMMENT.sub(asked, markdown)


def _refusal(answered: Answered) -> Problem:
    if answered.obstacles:
        return refusal(outcome.Refused(tuple(answered.obstacles)))
    ask = answered.ask
    return _problem(Reason(ask.reason), ask.answer.removesuffix(f"\n\n`{ask.reason}`"))


def _problem(reason: Reason, sentence: str) -> Problem:
    """The sentence apart from what changes it."""
    remedy = REMEDY[reason]
    fix = remedy if sentence.endswith(remedy) else ""
    message = sentence.removesuffix(remedy).strip()
    return problem_of(reason, told(message), told(fix))


def _look_shown(view: ReadinessView, links: Links) -> AnsweredLook:
    inspection = view.inspection
    page_url = links.readiness(view.repository.full_name, inspection.number)
    return AnsweredLook(inspection.id, inspection.sha, inspection.state, view.report.light, page_url)


def _shown(build: Build, page_url: str) -> AnsweredBuild:
    message = as_words(build.status_message)
    return AnsweredBuild(build.id, build.version, build.sha, build.state, message, page_url)
