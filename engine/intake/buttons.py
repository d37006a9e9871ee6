"""Which pressed buttons are ours, and which pull request they belong to: GitHub names none for a fork's."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.commands.buttons import BUTTONS
from engine.domain.event import ButtonPressed
from engine.reports.check_text import external_id_of
from engine.store import builds, meta, previews, pull_requests, skips


@dataclass(frozen=True)
class NotOurs:
    """A press that asks nothing of us; `why` is one short sentence."""

    why: str


def placed(connection: Connection, event: ButtonPressed, app_id: int) -> ButtonPressed | NotOurs:
    """The event with the one number of its pull request. `app_id` is the GitHub App's; 0 when there is none."""
    if event.sender.bot:
        return NotOurs("a bot pressed the button")
    if event.button not in BUTTONS:
        return NotOurs("it is not one of our buttons")
    if not _is_ours(connection, event, app_id):
        return NotOurs("the check is not one of ours")
    number = _number_of(connection, event.repository.id, event.sha)
    if number is None:
        return NotOurs("no pull request of this commit is known")
    return replace(event, numbers=(number,))


def _is_ours(connection: Connection, event: ButtonPressed, app_id: int) -> bool:
    """A check run carries our mark; a whole suite has none, and counts when it is our App's."""
    if event.external_id:
        mark = external_id_of(meta.instance(connection), event.repository.id, event.sha)
        return event.external_id == mark and event.app_id in (0, app_id or event.app_id)
    return app_id != 0 and event.app_id == app_id


def _number_of(connection: Connection, repository_id: int, sha: str) -> int | None:
    """The pull request that the commit's check run tells of."""
    build = builds.of_commit(connection, repository_id, sha)
    if build is not None:
        preview = previews.by_id(connection, build.preview_id)
        return preview.number if preview is not None else None
    skipped = skips.of_commit(connection, repository_id, sha)
    if skipped is not None:
        return skipped.number
    return pull_requests.number_with_head(connection, repository_id, sha)
