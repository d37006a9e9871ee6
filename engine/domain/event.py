"""What happened at GitHub, in our own words. Payloads become one of these or `Ignored`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Repository:
    """A repository as a payload names it."""

    id: int
    full_name: str
    default_branch: str
    private: bool
    clone_url: str


@dataclass(frozen=True)
class Person:
    """Who did it. `bot` is GitHub's account type `Bot`."""

    id: int
    login: str
    bot: bool = False


@dataclass(frozen=True)
class PullRequest:
    """A pull request's state at the moment of the event."""

    number: int
    title: str
    head_sha: str
    head_ref: str
    #: None when the fork was deleted (`head.repo` is null).
    head_repository_id: int | None
    base_ref: str
    author: Person
    draft: bool
    open: bool
    merged: bool
    #: Names of its labels.
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pushed:
    """A branch moved (`push`). `after` is all zeros when it was deleted."""

    delivery: str
    installation_id: int
    repository: Repository
    sender: Person
    ref: str
    before: str
    after: str
    deleted: bool


@dataclass(frozen=True)
class PullRequestChanged:
    """A pull request was opened, pushed to, closed, … (`pull_request`). `action` is GitHub's."""

    delivery: str
    installation_id: int
    repository: Repository
    sender: Person
    action: str
    pull_request: PullRequest
    #: Unix seconds on GitHub's clock: when this became so, or later; 0 when it can't be read.
    told_at: float = 0.0


@dataclass(frozen=True)
class Commented:
    """Somebody wrote a command: a comment on a pull request (`issue_comment` created), or through another door."""

    delivery: str
    installation_id: int
    repository: Repository
    sender: Person
    #: The pull request; 0 through another door: none.
    number: int
    #: 0 through another door: there is nothing to react to.
    comment_id: int
    body: str
    pull_request_open: bool
    #: Unix seconds on GitHub's clock: when it was written; 0 when it can't be read.
    told_at: float = 0.0
    #: comment | api | cli | slack
    door: str = "comment"


@dataclass(frozen=True)
class ButtonPressed:
    """Somebody pressed a button of a check run, or GitHub's "Re-run" (`check_run`, `check_suite`)."""

    delivery: str
    installation_id: int
    repository: Repository
    sender: Person
    #: `rerun`, or the identifier of one of our own buttons.
    button: str
    sha: str
    #: The check run's own mark, which says whether it is ours; empty for a whole suite.
    external_id: str
    #: The GitHub App that the check run or suite belongs to; 0 when GitHub doesn't say.
    app_id: int
    #: The pull requests that GitHub names with it; none for a fork's.
    numbers: tuple[int, ...]
    #: button | page | slack
    door: str = "button"


@dataclass(frozen=True)
class RepositoryName:
    """A repository as payloads about installations name it."""

    id: int
    full_name: str


@dataclass(frozen=True)
class InstallationChanged:
    """The GitHub App was installed, suspended, uninstalled, … (`installation`). `action` is GitHub's."""

    delivery: str
    installation_id: int
    sender: Person
    action: str
    account: str
    repositories: tuple[RepositoryName, ...]


@dataclass(frozen=True)
class CoverageChanged:
    """Repositories were added to an installation, or taken from it (`installation_repositories`)."""

    delivery: str
    installation_id: int
    sender: Person
    added: tuple[RepositoryName, ...]
    removed: tuple[RepositoryName, ...]


@dataclass(frozen=True)
class RepositoryChanged:
    """A repository was renamed, transferred, made private, archived, deleted, … (`repository`)."""

    delivery: str
    installation_id: int
    repository: Repository
    sender: Person
    action: str


@dataclass(frozen=True)
class AccessChanged:
    """Who may read or write somewhere has changed (`member`, `membership`, `organization`)."""

    delivery: str
    installation_id: int
    sender: Person
    #: Such as `member removed`.
    what: str


@dataclass(frozen=True)
class Ignored:
    """A delivery that asks nothing of us; `why` is one short sentence."""

    delivery: str
    why: str


@dataclass(frozen=True)
class Rejected:
    """A delivery that can't be read: kept raw, answered nothing; `why` is one short sentence."""

    delivery: str
    why: str


#: What may change whom and what we work for.
HouseholdEvent = InstallationChanged | CoverageChanged | RepositoryChanged | AccessChanged

Event = Pushed | PullRequestChanged | Commented | ButtonPressed | HouseholdEvent | Ignored | Rejected
