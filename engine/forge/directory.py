"""The Directory port: what the GitHub App learns about itself. Promise: what is listed was there when it was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.domain.event import Repository
from engine.forge.port import RepositoryRef

#: A pull request as GitHub's own JSON object, which webhooks and answers share.
PullRequestObject = Mapping[str, object]


@dataclass(frozen=True)
class LoggedDelivery:
    """One attempt of GitHub's to hand a webhook over; attempts of one webhook share the guid."""

    id: int
    guid: str
    event: str
    #: Unix seconds.
    delivered_at: float
    #: True when the attempt was answered 2xx (GitHub's `status` is `OK`).
    accepted: bool


@dataclass(frozen=True)
class DeliveryPage:
    """A page of the log, newest first. `cursor` asks for older ones; empty: there are none."""

    deliveries: Sequence[LoggedDelivery]
    cursor: str


@dataclass(frozen=True)
class InstalledApp:
    """An installation of the GitHub App."""

    id: int
    account: str
    suspended: bool


@dataclass(frozen=True)
class CoveredRepository:
    """A repository that an installation covers."""

    repository: Repository
    archived: bool
    #: When a branch of it moved last, in Unix seconds; 0 when GitHub doesn't say.
    pushed_at: float


class Directory(Protocol):
    """Reads as the GitHub App itself. Each raises Unreachable, Denied or Gone."""

    def deliveries(self, cursor: str = "") -> DeliveryPage:
        """A page of the log of webhook deliveries. Raises Gone for a cursor that GitHub no longer knows."""
        ...

    def payload(self, delivery_id: int) -> bytes:
        """The bytes of a logged delivery's payload, as JSON; GitHub signs others, so they are not to be verified."""
        ...

    def installations(self) -> Sequence[InstalledApp]:
        """Every installation, suspended ones too."""
        ...

    def repositories(self, installation_id: int) -> Sequence[CoveredRepository]:
        """Every repository that an installation covers. Raises Gone when there is no such installation."""
        ...

    def open_pull_requests(self, repository: RepositoryRef) -> Sequence[PullRequestObject]:
        """Every open pull request, oldest first."""
        ...

    def pull_request(self, repository: RepositoryRef, number: int) -> PullRequestObject:
        """One pull request, open or closed. Raises Gone when there is none."""
        ...
