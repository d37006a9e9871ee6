"""The playground's fault switch, as tests turn it and count by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.playground.running import RunningPlayground


@dataclass(frozen=True)
class Faults:
    """The switch of one running playground."""

    client: httpx.Client

    def turn(self, *rules: dict[str, Any], seed: int = 0) -> None:
        """Replaces all rules."""
        answer = self.client.put("/playground/faults", json={"seed": seed, "rules": list(rules)})
        assert answer.status_code == 200, answer.text

    def end(self) -> None:
        assert self.client.delete("/playground/faults").status_code == 204

    def hits(self) -> list[int]:
        """How often each rule hit so far."""
        return [rule["hits"] for rule in self.client.get("/playground/faults").json()["rules"]]

    def effects(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What happened, in order."""
        query = {} if kind is None else {"kind": kind}
        found: list[dict[str, Any]] = self.client.get("/playground/effects", params=query).json()
        return found


@contextmanager
def faults_of(playground: RunningPlayground) -> Iterator[Faults]:
    """The switch of a playground that was started with `faults=True`."""
    with httpx.Client(base_url=playground.web_url, timeout=30, trust_env=False, verify=False) as client:
        yield Faults(client)
