"""What somebody does with a pull request beside talking: its title, its base, its labels, its draft, its branch."""

from starlette.responses import Response

from playground.access import NEEDS_PUSH, TRIAGE, WRITE_CONTENTS, WRITE_PULLS, Need
from playground.conversation import add_labels, remove_label
from playground.git import NO_COMMIT
from playground.objects import branches
from playground.pages.page import Page
from playground.proposals import amend, set_draft
from playground.pulls import PullRequest, pull_by_number
from playground.pushes import RefChange, move_refs
from playground.refusals import Forbidden, Invalid
from playground.repositories import Repository, full_name, git_dir, repository_by_id, role_of
from playground.review_comments import review_comment_by_id
from playground.roles import at_least
from playground.suggesting import take_over

MOST_LABEL_CHARACTERS = 50


def change_words(page: Page) -> Response:
    """Another title, another base, or both."""
    repository, pull = _own(page)
    title, base_ref = page.text("title").strip(), page.text("base") or pull.base_ref
    if not title:
        raise Invalid("A pull request needs a title.")
    amend(page.hub, repository, pull, page.session.account, title=title, body=pull.body, base_ref=base_ref)
    return _back(page, repository, pull)


def change_draft(page: Page) -> Response:
    """Says that it is not ready, or that it is."""
    repository, pull = _own(page)
    set_draft(page.hub, repository, pull, page.session.account, draft=page.text("draft") == "1")
    return _back(page, repository, pull)


def put_label(page: Page) -> Response:
    repository, pull = _pull(page, TRIAGE)
    name = page.text("label").strip()
    if not 0 < len(name) <= MOST_LABEL_CHARACTERS:
        raise Invalid(f"A label has one to {MOST_LABEL_CHARACTERS} characters.")
    add_labels(page.hub, repository, pull, page.session.account, [name])
    return _back(page, repository, pull)


def take_label(page: Page) -> Response:
    repository, pull = _pull(page, TRIAGE)
    remove_label(page.hub, repository, pull, page.session.account, page.text("label"))
    return _back(page, repository, pull)


def delete_branch(page: Page) -> Response:
    """Deletes the branch that the pull request offers, where it lies in the same repository."""
    repository, pull = _pull(page, WRITE_CONTENTS)
    if pull.head_repository_id != repository.id:
        raise Invalid("The branch lies in another repository.")
    drop_branch(page, repository, pull.head_ref)
    return _back(page, repository, pull)


def take_suggestion(page: Page) -> Response:
    """Commits what a comment on lines suggests, for who may push to the branch."""
    repository, pull = _pull(page, WRITE_PULLS)
    head = repository_by_id(page.hub, pull.head_repository_id)
    if not at_least(role_of(page.hub, page.session.account, head), "write"):
        raise Forbidden(NEEDS_PUSH)
    comment = review_comment_by_id(page.hub, repository, page.number("comment"))
    take_over(page.hub, pull, comment, page.session.account)
    return _back(page, repository, pull)


def drop_branch(page: Page, repository: Repository, name: str) -> None:
    """Deletes a branch as a push would; the default branch stays."""
    sha = branches(git_dir(page.hub, repository)).get(name)
    if sha is None or name == repository.default_branch:
        raise Invalid(f"The branch {name!r} can't be deleted.")
    change = RefChange(f"refs/heads/{name}", sha, NO_COMMIT)
    move_refs(page.hub, repository, page.session.account, [change])


def _pull(page: Page, need: Need) -> tuple[Repository, PullRequest]:
    repository = page.repository(need)
    return repository, pull_by_number(page.hub, repository, page.number("number"))


def _own(page: Page) -> tuple[Repository, PullRequest]:
    """For its author and for who may push."""
    repository, pull = _pull(page, WRITE_PULLS)
    account = page.session.account
    if pull.author_id != account.id and not at_least(role_of(page.hub, account, repository), "write"):
        raise Forbidden(NEEDS_PUSH)
    return repository, pull


def _back(page: Page, repository: Repository, pull: PullRequest) -> Response:
    return page.back(f"/{full_name(page.hub, repository)}/pull/{pull.number}")
