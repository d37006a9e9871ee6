"""Parts that many of GitHub's payloads share, as values of ours."""

from engine.domain import event as domain
from engine.forge import payload_models as models
from engine.forge.tokens import unix_seconds

NO_INSTALLATION = "it came from a webhook of its own, not through the GitHub App"


def repository_of(repository: models.Repository) -> domain.Repository:
    """Our value of GitHub's repository."""
    return domain.Repository(
        id=repository.id,
        full_name=repository.full_name,
        default_branch=repository.default_branch,
        private=repository.private,
        clone_url=repository.clone_url,
    )


def person_of(account: models.Account | None) -> domain.Person:
    """Our value of GitHub's user; a deleted account is GitHub's own `ghost`."""
    if account is None:
        return domain.Person(id=0, login="ghost")
    return domain.Person(id=account.id, login=account.login, bot=account.type == "Bot")


def pull_request_of(pull_request: models.PullRequest) -> domain.PullRequest:
    """Our value of GitHub's pull request."""
    head = pull_request.head
    return domain.PullRequest(
        number=pull_request.number,
        title=pull_request.title,
        head_sha=head.sha,
        head_ref=head.ref,
        head_repository_id=None if head.repo is None else head.repo.id,
        base_ref=pull_request.base.ref,
        author=person_of(pull_request.user),
        draft=bool(pull_request.draft),
        open=pull_request.state == "open",
        merged=bool(pull_request.merged),
        labels=tuple(label.name for label in pull_request.labels),
    )


def told_at(moment: object) -> float:
    """GitHub's time in Unix seconds; 0 for what can't be read."""
    try:
        return unix_seconds(moment) if isinstance(moment, str) else 0.0
    except (ValueError, OverflowError):
        return 0.0
