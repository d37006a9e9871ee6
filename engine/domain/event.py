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


@dataclass(frozen=True)
class Commented:
    """Somebody wrote a comment on a pull request (`issue_comment` created)."""

    delivery: str
    installation_id: int
    repository: Repository
    sender: Person
    number: int
    comment_id: int
    body: str
    pull_request_open: bool


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


Event = Pushed | PullRequestChanged | Commented | Ignored | Rejected
