"""From a subject of the outbox to what it should show, read from SQL at this moment. Each answers None for nothing."""

import time
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from engine.readiness.waiving import day_of
from engine.reports.check_text import CheckRun, check_run_of
from engine.reports.comment_text import StickyComment, sticky_comment_of
from engine.reports.inspection_answer import with_look
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.reports.reaction_text import Reactions, reactions_of
from engine.reports.readiness_check import ReadinessCheck, readiness_check_of
from engine.reports.readiness_view import newest_view, readiness_view
from engine.reports.subjects import parts_of
from engine.reports.view import commit_view, pull_request_view
from engine.store import asks, inspections, repositories


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

    def __init__(self, links: Links, wall: Callable[[], float] = time.time) -> None:
        self.links = links
        #: Tells Unix seconds: waivers hold until a day.
        self.wall = wall

    def render(self, connection: Connection, subject: Subject) -> StickyComment | None:
        """The pull request's comment as it should be now."""
        repository_id, number = parts_of(subject.key)
        view = pull_request_view(connection, repository_id, int(number))
        if view is None:
            return None
        today = day_of(self.wall())
        readiness = newest_view(connection, repository_id, int(number), today)
        answers = tuple(with_look(connection, each, today) for each in view.answers)
        return sticky_comment_of(replace(view, readiness=readiness, answers=answers), self.links)


class RendersReadiness:
    """Renders `readiness:<repository>:<inspection>`."""

    def __init__(self, links: Links, wall: Callable[[], float] = time.time) -> None:
        self.links = links
        #: Tells Unix seconds: waivers hold until a day.
        self.wall = wall

    def render(self, connection: Connection, subject: Subject) -> ReadinessCheck | None:
        """The inspection's check run as it should be now."""
        repository_id, inspection_id = parts_of(subject.key)
        found = inspections.by_id(connection, inspection_id)
        if found is None or found.repository_id != repository_id or not found.reported:
            return None
        view = readiness_view(connection, found, day_of(self.wall()))
        return None if view is None else readiness_check_of(view, self.links)


class RendersReactions:
    """Renders `reaction:<repository>:<comment id>`."""

    def render(self, connection: Connection, subject: Subject) -> Reactions | None:
        """The reactions as they should be now."""
        repository_id, comment_id = parts_of(subject.key)
        ask = asks.of_comment(connection, repository_id, int(comment_id))
        repository = repositories.by_id(connection, repository_id)
        return None if ask is None or repository is None else reactions_of(ask, repository)
