"""From a subject of the outbox to what it should show, read from SQL at this moment. Each answers None for nothing."""

from sqlalchemy import Connection

from engine.reports.check_text import CheckRun, check_run_of
from engine.reports.comment_text import StickyComment, sticky_comment_of
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.reports.reaction_text import Reactions, reactions_of
from engine.reports.subjects import parts_of
from engine.reports.view import commit_view, pull_request_view
from engine.store import asks, repositories


class RendersChecks:
    """Renders `check:<repository>:<sha>`."""

    def __init__(self, links: Links) -> None:
        self.links = links

    def render(self, connection: Connection, subject: Subject) -> CheckRun | None:
        """The commit's check run as it should be now."""
        repository_id, sha = parts_of(subject.key)
        view = commit_view(connection, repository_id, sha)
        return None if view is None else check_run_of(view, self.links)


class RendersComments:
    """Renders `comment:<repository>:<number>`."""

    def __init__(self, links: Links) -> None:
        self.links = links

    def render(self, connection: Connection, subject: Subject) -> StickyComment | None:
        """The pull request's comment as it should be now."""
        repository_id, number = parts_of(subject.key)
        view = pull_request_view(connection, repository_id, int(number))
        return None if view is None else sticky_comment_of(view, self.links)


class RendersReactions:
    """Renders `reaction:<repository>:<comment id>`."""

    def render(self, connection: Connection, subject: Subject) -> Reactions | None:
        """The reactions as they should be now."""
        repository_id, comment_id = parts_of(subject.key)
        ask = asks.of_comment(connection, repository_id, int(comment_id))
        repository = repositories.by_id(connection, repository_id)
        return None if ask is None or repository is None else reactions_of(ask, repository)
