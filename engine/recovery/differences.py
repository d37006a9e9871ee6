"""How GitHub differs from what we know. Pure: no I/O, no clock; each difference is named by GitHub's own action."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from engine.domain.event import Repository
from engine.forge import payload_models as models
from engine.forge.directory import CoveredRepository, InstalledApp, PullRequestObject
from engine.forge.tokens import unix_seconds
from engine.store.installations import ACTIVE, DELETED, SUSPENDED, StoredInstallation
from engine.store.repositories import StoredRepository


class Change(StrEnum):
    """What happened to a repository without our hearing of it."""

    ADDED = "added"
    REMOVED = "removed"
    ARCHIVED = "archived"
    PRIVATIZED = "privatized"
    PUBLICIZED = "publicized"
    RENAMED = "renamed"
    EDITED = "edited"


@dataclass(frozen=True)
class KnownPullRequest:
    """A pull request as we know it."""

    number: int
    head_sha: str
    open: bool
    draft: bool
    #: The life of its preview; empty when it has none.
    preview: str


@dataclass(frozen=True)
class ToldPullRequest:
    """A pull request as GitHub shows it. Times are in Unix seconds, 0 when they can't be read."""

    number: int
    head_sha: str
    open: bool
    draft: bool
    created_at: float
    updated_at: float
    object: PullRequestObject


def told_by(pull_request: PullRequestObject) -> ToldPullRequest | None:
    """What an object says; None when intake couldn't read it either."""
    try:
        read = models.PullRequest.model_validate(dict(pull_request))
    except ValidationError:
        return None
    return ToldPullRequest(
        number=read.number,
        head_sha=read.head.sha,
        open=read.state == "open",
        draft=bool(read.draft),
        created_at=_moment(pull_request, "created_at"),
        updated_at=_moment(pull_request, "updated_at"),
        object=pull_request,
    )


def of_pull_request(known: KnownPullRequest | None, told: ToldPullRequest, since: float) -> str:
    """What to make up for; empty: nothing. Only what was opened `since` (Unix seconds) is new to us: an installation
    on a repository with 300 old pull requests is nobody's wish for 300 builds.
    """
    if not told.open:
        ended = known is None or (not known.open and known.preview in ("", "removed"))
        return "" if ended else "closed"
    if known is None:
        return "opened" if told.created_at >= since else ""
    if not known.open:
        return "reopened"
    if known.head_sha != told.head_sha:
        return "synchronize"
    return "ready_for_review" if known.draft and not told.draft else ""


def of_installation(known: StoredInstallation | None, told: InstalledApp) -> str:
    """What to make up for with an installation that GitHub lists; empty: nothing."""
    if known is None:
        return "created"
    if known.state == DELETED:
        return "found"
    if known.state == ACTIVE and told.suspended:
        return "suspend"
    return "unsuspend" if known.state == SUSPENDED and not told.suspended else ""


def of_repositories(
    known: Mapping[int, StoredRepository], told: Mapping[int, CoveredRepository], installation_id: int
) -> dict[int, Change]:
    """What to make up for with the repositories of an installation. `known` holds those it had and those it lists."""
    found = {number: _of_repository(row, told.get(number), installation_id) for number, row in known.items()}
    return {number: change for number, change in found.items() if change is not None}


def _of_repository(known: StoredRepository, told: CoveredRepository | None, installation_id: int) -> Change | None:
    ours = known.covered and known.installation_id == installation_id
    if told is None:
        return Change.REMOVED if ours else None
    if told.archived:
        return Change.ARCHIVED if ours else None
    return _of_details(known, told.repository) if ours else Change.ADDED


def _of_details(known: StoredRepository, told: Repository) -> Change | None:
    if known.private != told.private:
        return Change.PRIVATIZED if told.private else Change.PUBLICIZED
    if known.full_name != told.full_name:
        return Change.RENAMED
    return Change.EDITED if known.default_branch != told.default_branch else None


def _moment(pull_request: PullRequestObject, name: str) -> float:
    text = pull_request.get(name)
    try:
        return unix_seconds(text) if isinstance(text, str) else 0.0
    except ValueError:
        return 0.0
