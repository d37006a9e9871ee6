"""How a command went, for programs: what it started, what it said, or why it was refused."""

import re
from dataclasses import dataclass

from bot.api.command_bodies import AnsweredBuild, AnsweredCommand
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
from engine.reasons import REMEDY, Reason
from engine.store import asks, builds

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
        return AnsweredCommand(ask.state, reason, message, build, deployment, list(waits))

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


def _shown(build: Build, page_url: str) -> AnsweredBuild:
    message = as_words(build.status_message)
    return AnsweredBuild(build.id, build.version, build.sha, build.state, message, page_url)
