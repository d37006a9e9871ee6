"""A repository and its commits."""

from starlette.responses import Response

from playground.access import READ_CONTENTS, READ_METADATA, WRITE_CONTENTS, WRITE_PULLS
from playground.accounts import account_by_email, account_by_id
from playground.gardener import weed
from playground.git import GitRefused, git_text
from playground.hub import Hub
from playground.objects import Commit, branches, changed_files, commit, first_parent_tree, patch, resolve
from playground.pages.page import Page
from playground.pages.pull_forms import drop_branch
from playground.payloads.repositories import clone_url
from playground.proposals import Proposal, propose
from playground.pulls import pulls_of
from playground.refusals import Invalid, NotFound
from playground.repositories import Repository, full_name, git_dir, owner_of, role_of
from playground.roles import at_least

MOST_FILES_SHOWN = 50


def show_repository(page: Page) -> Response:
    repository = page.repository(READ_METADATA)
    path = git_dir(page.hub, repository)
    heads = branches(path)
    pulls = pulls_of(page.hub, repository)
    role = role_of(page.hub, page.session.account, repository)
    return page.show(
        "repository.html",
        repository=repository,
        owner=owner_of(page.hub, repository),
        clone_url=clone_url(page.hub, repository),
        branches=[{"name": name, "commit": commit(path, sha)} for name, sha in heads.items()],
        offered={pull.head_ref for pull in pulls if pull.state == "open"},
        pulls=[{"pull": pull, "author": account_by_id(page.hub.database, pull.author_id)} for pull in pulls],
        readme=_readme(page.hub, repository),
        role=role,
        may_push=at_least(role, "write") and not repository.archived,
    )


def open_pull(page: Page) -> Response:
    """Offers a branch, under the title of its newest commit."""
    repository = page.repository(WRITE_PULLS)
    if not at_least(role_of(page.hub, page.session.account, repository), "write"):
        raise Invalid("Only who may push to this repository can open a pull request from one of its branches.")
    branch = page.text("branch")
    sha = branches(git_dir(page.hub, repository)).get(branch)
    if sha is None:
        raise Invalid(f"There is no branch {branch!r} any more.")
    title = commit(git_dir(page.hub, repository), sha).message.partition("\n")[0] or branch
    proposal = Proposal(title, None, repository, branch, repository.default_branch)
    pull = propose(page.hub, repository, page.session.account, proposal)
    return page.back(f"/{owner_of(page.hub, repository).login}/{repository.name}/pull/{pull.number}")


def delete_branch(page: Page) -> Response:
    repository = page.repository(WRITE_CONTENTS)
    drop_branch(page, repository, page.text("branch"))
    return page.back(f"/{full_name(page.hub, repository)}")


def let_gardener_in(page: Page) -> Response:
    """Has the other bot push a branch and open a pull request."""
    repository = page.repository(WRITE_CONTENTS)
    pull = weed(page.hub, repository)
    return page.back(f"/{full_name(page.hub, repository)}/pull/{pull.number}")


def show_commit(page: Page) -> Response:
    repository = page.repository(READ_CONTENTS)
    path = git_dir(page.hub, repository)
    sha = resolve(path, page.request.path_params["sha"])
    if sha is None:
        raise NotFound()
    found = commit(path, sha)
    return page.show(
        "commit.html",
        repository=repository,
        owner=owner_of(page.hub, repository),
        commit=found,
        author=author_name(page.hub, found),
        files=differences(page.hub, repository, first_parent_tree(found), sha),
    )


def differences(hub: Hub, repository: Repository, before: str, after: str) -> list[dict[str, object]]:
    """The changed files with their lines, each marked as added, removed, place or context."""
    path = git_dir(hub, repository)
    return [
        {"file": file, "lines": [(_mark(line), line) for line in patch(path, before, after, file).split("\n")]}
        for file in changed_files(path, before, after)[:MOST_FILES_SHOWN]
    ]


def author_name(hub: Hub, found: Commit) -> str:
    account = account_by_email(hub.database, found.author.email)
    return account.login if account else found.author.name


def _mark(line: str) -> str:
    return {"+": "added", "-": "removed", "@": "place"}.get(line[:1], "context")


def _readme(hub: Hub, repository: Repository) -> str | None:
    try:
        return git_text(
            git_dir(hub, repository), "cat-file", "blob", f"refs/heads/{repository.default_branch}:README.md"
        )
    except GitRefused:
        return None
