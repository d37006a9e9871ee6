"""The four doors, each of which takes a command in and says what became of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from cli.main import slipway
from engine.slack import at_web
from engine.slack.events import Typed, Where
from engine.store import slack_asks
from tests.doors.house import USERS, House
from tests.doors.shop import Shop
from tests.slack.deliveries import BOT, TEAM, a_command, a_mention, an_event

#: Kind of a job, and of what it is about, such as ("build", "bld").
Jobs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Words:
    """A command as it is written in a comment, and where no pull request is: `{shop}` is the repository."""

    comment: str
    spoken: str


@dataclass(frozen=True)
class Went:
    """What became of a command: state and reason of the ask, and the jobs that it led to."""

    state: str
    reason: str = ""
    jobs: Jobs = frozenset()


#: (house, shop, words, who) → state and reason.
Door = Callable[[House, Shop, Words, str], tuple[str, str]]


def by_comment(house: House, shop: Shop, words: Words, login: str) -> tuple[str, str]:
    """A comment on the pull request."""
    ask = shop.comment(words.comment, login)
    return ask.state, ask.reason


def by_slack(house: House, shop: Shop, words: Words, login: str) -> tuple[str, str]:
    """`/slipway …`; what `web` itself would answer or open a modal for is said in a mention instead."""
    text = words.spoken.format(shop=shop.told.full_name)
    typed = Typed("slack:1", Where(TEAM, USERS[login]), text, "a trigger", "a response url")
    if at_web.is_answered(typed) or at_web.opens(typed):
        key = house.deliver("slack", "event", an_event(a_mention(f"<@{BOT}> {text}", USERS[login])))
    else:
        key = house.deliver("slack", "command", a_command(text, USERS[login]))
    with house.world.database.read() as connection:
        ask = slack_asks.by_delivery(connection, key)
    assert ask is not None, text
    return ask.state, ask.reason


def by_api(house: House, shop: Shop, words: Words, login: str) -> tuple[str, str]:
    """`POST /api/commands`."""
    body = {"command": words.spoken.format(shop=shop.told.full_name), "repository": shop.told.full_name}
    headers = {"Authorization": f"Bearer {house.token(login)}"}
    return _of_answer(house.web.client.post("/api/commands", json=body, headers=headers).json())


def by_cli(house: House, shop: Shop, words: Words, login: str) -> tuple[str, str]:
    """`slipway ask`."""
    environment = {"SLIPWAY_URL": house.url, "SLIPWAY_TOKEN": house.token(login)}
    text = words.spoken.format(shop=shop.told.full_name)
    told = CliRunner().invoke(slipway, ["ask", "--json", text], env=environment)
    return _of_answer(json.loads(told.stdout))


def _of_answer(told: dict[str, Any]) -> tuple[str, str]:
    return ("refused", told["error"]["code"]) if "error" in told else (told["state"], "")


DOORS: dict[str, Door] = {"comment": by_comment, "slack": by_slack, "api": by_api, "cli": by_cli}


def went(house: House, door: str, shop: Shop, words: Words, login: str) -> Went:
    """What became of it."""
    before = house.jobs()
    state, reason = DOORS[door](house, shop, words, login)
    made = {kind for job, kind in house.jobs().items() if job not in before}
    return Went(state, reason, frozenset(made))
