"""The Directory at GitHub (https://docs.github.com/en/rest/apps/webhooks and …/apps/installations)."""

from collections.abc import Sequence

import httpx
import orjson

from engine.errors import Gone, Unreachable
from engine.forge import payload_models as models
from engine.forge.clients import WHOLE, GitHubClients, read_answer
from engine.forge.directory import (
    CoveredRepository,
    DeliveryPage,
    InstalledApp,
    LoggedDelivery,
    PullRequestObject,
)
from engine.forge.failures import Unprocessable
from engine.forge.grants import LOOK, Grant
from engine.forge.payload_values import repository_of
from engine.forge.port import RepositoryRef
from engine.forge.tokens import unix_seconds

PAGE = 100
#: Lists longer than this many pages are not read to their end, but refused: half a list would look like a loss.
MOST_PAGES = 200
#: A token for the list of an installation's repositories reaches all of them, and nothing in them.
LIST = Grant((("metadata", "read"),))


class Attempt(models.Json):
    """One entry of `GET /app/hook/deliveries`."""

    id: models.Id
    guid: models.Name
    event: models.Name
    delivered_at: str
    status: str = ""


class InstallationEntry(models.InstalledOn):
    """One entry of `GET /app/installations`."""

    suspended_at: str | None = None


class RepositoryEntry(models.Repository):
    """One entry of `GET /installation/repositories`."""

    archived: bool = False
    pushed_at: str | None = None


class RepositoryPage(models.Json):
    """`GET /installation/repositories`."""

    total_count: int
    repositories: list[RepositoryEntry]


class GitHubDirectory:
    """Reads with the App's own signature; of an installation with a token that may list and read."""

    def __init__(self, clients: GitHubClients, *, page_size: int = PAGE) -> None:
        self.clients = clients
        self.page_size = page_size

    def deliveries(self, cursor: str = "") -> DeliveryPage:
        """A page of the log; what GitHub's `status` filter would leave out is in it."""
        params: dict[str, str | int] = {"per_page": self.page_size} | ({"cursor": cursor} if cursor else {})
        try:
            answer = self.clients.read_as_app("/app/hook/deliveries", params)
        except Unprocessable as error:
            raise Gone(f"{error} (the cursor {cursor[:40]!r})") if cursor else error from error
        attempts = read_answer(list[Attempt], answer.content, "reading the log of deliveries")
        return DeliveryPage(tuple(_logged(attempt) for attempt in attempts), _next_cursor(answer))

    def payload(self, delivery_id: int) -> bytes:
        """The payload, written anew: GitHub gives it as an object, not as the bytes that it signed."""
        doing = f"reading the payload of delivery {delivery_id}"
        answer = self.clients.read_as_app(f"/app/hook/deliveries/{delivery_id}")
        try:
            delivery = orjson.loads(answer.content)
            return orjson.dumps(delivery["request"]["payload"])
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise Unreachable(f"{doing}: GitHub's answer can't be read: {type(error).__name__}") from error

    def installations(self) -> Sequence[InstalledApp]:
        """Every installation."""
        found: list[InstalledApp] = []
        for page in range(1, MOST_PAGES + 1):
            answer = self.clients.read_as_app("/app/installations", {"per_page": self.page_size, "page": page})
            entries = read_answer(list[InstallationEntry], answer.content, "listing the installations")
            found += [_installed(entry) for entry in entries]
            if len(entries) < self.page_size:
                return found
        raise _too_long("listing the installations")

    def repositories(self, installation_id: int) -> Sequence[CoveredRepository]:
        """Every repository, whole or not at all: one that moved between two pages must not look lost."""
        doing = f"listing the repositories of installation {installation_id}"
        whole = RepositoryRef(installation_id, WHOLE, "")
        found: dict[int, CoveredRepository] = {}
        for page in range(1, MOST_PAGES + 1):
            asked: dict[str, str | int] = {"per_page": self.page_size, "page": page}
            body = self.clients.request(whole, LIST, "GET", "/installation/repositories", params=asked)
            told = read_answer(RepositoryPage, body, doing)
            found |= {entry.id: _covered(entry) for entry in told.repositories}
            if len(told.repositories) < self.page_size:
                if len(found) != told.total_count:
                    raise Unreachable(f"{doing}: the list changed while it was read")
                return list(found.values())
        raise _too_long(doing)

    def open_pull_requests(self, repository: RepositoryRef) -> Sequence[PullRequestObject]:
        """Every open pull request, as objects that are read like a webhook's later."""
        found: list[PullRequestObject] = []
        for page in range(1, MOST_PAGES + 1):
            asked: dict[str, str | int] = {"state": "open", "sort": "created", "direction": "asc"}
            asked |= {"per_page": self.page_size, "page": page}
            pulls = self.clients.ask(list[dict[str, object]], repository, LOOK, "GET", "/pulls", params=asked)
            found += pulls
            if len(pulls) < self.page_size:
                return found
        raise _too_long(f"listing the pull requests of {repository.full_name}")

    def pull_request(self, repository: RepositoryRef, number: int) -> PullRequestObject:
        """The pull request's object."""
        return self.clients.ask(dict[str, object], repository, LOOK, "GET", f"/pulls/{number}")


def _logged(attempt: Attempt) -> LoggedDelivery:
    return LoggedDelivery(
        id=attempt.id,
        guid=attempt.guid,
        event=attempt.event,
        delivered_at=_seconds(attempt.delivered_at),
        accepted=attempt.status == "OK",
    )


def _next_cursor(answer: httpx.Response) -> str:
    """The cursor in the address of the next page; empty on the last."""
    address = answer.links.get("next", {}).get("url", "")
    return httpx.URL(address).params.get("cursor", "") if address else ""


def _installed(entry: InstallationEntry) -> InstalledApp:
    account = "" if entry.account is None else entry.account.login
    return InstalledApp(entry.id, account, suspended=entry.suspended_at is not None)


def _covered(entry: RepositoryEntry) -> CoveredRepository:
    pushed_at = _seconds(entry.pushed_at) if entry.pushed_at else 0.0
    return CoveredRepository(repository_of(entry), entry.archived, pushed_at)


def _seconds(text: str) -> float:
    try:
        return unix_seconds(text)
    except ValueError as error:
        raise Unreachable(f"reading GitHub's answer: {text[:40]!r} is not a time") from error


def _too_long(doing: str) -> Unreachable:
    return Unreachable(f"{doing}: more than {MOST_PAGES * PAGE} of them")
