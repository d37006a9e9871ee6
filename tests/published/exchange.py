"""What the playground wrote down: calls with their answers, and webhooks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

#: How the bot names itself; everybody else is a test.
BOT = "Slipway"


@dataclass(frozen=True)
class Exchange:
    """A call with its answer; `path` is below the API's address."""

    agent: str
    method: str
    path: str
    query: str
    asked: str
    status: int
    #: The answer's content type.
    type: str
    told: str

    @property
    def of_the_bot(self) -> bool:
        """Whether the bot called; tests may ask for nonsense."""
        return self.agent == BOT


@dataclass(frozen=True)
class Webhook:
    """A webhook that was sent."""

    event: str
    payload: dict[str, Any]


def read(file: Path) -> Iterator[Exchange | Webhook]:
    """Every line of a recording; the last one may have been cut by a kill."""
    if not file.exists():
        return
    with file.open("rb") as lines:
        for line in lines:
            if line.endswith(b"\n"):
                entry = orjson.loads(line)
                yield Webhook(**entry) if "event" in entry else Exchange(**entry)
