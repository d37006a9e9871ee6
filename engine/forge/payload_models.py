"""The few fields of GitHub's JSON that Slipway reads, from webhooks and from REST answers alike."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

#: Ids go into SQL (BIGINT) and into addresses.
Id = Annotated[int, Field(ge=0, le=2**63 - 1)]
Number = Annotated[int, Field(gt=0, le=2**31 - 1)]
#: SHA-1 or SHA-256, in full.
Sha = Annotated[str, Field(pattern=r"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\z")]


def _printable(value: str) -> str:
    """Refuses what no database and no page can hold."""
    if "\x00" in value:
        raise ValueError("a NUL character")
    return value


def _no_path(value: str) -> str:
    """Refuses names that lead elsewhere in an address."""
    if value.endswith(("/.", "/..")):
        raise ValueError("not the name of a repository")
    return value


Name = Annotated[str, Field(min_length=1, max_length=1024), AfterValidator(_printable)]
#: It becomes a part of addresses, so it is held to GitHub's own letters.
FullName = Annotated[
    str,
    Field(max_length=256, pattern=r"\A[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+\z"),
    AfterValidator(_no_path),
]


class Json(BaseModel):
    """An object of GitHub's; types are taken as they are, never converted."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Account(Json):
    """A user, an organization or a bot."""

    id: Id
    login: Name
    type: str = "User"


class Installation(Json):
    """Where the GitHub App is installed."""

    id: Id


class Repository(Json):
    """A repository; what an old or narrow payload leaves out is unknown, and private until it says otherwise."""

    id: Id
    full_name: FullName
    default_branch: str = ""
    private: bool = True
    clone_url: str = ""


class HeadRepository(Json):
    """The repository that a branch lives in."""

    id: Id


class Branch(Json):
    """The head or base of a pull request; `repo` is null once a fork was deleted."""

    ref: Name
    sha: Sha
    repo: HeadRepository | None = None


class Label(Json):
    """A label of a pull request."""

    name: Name


class PullRequest(Json):
    """A pull request."""

    number: Number
    title: str = Field(default="", max_length=4096)
    state: Literal["open", "closed"]
    draft: bool | None = False
    merged: bool | None = False
    user: Account | None = None
    head: Branch
    base: Branch
    labels: list[Label] = Field(default_factory=list)
    updated_at: object = None


class Push(Json):
    """`push`."""

    ref: Name
    before: Sha
    after: Sha
    deleted: bool = False
    repository: Repository
    sender: Account | None = None
    installation: Installation | None = None


class PullRequestChange(Json):
    """`pull_request`, every action."""

    action: Name
    pull_request: PullRequest
    repository: Repository
    sender: Account | None = None
    installation: Installation | None = None


class Issue(Json):
    """An issue; with `pull_request` in it, it is one."""

    number: Number
    state: str = "open"
    pull_request: dict[str, object] | None = None


class Comment(Json):
    """A comment of a conversation."""

    id: Id
    body: str | None = ""
    created_at: object = None


class IssueComment(Json):
    """`issue_comment`, every action."""

    action: Name
    issue: Issue
    comment: Comment
    repository: Repository
    sender: Account | None = None
    installation: Installation | None = None


class OwnerApp(Json):
    """The GitHub App that a check run or suite belongs to."""

    id: Id


class NumberedPullRequest(Json):
    """A pull request as a check run names it."""

    number: Number


class CheckSuite(Json):
    """A check suite."""

    head_sha: Sha
    app: OwnerApp | None = None
    pull_requests: list[NumberedPullRequest] = Field(default_factory=list)


class CheckRun(CheckSuite):
    """A check run."""

    external_id: str | None = ""


class RequestedAction(Json):
    """Which of our buttons was pressed."""

    identifier: Name


class CheckRunChange(Json):
    """`check_run`, every action."""

    action: Name
    check_run: CheckRun
    requested_action: RequestedAction | None = None
    repository: Repository
    sender: Account | None = None
    installation: Installation | None = None


class CheckSuiteChange(Json):
    """`check_suite`, every action."""

    action: Name
    check_suite: CheckSuite
    repository: Repository
    sender: Account | None = None
    installation: Installation | None = None


class InstalledOn(Installation):
    """An installation with its account."""

    account: Account | None = None


class NamedRepository(Json):
    """A repository as payloads about installations name it."""

    id: Id
    full_name: FullName


class InstallationChange(Json):
    """`installation`, every action."""

    action: Name
    installation: InstalledOn
    repositories: list[NamedRepository] = Field(default_factory=list)
    sender: Account | None = None


class CoverageChange(Json):
    """`installation_repositories`, every action."""

    installation: InstalledOn
    repositories_added: list[NamedRepository] = Field(default_factory=list)
    repositories_removed: list[NamedRepository] = Field(default_factory=list)
    sender: Account | None = None


class RepositoryChange(Json):
    """`repository`, every action."""

    action: Name
    repository: Repository
    sender: Account | None = None
    installation: Installation | None = None


class AccessChange(Json):
    """`member`, `membership`, `organization`: every action."""

    action: Name
    sender: Account | None = None
    installation: Installation | None = None
