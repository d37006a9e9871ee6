"""All that the playgrounds of this session's tests were asked, answered and sent is as GitHub describes it.

Collected last: whichever tests ran before, what they made the bot and the playground say is judged here.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.published.description import Description
from tests.published.exchange import Exchange, Webhook, read
from tests.published.webhook_schemas import WebhookSchemas
from tests.wakeups.waiting import wait_until

#: Seconds that another process of the session may still be at its last tests.
PATIENCE = 900

pytestmark = pytest.mark.timeout(PATIENCE + 120)


@pytest.fixture
def recorded() -> Iterator[Exchange | Webhook]:
    """Everything, in order, once nobody writes to it any more."""
    path = Path(os.environ["PLAYGROUND_RECORD"])
    here = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.busy"

    def alone() -> bool:
        return all(busy.name == here for busy in path.parent.glob("*.busy"))

    wait_until(alone, "the other tests of this session have ended", seconds=PATIENCE)
    return read(path)


def test_every_call_of_the_bot_and_every_answer(
    description: Description, recorded: Iterator[Exchange | Webhook]
) -> None:
    calls, bots, wrong = 0, 0, Counter[str]()
    for call in recorded:
        if isinstance(call, Exchange):
            calls, bots = calls + 1, bots + call.of_the_bot
            wrong.update(description.problems(call))
    print(f"{calls} calls, {bots} of them the bot's")
    assert not wrong, told(wrong)


def test_every_webhook(webhook_schemas: WebhookSchemas, recorded: Iterator[Exchange | Webhook]) -> None:
    events, wrong = Counter[str](), Counter[str]()
    for webhook in recorded:
        if isinstance(webhook, Webhook):
            events[webhook.event] += 1
            wrong.update(webhook_schemas.problems(webhook))
    print(f"{events.total()} webhooks of {len(events)} events")
    assert not wrong, told(wrong)


def told(wrong: Counter[str]) -> str:
    """The most frequent problems, one a line."""
    return "\n".join(f"{times} × {problem}" for problem, times in wrong.most_common(40))
