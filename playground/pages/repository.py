"""A repository: its pull requests, branches and environments."""

from starlette.responses import Response

from playground.access import READ_METADATA, WRITE_CONTENTS, WRITE_PULLS
from playground.accounts import ORGANISATION, account_by_id
from playground.gardener import weed
from playground.git import GitRefused, git_text
from playground.hub import Hub
from playground.objects import branches, commit
from playground.pages.checks import verdict_on
from playground.pages.page import Page
from playground.pages.pull_forms import drop_branch
from playground.pages.standing import standings
from playground.payloads.repositories import clone_url
from playground.proposals import Proposal, propose
from playground.pulls import pulls_of
from playground.refusals import Invalid
from playground.repositories import Repository, full_name, git_dir, owner_of, role_of
from playground.roles import at_least
from playground.samples import SAMPLES


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
        branches=[
            {"name": name, "commit": commit(path, sha), "verdict": verdict_on(page.hub, repository, sha)}
            for name, sha in heads.items()
        ],
        standings=standings(page.hub, repository),
        to_try=_to_try(page.hub, repository),
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


def _to_try(hub: Hub, repository: Repository) -> str:
    """What a newcomer does with a sample; empty for other repositories."""
    if owner_of(hub, repository).login != ORGANISATION:
        return ""
    return next((sample.to_try for sample in SAMPLES if sample.name == repository.name), "")


def _readme(hub: Hub, repository: Repository) -> str | None:
    try:
        return git_text(
            git_dir(hub, repository), "cat-file", "blob", f"refs/heads/{repository.default_branch}:README.md"
        )
    except GitRefused:
        return None
