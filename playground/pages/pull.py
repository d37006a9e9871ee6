"""A pull request: the conversation, the checks, and what can be done."""

from typing import Any

from starlette.responses import Response

from playground.access import NEEDS_PUSH, READ_PULLS, WRITE_CONTENTS, WRITE_CONVERSATION, WRITE_PULLS
from playground.accounts import account_by_id
from playground.comments import comments_on
from playground.conversation import say
from playground.hub import Hub
from playground.objects import branches, commits, merge_base
from playground.pages.checks import checks_of
from playground.pages.differences import author_name, differences
from playground.pages.page import Page
from playground.pages.said import reviewed_of, said_of
from playground.pages.standing import Standing, standings
from playground.payloads.pulls import author_association
from playground.proposals import close, reopen
from playground.pulls import PullRequest, head_owner, labels_of, pull_by_number
from playground.pushes import merge_and_push
from playground.refusals import Forbidden
from playground.repositories import Repository, git_dir, owner_of, role_of, standing_repository
from playground.review_comments import review_comments_on
from playground.roles import at_least


def show_pull(page: Page) -> Response:
    repository, pull = _pull(page)
    return page.show("pull.html", **_shown(page, repository, pull))


def show_live(page: Page) -> Response:
    """The part of the page that changes by itself, asked for every second."""
    repository, pull = _pull(page)
    return page.show("live.html", **_shown(page, repository, pull))


def show_files(page: Page) -> Response:
    repository, pull = _pull(page)
    base = merge_base(git_dir(page.hub, repository), pull.base_sha, pull.head_sha) or pull.base_sha
    files = differences(page.hub, repository, base, pull.head_sha)
    return page.show("files.html", files=files, **_shown(page, repository, pull))


def comment(page: Page) -> Response:
    repository = page.repository(WRITE_CONVERSATION)
    pull = pull_by_number(page.hub, repository, page.number("number"))
    said = say(page.hub, repository, pull, page.session.account, page.text("body").replace("\r\n", "\n"))
    return page.back(f"{_address(page, repository, pull)}#issuecomment-{said.id}")


def change_state(page: Page) -> Response:
    """Closes or reopens, for its author and for who may push."""
    repository = page.repository(WRITE_PULLS)
    pull = pull_by_number(page.hub, repository, page.number("number"))
    if pull.author_id != page.session.account.id and not _may_push(page, repository):
        raise Forbidden(NEEDS_PUSH)
    if page.text("state") == "closed" and pull.state == "open":
        close(page.hub, repository, pull, page.session.account)
    elif page.text("state") == "open" and pull.state == "closed":
        reopen(page.hub, repository, pull, page.session.account)
    return page.back(_address(page, repository, pull))


def merge(page: Page) -> Response:
    repository = page.repository(WRITE_CONTENTS)
    pull = pull_by_number(page.hub, repository, page.number("number"))
    merge_and_push(page.hub, repository, pull, page.session.account, squash=False)
    return page.back(_address(page, repository, pull))


def _pull(page: Page) -> tuple[Repository, PullRequest]:
    repository = page.repository(READ_PULLS)
    return repository, pull_by_number(page.hub, repository, page.number("number"))


def _may_push(page: Page, repository: Repository) -> bool:
    return at_least(role_of(page.hub, page.session.account, repository), "write") and not repository.archived


def _address(page: Page, repository: Repository, pull: PullRequest) -> str:
    return f"/{owner_of(page.hub, repository).login}/{repository.name}/pull/{pull.number}"


def _shown(page: Page, repository: Repository, pull: PullRequest) -> dict[str, Any]:
    hub = page.hub
    author = account_by_id(hub.database, pull.author_id)
    found = commits(git_dir(hub, repository), "--reverse", f"{pull.base_sha}..{pull.head_sha}")
    role = role_of(hub, page.session.account, repository)
    return {
        "repository": repository,
        "owner": owner_of(hub, repository),
        "pull": pull,
        "author": author,
        "association": author_association(hub, author, repository),
        "address": _address(page, repository, pull),
        "head_label": _head_label(hub, repository, pull),
        "commits": [{"commit": one, "author": author_name(hub, one)} for one in found],
        "conversation": [said_of(hub, repository, one) for one in comments_on(hub, repository, pull.number)],
        "reviewed": [reviewed_of(hub, pull, one) for one in review_comments_on(hub, repository, pull.number)],
        "standings": _standings(hub, repository, pull, {one.sha for one in found}),
        **checks_of(hub, repository, pull.head_sha),
        "labels": labels_of(hub, pull),
        "role": role,
        "may_push": _may_push(page, repository),
        "may_label": at_least(role, "triage") and not repository.archived,
        "may_talk": not repository.archived,
        "bases": _bases(hub, repository, pull),
        "may_delete_branch": _may_push(page, repository) and _branch_lies_here(hub, repository, pull),
        "may_close": not repository.archived and (_may_push(page, repository) or author.id == page.session.account.id),
    }


def _standings(hub: Hub, repository: Repository, pull: PullRequest, shas: set[str]) -> list[Standing]:
    """Where its commits went, or what was asked for in its name."""
    refs = {pull.head_ref, f"refs/heads/{pull.head_ref}", f"refs/pull/{pull.number}/head"}
    return standings(hub, repository, lambda one: one.sha in shas or one.ref in refs)


def _head_label(hub: Hub, repository: Repository, pull: PullRequest) -> str:
    if pull.head_repository_id == repository.id:
        return pull.head_ref
    gone = standing_repository(hub, pull.head_repository_id) is None
    return "unknown repository" if gone else f"{head_owner(hub, pull).login}:{pull.head_ref}"


def _bases(hub: Hub, repository: Repository, pull: PullRequest) -> list[str]:
    """The branches that a pull request could be merged into, beside its own."""
    own = pull.head_ref if pull.head_repository_id == repository.id else None
    return sorted(name for name in branches(git_dir(hub, repository)) if name != own)


def _branch_lies_here(hub: Hub, repository: Repository, pull: PullRequest) -> bool:
    return pull.head_repository_id == repository.id and pull.head_ref in branches(git_dir(hub, repository))
