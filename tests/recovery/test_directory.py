"""What every Directory promises, held against GitHub's adapter (at the playground) and the one in memory."""

from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from engine.domain.event import Repository
from engine.errors import Denied, Gone
from engine.forge.directory import CoveredRepository, Directory, InstalledApp, LoggedDelivery
from engine.forge.directory_github import GitHubDirectory
from engine.forge.directory_memory import MemoryDirectory
from engine.forge.payload_models import PullRequest
from engine.forge.port import RepositoryRef
from tests.forge.at_playground import AtPlayground
from tests.playground.running import eventually


@dataclass(frozen=True)
class Case:
    """A directory, and what is true of it: some comments were written, and nobody took their webhooks."""

    directory: Directory
    shop: RepositoryRef
    head: str

    def log(self) -> list[LoggedDelivery]:
        """The whole log, newest first."""
        found: list[LoggedDelivery] = []
        cursor, last = "", False
        while not last:
            page = self.directory.deliveries(cursor)
            found += page.deliveries
            cursor, last = page.cursor, not page.cursor
        return found


COMMENTS = 3


@pytest.fixture(scope="module")
def logged(github: AtPlayground) -> list[dict[str, Any]]:
    """GitHub's log once every comment's webhook was refused."""
    for number in range(COMMENTS):
        github.call("writer", "POST", "/repos/acme/shop/issues/1/comments", {"body": f"comment {number}"})

    def all_logged() -> list[dict[str, Any]]:
        log = github.clients.read_as_app("/app/hook/deliveries").json()
        return [one for one in log if one["event"] == "issue_comment"] if len(log) >= COMMENTS else []

    return eventually(all_logged, "the webhooks to be refused", 60)


@pytest.fixture(params=["memory", "playground"])
def case(request: pytest.FixtureRequest, github: AtPlayground, logged: list[dict[str, Any]]) -> Case:
    """Each adapter, holding the same."""
    shop = github.ref("acme/shop")
    pull = github.call("reader", "GET", "/repos/acme/shop/pulls/1")
    if request.param == "playground":
        return Case(GitHubDirectory(github.clients), shop, pull["head"]["sha"])
    memory = MemoryDirectory()
    memory.installed[shop.installation_id] = InstalledApp(shop.installation_id, "acme", suspended=False)
    found = Repository(shop.id, "acme/shop", "main", pull["base"]["repo"]["private"], "")
    memory.covered[shop.installation_id] = [CoveredRepository(found, archived=False, pushed_at=1.0)]
    memory.pull_requests[shop.id] = {1: pull}
    for number, one in enumerate(logged):
        delivery = LoggedDelivery(0, one["guid"], one["event"], 1e9 + number, accepted=False)
        memory.logs(delivery, orjson.dumps({"comment": {"body": f"comment {number}"}}))
    return Case(memory, shop, pull["head"]["sha"])


def test_the_log_tells_each_attempt_newest_first(case: Case) -> None:
    log = [each for each in case.log() if each.event == "issue_comment"]
    assert len(log) == COMMENTS
    assert len({each.guid for each in log}) == COMMENTS
    assert [each.id for each in log] == sorted((each.id for each in log), reverse=True)
    assert all(each.delivered_at > 1e9 - 1 for each in log)


def test_an_attempt_that_nobody_answered_was_not_accepted(case: Case) -> None:
    assert [each.accepted for each in case.log() if each.event == "issue_comment"] == [False] * COMMENTS


def test_a_cursor_that_is_not_known_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.directory.deliveries("expired")


def test_a_payload_is_what_was_sent(case: Case) -> None:
    oldest = [each for each in case.log() if each.event == "issue_comment"][-1]
    payload = orjson.loads(case.directory.payload(oldest.id))
    assert payload["comment"]["body"] == "comment 0"


def test_a_payload_that_is_not_there_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.directory.payload(7)


def test_the_installations_are_told(case: Case) -> None:
    (found,) = [each for each in case.directory.installations() if each.id == case.shop.installation_id]
    assert found == InstalledApp(case.shop.installation_id, "acme", suspended=False)


def test_what_an_installation_covers_is_told(case: Case) -> None:
    found = {each.repository.id: each for each in case.directory.repositories(case.shop.installation_id)}
    shop = found[case.shop.id]
    assert (shop.repository.full_name, shop.repository.default_branch) == ("acme/shop", "main")
    assert not shop.archived
    assert shop.pushed_at > 0


def test_an_installation_that_is_not_there_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.directory.repositories(987_654)


def test_open_pull_requests_are_told_in_the_shape_of_webhooks(case: Case) -> None:
    told = [PullRequest.model_validate(dict(each)) for each in case.directory.open_pull_requests(case.shop)]
    assert [(each.number, each.head.sha, each.state) for each in told if each.number == 1] == [(1, case.head, "open")]


def test_one_pull_request_is_told(case: Case) -> None:
    assert case.directory.pull_request(case.shop, 1)["number"] == 1


def test_a_pull_request_that_is_not_there_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.directory.pull_request(case.shop, 4711)


def test_a_repository_that_is_not_covered_is_refused(case: Case) -> None:
    with pytest.raises((Gone, Denied)):
        case.directory.open_pull_requests(RepositoryRef(case.shop.installation_id, 7, "acme/nowhere"))


def test_a_log_longer_than_a_page_is_read_to_its_end(github: AtPlayground, logged: list[dict[str, Any]]) -> None:
    shop = github.ref("acme/shop")
    small, large = GitHubDirectory(github.clients, page_size=1), GitHubDirectory(github.clients)
    assert len(small.deliveries().deliveries) == 1
    assert Case(small, shop, "").log() == Case(large, shop, "").log()


def test_lists_longer_than_a_page_are_read_to_their_end(github: AtPlayground) -> None:
    shop = github.ref("acme/shop")
    small, large = GitHubDirectory(github.clients, page_size=1), GitHubDirectory(github.clients)
    assert list(small.installations()) == list(large.installations())
    assert len(small.repositories(shop.installation_id)) > 1
    assert list(small.repositories(shop.installation_id)) == list(large.repositories(shop.installation_id))
    assert list(small.open_pull_requests(shop)) == list(large.open_pull_requests(shop))
