"""Every sentence of ours that answers an ask, as people read it in Slack: nothing of Markdown or GitHub is left."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.commands.spoken import spoken_help
from engine.commands.table import help_text
from engine.deploy.asks import Action, NewVariable
from engine.deploy.outcome import Refused, Started, Told
from engine.planner.answers import log_answer, status_answer
from engine.planner.environment_words import environments_answer, help_answer
from engine.planner.known import LogEnd
from engine.reasons import REMEDY
from engine.settings import Secret
from engine.slack.mrkdwn import WORDS, for_slack
from tests.databases import Databases
from tests.deploy.world import PROJECT, B, World
from tests.planner.test_environment_words import PRODUCTION
from tests.planner.values import BUILD, PREVIEW, known
from tests.slack_client.reader import read

ENGINE = Path(__file__).parents[2] / "engine"
#: Where the words of answers are.
SOURCES = ["reasons.py", "commands", "planner", "deploy", "intake", "slack"]
#: What Slack would show as it stands: Markdown's signs, GitHub's seams, commands as comments write them.
LEFT_OVER = re.compile(
    r"\*\*|&#\d|&(?!amp;|lt;|gt;)|\\[\\`*_\[\]#|~$]|\]\(|^\|.*\||\|-+\||<(?:br|details|summary)"
    r"|\b[Cc]omments? `|`/(?:" + "|".join(sorted(WORDS)) + r")\b",
    re.MULTILINE,
)


def sentences() -> Iterator[str]:
    """The strings of the engine that have words; what is put into them stands there as `x`."""
    files = [each for name in SOURCES for each in sorted((ENGINE / name).rglob("*.py")) or [ENGINE / name]]
    for path in files:
        tree = ast.parse(path.read_text())
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if id(node) in inner | apart:
                continue
            if isinstance(node, ast.JoinedStr):
                yield "".join(str(each.value) if isinstance(each, ast.Constant) else "x" for each in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


SENTENCES = sorted(
    {each for each in sentences() if re.search(r"[a-z.]+ [a-z`*\[]", each) and each[0] != "|" and "(?" not in each}
)


def left_over(said: str) -> list[str]:
    """What of it shouldn't be there; code blocks hold what others wrote."""
    return LEFT_OVER.findall(re.sub("```.*?```", "", said, flags=re.DOTALL))


def test_every_sentence_of_the_engine_is_clean_in_slack() -> None:
    wrong = {each: found for each in SENTENCES if (found := left_over(for_slack(each)))}
    assert wrong == {}
    assert len(SENTENCES) > 300
    assert sum("Comment `/" in each for each in SENTENCES) > 20


@pytest.mark.parametrize("reason", REMEDY)
def test_every_remedy_says_what_to_do_in_slack(reason: str) -> None:
    said = for_slack(f"{REMEDY[reason]}\n\n`{reason}`")  # type: ignore[index]  # its keys are strings
    assert left_over(said) == []
    assert read(said).live == []


KNOWN = known(
    environments=(PRODUCTION, replace(PRODUCTION, name="staging", serving=None, locks=(), unfinished=())), named=("qa",)
)
ANSWERS = {
    "help": help_text(),
    "help here": help_answer(KNOWN),
    "spoken help": spoken_help(),
    "environments": environments_answer(KNOWN),
    "held": environments_answer(known(environments=(replace(PRODUCTION, hold="Rolled back by `@ada`."),))),
    "nothing": environments_answer(known()),
    "no preview": status_answer(known()),
    "preview": status_answer(known(preview=PREVIEW, newest=BUILD)),
    "log": log_answer(LogEnd(BUILD, ("one", "**two** ``` | &#8203;"), 9), "build"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_kind_of_answer_is_clean_in_slack(answer: str) -> None:
    said = for_slack(ANSWERS[answer])
    assert left_over(said) == []
    assert read(said).live == []


def test_environments_are_lines_that_name_what_they_say() -> None:
    first, *rest = for_slack(ANSWERS["environments"]).split("\n")
    assert first.startswith("• <https://production--shop.example/|production> — live: `v3` of `")
    assert "; by: `@ada`; next: `v4` of `" in first
    assert "; lock: `@ada` since 2023-11-14 22:13 UTC: the | fair @\u200beveryone" in first
    assert rest == ["• `staging` — live: nothing yet", "• `qa` — live: nothing yet"]


def test_a_log_keeps_every_sign_of_its_lines_but_those_that_end_it() -> None:
    assert read(for_slack(ANSWERS["log"])).blocks == ["one\n**two** ˋˋˋ | &#8203;"]


def asked(world: World) -> Iterator[str]:
    """What the desk says of one thing after another."""
    variables = (NewVariable("KEY", Secret("v")), NewVariable("_LOW_", Secret("v"), is_secret=False))
    world.deployed("staging", variables=variables)
    world.commit(B)
    world.deployed("staging")
    for action, words, login in (
        (Action.ROLLBACK, ("staging", "--plan"), "ada"),
        (Action.ENV_LIST, ("staging",), "ada"),
        (Action.LOCK, ("staging", "*hot* <fix>"), "ada"),
        (Action.LOCK, ("staging",), "bob"),
        (Action.DEPLOY, ("staging",), "bob"),
        (Action.DEPLOY, ("production",), "eve"),
        (Action.DEPLOY, ("production",), "ada"),
        (Action.APPROVE, ("production",), "ada"),
        (Action.APPROVE, ("production",), "grace"),
        (Action.REJECT, ("production", "no"), "bob"),
        (Action.UNLOCK, ("staging",), "bob"),
        (Action.PROMOTE, ("qa",), "ada"),
        (Action.RESTART, ("staging",), "ada"),
        (Action.CANCEL, ("staging",), "ada"),
    ):
        match world.do(action, *words, login=login):
            case Started(said=said) | Told(markdown=said):
                yield said
            case Refused() as refused:
                yield refused.markdown


def test_what_the_desk_says_is_clean_in_slack(sqlite_databases: Databases) -> None:
    said = [for_slack(each) for each in asked(World(sqlite_databases.shared(), PROJECT))]
    assert [left_over(each) for each in said] == [[]] * 14
    assert [read(each).live for each in said] == [[]] * 14
    assert len(set(said)) > 10
