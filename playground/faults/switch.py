"""Says of each call and each webhook whether something goes wrong with it, and counts how often it did."""

import random
import threading
from collections.abc import Sequence
from dataclasses import asdict

from playground.faults.rules import Rule


class FaultSwitch:
    """The rules of this moment with their dice; none at the start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn(0, ())

    def turn(self, seed: int, rules: Sequence[Rule]) -> None:
        """Replaces all rules, begins the dice anew and forgets the hits."""
        with self._lock:
            self._turn(seed, rules)

    def pick(self, method: str, path: str) -> Rule | None:
        """The first rule that fits, isn't over, and whose dice fall; that is a hit of it."""
        with self._lock:
            for number, rule in enumerate(self._rules):
                over = rule.times is not None and self._hits[number] >= rule.times
                if not over and rule.fits(method, path) and self._dice.random() < rule.chance:
                    self._hits[number] += 1
                    return rule
        return None

    def chosen(self, among: Sequence[int]) -> int:
        """One of several numbers, by the same dice."""
        with self._lock:
            return self._dice.choice(among)

    def shown(self) -> dict[str, object]:
        """The seed, and the rules with how often each hit."""
        with self._lock:
            rules = [asdict(rule) | {"hits": hits} for rule, hits in zip(self._rules, self._hits, strict=True)]
            return {"seed": self._seed, "rules": rules}

    def _turn(self, seed: int, rules: Sequence[Rule]) -> None:
        self._seed, self._rules, self._hits = seed, tuple(rules), [0] * len(rules)
        self._dice = random.Random(seed)  # noqa: S311 (dice that a test can throw again, not a secret)
