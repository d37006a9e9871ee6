"""A branch: its newest commits with their checks, how far it is from the default branch, and where it was deployed."""

from starlette.responses import Response

from playground.access import READ_CONTENTS
from playground.objects import branches, commits
from playground.pages.checks import verdict_on
from playground.pages.differences import author_name
from playground.pages.page import Page
from playground.pages.standing import standings
from playground.refusals import NotFound
from playground.repositories import Repository, git_dir, owner_of

MOST_COMMITS = 30


def show_branch(page: Page) -> Response:
    repository = page.repository(READ_CONTENTS)
    path, name = git_dir(page.hub, repository), page.request.path_params["branch"]
    head = branches(path).get(name)
    if head is None:
        raise NotFound()
    refs = (name, f"refs/heads/{name}")
    found = commits(path, f"--max-count={MOST_COMMITS}", head)
    return page.show(
        "branch.html",
        repository=repository,
        owner=owner_of(page.hub, repository),
        branch=name,
        apart=_apart(page, repository, head),
        commits=[
            {
                "commit": one,
                "author": author_name(page.hub, one),
                "verdict": verdict_on(page.hub, repository, one.sha),
            }
            for one in found
        ],
        standings=standings(page.hub, repository, lambda one: one.ref in refs),
    )


def _apart(page: Page, repository: Repository, head: str) -> tuple[int, int]:
    """How many commits a branch is ahead of and behind the default branch."""
    path = git_dir(page.hub, repository)
    base = branches(path).get(repository.default_branch, head)
    return len(commits(path, f"{base}..{head}")), len(commits(path, f"{head}..{base}"))
