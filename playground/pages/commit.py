"""A commit: what it changes, its checks, where it was deployed, and what was said about it."""

from typing import Any

from starlette.responses import Response

from playground.access import COMMENT_COMMITS, READ_CONTENTS
from playground.accounts import account_by_id
from playground.commit_comments import comments_on_commit
from playground.deployments import deployments_of
from playground.objects import commit, first_parent_tree, resolve
from playground.pages.checks import checks_of
from playground.pages.differences import author_name, differences
from playground.pages.page import Page
from playground.pages.standing import told_of
from playground.payloads.pulls import author_association
from playground.refusals import NotFound
from playground.remarks import remark
from playground.repositories import Repository, commit_named, full_name, git_dir, owner_of, role_of
from playground.roles import at_least


def show_commit(page: Page) -> Response:
    repository, sha = _named(page)
    path = git_dir(page.hub, repository)
    found = commit(path, sha)
    return page.show(
        "commit.html",
        commit=found,
        author=author_name(page.hub, found),
        files=differences(page.hub, repository, first_parent_tree(found), sha),
        **_shown(page, repository, sha),
    )


def show_live(page: Page) -> Response:
    """The part of the page that changes by itself, asked for every second."""
    return page.show("commit_live.html", **_shown(page, *_named(page)))


def comment(page: Page) -> Response:
    """Says something about a commit."""
    repository = page.repository(COMMENT_COMMITS)
    sha = commit_named(page.hub, repository, page.request.path_params["sha"])
    said = remark(page.hub, repository, sha, page.session.account, page.text("body").replace("\r\n", "\n"))
    return page.back(f"/{full_name(page.hub, repository)}/commit/{sha}#commitcomment-{said.id}")


def _named(page: Page) -> tuple[Repository, str]:
    repository = page.repository(READ_CONTENTS)
    sha = resolve(git_dir(page.hub, repository), page.request.path_params["sha"])
    if sha is None:
        raise NotFound()
    return repository, sha


def _shown(page: Page, repository: Repository, sha: str) -> dict[str, Any]:
    hub = page.hub
    said = [(one, account_by_id(hub.database, one.author_id)) for one in comments_on_commit(hub, repository, sha)]
    role = role_of(hub, page.session.account, repository)
    return {
        "repository": repository,
        "owner": owner_of(hub, repository),
        "address": f"/{full_name(hub, repository)}/commit/{sha}",
        "deployments": [told_of(hub, one) for one in deployments_of(hub, repository) if one.sha == sha],
        "remarks_said": [
            {"comment": one, "author": author, "association": author_association(hub, author, repository)}
            for one, author in said
        ],
        "role": role,
        "may_push": at_least(role, "write") and not repository.archived,
        "may_talk": not repository.archived,
        **checks_of(hub, repository, sha),
    }
