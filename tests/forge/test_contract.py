"""What every Forge promises, held against GitHub's adapter (at the playground) and the one in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from engine.domain.permission import Role
from engine.errors import Gone
from engine.forge.github import GitHubForge
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.payload_models import PullRequest
from engine.forge.payload_values import pull_request_of
from engine.forge.port import Forge, RepositoryRef
from tests.forge.at_playground import AtPlayground
from tests.forge.payloads import an_account

GONE = RepositoryRef(1, 2, "acme/nowhere")


@dataclass(frozen=True)
class Case:
    """A forge with one repository and one pull request, and what is true of them."""

    forge: Forge
    shop: RepositoryRef
    head: str
    url: str
    #: The head's message, and the paths that the pull request changes.
    message: str
    paths: tuple[str, ...]


@pytest.fixture(params=["memory", "playground"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    """Each adapter, holding the same."""
    github: AtPlayground = request.getfixturevalue("github")
    shop = github.ref("acme/shop")
    told = github.call("reader", "GET", "/repos/acme/shop/pulls/1")
    head = str(told["head"]["sha"])
    url = f"{github.playground.web_url}/acme/shop.git"
    message = str(github.call("reader", "GET", f"/repos/acme/shop/commits/{head}")["commit"]["message"])
    files = github.call("reader", "GET", "/repos/acme/shop/pulls/1/files")
    paths = tuple(sorted(str(file["filename"]) for file in files))
    assert message
    assert paths
    if request.param == "playground":
        yield Case(GitHubForge(github.clients), shop, head, url, message, paths)
        return
    forge = MemoryForge()
    forge.repositories[shop.id] = MemoryRepository(
        shop.full_name,
        files={ref: {"requirements.txt": b"Flask\n"} for ref in ("main", head)},
        roles={"admin": Role.ADMIN, "writer": Role.WRITE, "reader": Role.READ},
        pull_requests={1: pull_request_of(PullRequest.model_validate(told | {"user": an_account("writer")}))},
        messages={head: message},
        changed={1: paths},
        clone_url=url,
        installation_id=shop.installation_id,
    )
    forge.accounts["writer"] = an_account("writer")["id"]
    yield Case(forge, shop, head, url, message, paths)


def test_a_repository_is_found_by_its_name_with_the_installation_that_covers_it(case: Case) -> None:
    installation_id, found = case.forge.find("acme/shop")
    assert (installation_id, found.id, found.full_name) == (case.shop.installation_id, case.shop.id, "acme/shop")


def test_a_name_that_no_installation_covers_is_not_found(case: Case) -> None:
    with pytest.raises(Gone):
        case.forge.find("acme/nowhere")


@pytest.mark.parametrize("ref", ["main", "head"])
def test_a_file_is_read_at_a_branch_and_at_a_commit(case: Case, ref: str) -> None:
    data = case.forge.read_file(case.shop, "requirements.txt", case.head if ref == "head" else ref)
    assert data is not None
    assert b"flask" in data.lower()


@pytest.mark.parametrize("path", ["slipway.yaml", "no/such/file", "requirements.txt/x"])
def test_a_file_that_is_not_there_is_none(case: Case, path: str) -> None:
    assert case.forge.read_file(case.shop, path, "main") is None


def test_a_file_at_a_commit_that_is_not_there_is_none(case: Case) -> None:
    assert case.forge.read_file(case.shop, "requirements.txt", "f" * 40) is None


@pytest.mark.parametrize(
    ("login", "role"),
    [
        ("admin", Role.ADMIN),
        ("writer", Role.WRITE),
        ("WRITER", Role.WRITE),
        ("reader", Role.READ),
        ("nobody", Role.NONE),
        ("../../..", Role.NONE),
    ],
)
def test_the_role_of_somebody_is_told(case: Case, login: str, role: Role) -> None:
    assert case.forge.permission(case.shop, login) is role


def test_a_login_that_another_account_has_by_now_has_no_role(case: Case) -> None:
    author = case.forge.pull_request(case.shop, 1).author
    assert case.forge.permission(case.shop, author.login, author.id) is Role.WRITE
    assert case.forge.permission(case.shop, author.login, author.id + 1) is Role.NONE


def test_a_pull_request_is_told_with_its_head(case: Case) -> None:
    found = case.forge.pull_request(case.shop, 1)
    assert (found.number, found.head_sha, found.head_repository_id) == (1, case.head, case.shop.id)
    assert (found.author.login, found.base_ref, found.open, found.merged) == ("writer", "main", True, False)


def test_a_pull_request_that_is_not_there_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.forge.pull_request(case.shop, 4711)


@pytest.mark.parametrize("with_paths", [True, False])
def test_a_change_is_told_with_the_heads_message_and_its_paths_where_they_are_wanted(
    case: Case, with_paths: bool
) -> None:
    change = case.forge.change(case.shop, 1, case.head, with_paths=with_paths)
    assert change.message == case.message
    assert change.paths == (case.paths if with_paths else None)


def test_a_change_of_a_pull_request_that_is_not_there_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.forge.change(case.shop, 4711, case.head, with_paths=True)


def test_clone_credentials_name_the_repository_and_hide_the_token(case: Case) -> None:
    credentials = case.forge.clone_credentials(case.shop)
    assert (credentials.url, credentials.username) == (case.url, "x-access-token")
    assert credentials.token.reveal()
    assert credentials.token.reveal() not in f"{credentials}{credentials.url}"


def test_a_repository_that_is_not_covered_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.forge.pull_request(GONE, 1)
