"""A Directory in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.errors import Gone, OutsideError
from engine.forge.directory import (
    CoveredRepository,
    DeliveryPage,
    InstalledApp,
    LoggedDelivery,
    PullRequestObject,
)
from engine.forge.port import RepositoryRef


@dataclass
class MemoryDirectory:
    """Holds what it is given. `outage`, when set, is what every call raises; `calls` counts them by name."""

    #: Oldest first, each with its payload.
    log: list[tuple[LoggedDelivery, bytes]] = field(default_factory=list)
    installed: dict[int, InstalledApp] = field(default_factory=dict)
    #: By installation.
    covered: dict[int, list[CoveredRepository]] = field(default_factory=dict)
    #: By repository, then number; open and closed ones.
    pull_requests: dict[int, dict[int, PullRequestObject]] = field(default_factory=dict)
    page_size: int = 100
    outage: OutsideError | None = None
    #: What asking for a further page of the log raises.
    cut: OutsideError | None = None
    #: The cursors that were asked with.
    cursors: list[str] = field(default_factory=list)
    #: What asking about an installation or a repository raises, by its id.
    refused: dict[int, OutsideError] = field(default_factory=dict)
    #: What reading the payload of a delivery raises.
    unreadable: dict[int, OutsideError] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)

    def deliveries(self, cursor: str = "") -> DeliveryPage:
        """A page of what was logged; a cursor is the id that the page ends before."""
        self._count("deliveries")
        self.cursors.append(cursor)
        if cursor and self.cut is not None:
            raise self.cut
        before = int(cursor) if cursor.isdecimal() else None
        if cursor and before is None:
            raise Gone(f"reading the log of deliveries: there is no cursor {cursor[:40]!r}")
        older = [each for each, _ in reversed(self.log) if before is None or each.id < before]
        page = older[: self.page_size]
        return DeliveryPage(tuple(page), str(page[-1].id) if len(older) > len(page) else "")

    def payload(self, delivery_id: int) -> bytes:
        """The payload that was logged."""
        self._count("payload")
        if delivery_id in self.unreadable:
            raise self.unreadable[delivery_id]
        for each, payload in self.log:
            if each.id == delivery_id:
                return payload
        raise Gone(f"reading the payload of delivery {delivery_id}: there is none")

    def installations(self) -> Sequence[InstalledApp]:
        """What was installed."""
        self._count("installations")
        return list(self.installed.values())

    def repositories(self, installation_id: int) -> Sequence[CoveredRepository]:
        """What was covered."""
        self._count("repositories")
        if installation_id in self.refused:
            raise self.refused[installation_id]
        if installation_id not in self.installed:
            raise Gone(f"listing the repositories of installation {installation_id}: there is no such installation")
        return list(self.covered.get(installation_id, ()))

    def open_pull_requests(self, repository: RepositoryRef) -> Sequence[PullRequestObject]:
        """The open ones of those that were put there."""
        self._count("open_pull_requests")
        held = self._of(repository)
        return [held[number] for number in sorted(held) if held[number]["state"] == "open"]

    def pull_request(self, repository: RepositoryRef, number: int) -> PullRequestObject:
        """The one that was put there."""
        self._count("pull_request")
        found = self._of(repository).get(number)
        if found is None:
            raise Gone(f"pull request {number} of {repository.full_name}: there is none")
        return found

    def logs(self, delivery: LoggedDelivery, payload: bytes) -> LoggedDelivery:
        """One attempt more, under the next id."""
        logged = replace(delivery, id=len(self.log) + 1)
        self.log.append((logged, payload))
        return logged

    def _of(self, repository: RepositoryRef) -> dict[int, PullRequestObject]:
        if repository.id in self.refused:
            raise self.refused[repository.id]
        covers = any(each.repository.id == repository.id for each in self.covered.get(repository.installation_id, ()))
        if not covers:
            raise Gone(f"repository {repository.id}: installation {repository.installation_id} doesn't cover it")
        return self.pull_requests.get(repository.id, {})

    def _count(self, call: str) -> None:
        self.calls[call] = self.calls.get(call, 0) + 1
        if self.outage is not None:
            raise self.outage
