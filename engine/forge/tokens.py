"""Installation tokens: for one repository, for one purpose, for an hour; kept in memory alone."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from engine.forge.grants import Grant
from engine.forge.port import RepositoryRef
from engine.settings import Secret

#: A token is used no more when less than this is left of its hour, so that a clone can end with it.
SPARE_SECONDS = 600.0
#: Tokens kept before the expired ones are thrown away.
PLENTY = 1000


@dataclass(frozen=True)
class Token:
    """One installation token. `expires_at` is in Unix seconds."""

    secret: Secret
    expires_at: float


@dataclass(frozen=True)
class Purpose:
    """What a token is for."""

    installation_id: int
    repository_id: int
    grant: Grant


def unchanging() -> int:
    """The counter of a house where nobody takes permissions away."""
    return 0


class Tokens:
    """Mints tokens when they are needed and hands them out until they are nearly over. Safe for threads.

    `generation` is the counter `tokens`: once it has moved, nothing that was kept is handed out again.
    """

    def __init__(
        self,
        mint: Callable[[Purpose], Token],
        clock: Callable[[], float] = time.time,
        generation: Callable[[], int] = unchanging,
    ) -> None:
        self._mint = mint
        self._clock = clock
        self._generation = generation
        self._seen = 0
        self._lock = threading.Lock()
        self._kept: dict[Purpose, Token] = {}

    def token(self, repository: RepositoryRef, grant: Grant) -> Secret:
        """A token that is good for a while. Raises what minting raises."""
        purpose = Purpose(repository.installation_id, repository.id, grant)
        generation = self._generation()
        with self._lock:
            if generation != self._seen:
                self._kept.clear()
                self._seen = generation
            kept = self._kept.get(purpose)
        if kept is not None and kept.expires_at - SPARE_SECONDS > self._clock():
            return kept.secret
        fresh = self._mint(purpose)
        with self._lock:
            if len(self._kept) >= PLENTY:
                self._kept = {each: token for each, token in self._kept.items() if token.expires_at > self._clock()}
            self._kept[purpose] = fresh
        return fresh.secret

    def forget(self, repository: RepositoryRef, grant: Grant) -> None:
        """The next call mints anew: GitHub didn't know the token any more."""
        with self._lock:
            self._kept.pop(Purpose(repository.installation_id, repository.id, grant), None)


def unix_seconds(text: str) -> float:
    """GitHub's time, such as 2026-11-21T03:34:00Z. Raises ValueError."""
    return datetime.fromisoformat(text).timestamp()
