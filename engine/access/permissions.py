"""Permission on repositories, as the forge says it, remembered for a minute at most."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.domain.permission import Role
from engine.errors import Gone
from engine.forge.port import Forge, RepositoryRef

#: Answers remembered before the expired ones are thrown away.
CAPACITY = 10_000


@dataclass(frozen=True)
class KnownRole:
    """A role, and until when it may be relied on (in seconds of the clock that never goes back)."""

    role: Role
    until: float


class Permissions:
    """Roles by repository and login, safe among threads. `clock` counts seconds and never goes back.

    `generation` is the counter `access`: once it has moved, nothing that was remembered counts.
    """

    def __init__(
        self,
        forge: Forge,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        generation: Callable[[], int] = lambda: 0,
    ) -> None:
        self.seconds = seconds
        self._forge = forge
        self._clock = clock
        self._generation = generation
        self._seen = 0
        self._known: dict[tuple[int, str, int], KnownRole] = {}
        self._epoch = 0
        self._writing = threading.Lock()
        # One question at a time per key (roughly): a page's first burst of requests asks GitHub once.
        self._asking = [threading.Lock() for _ in range(64)]

    def role(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """The role of `login`, at most `seconds` old. Raises OutsideError when the forge must be asked and is away.

        `account`: the id of who was called so once; another account has no role.
        """
        return self.known(repository, login, account).role

    def known(self, repository: RepositoryRef, login: str, account: int = 0) -> KnownRole:
        """As `role`, with the moment when it must be asked for again."""
        self._catch_up()
        key = (repository.id, login.lower(), account)
        with self._asking[hash(key) % len(self._asking)]:
            known = self._known.get(key)
            if known is not None and self._clock() < known.until:
                return known
            return self._ask(repository, login, account, key)

    def _catch_up(self) -> None:
        generation = self._generation()
        with self._writing:
            moved, self._seen = generation != self._seen, generation
        if moved:
            self.forget()

    def _ask(self, repository: RepositoryRef, login: str, account: int, key: tuple[int, str, int]) -> KnownRole:
        # The answer's age counts from the question: it may describe the world as it was then.
        epoch, until = self._epoch, self._clock() + self.seconds
        try:
            role = self._forge.permission(repository, login, account)
        except Gone:
            role = Role.NONE
        known = KnownRole(role, until)
        with self._writing:
            if epoch == self._epoch:
                self._make_room()
                self._known[key] = known
        return known

    def _make_room(self) -> None:
        if len(self._known) < CAPACITY:
            return
        now = self._clock()
        self._known = {key: known for key, known in self._known.items() if now < known.until}
        if len(self._known) >= CAPACITY:
            self._known.clear()

    @property
    def size(self) -> int:
        """Answers remembered at this moment."""
        return len(self._known)

    def forget(self) -> None:
        """Drops everything, answers under way included: something about access changed."""
        with self._writing:
            self._epoch += 1
            self._known.clear()
