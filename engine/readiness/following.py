"""When a commit is looked at by itself: where somebody asked once, or the project says always."""

from sqlalchemy import Connection

from engine.domain.build import Build
from engine.domain.event import Pushed
from engine.domain.preview import Preview
from engine.forge.commits import BRANCH
from engine.store import inspections, previews, pull_requests
from engine.store.inspections import Wanted


def follow(connection: Connection, build: Build, now: float) -> None:
    """A build of a pull request is over: its head is looked at anew if that was ever asked for there."""
    preview = previews.by_id(connection, build.preview_id)
    if preview is not None and inspections.newest(connection, preview.repository_id, preview.number) is not None:
        _ask(connection, preview, build.sha, now)


def begin(connection: Connection, preview: Preview, sha: str, now: float) -> None:
    """The project wants every build looked at: what its files show is told while it goes on, the rest afterwards."""
    _ask(connection, preview, sha, now)


def follow_branch(connection: Connection, event: Pushed, now: float) -> None:
    """The default branch has moved: its page and badge go with it, where somebody asked for them once."""
    is_default = event.ref == f"{BRANCH}{event.repository.default_branch}"
    if is_default and inspections.newest(connection, event.repository.id, 0) is not None:
        inspections.ask(connection, Wanted(event.installation_id, event.repository.id, 0, event.after), now)


def _ask(connection: Connection, preview: Preview, sha: str, now: float) -> None:
    """Of an older commit nothing is told by itself: its report would take the place of the head's."""
    pull_request = pull_requests.by_number(connection, preview.repository_id, preview.number)
    if pull_request is None or not pull_request.open or pull_request.head_sha != sha:
        return
    wanted = Wanted(preview.installation_id, preview.repository_id, preview.number, sha)
    inspections.ask(connection, wanted, now)
