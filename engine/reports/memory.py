"""A reporter in memory: renders as the real one of its kind does, and keeps what it would have shown."""

from sqlalchemy import Connection

from engine.errors import OutsideError
from engine.reports.outcomes import outcome_of
from engine.reports.port import Outcome, Posted, Renders, Subject


class MemoryReporter:
    """Shows things to nobody but tests. `outage`, when set, is what stands in the way of posting."""

    def __init__(self, renders: Renders) -> None:
        self.renders = renders
        self.shown: dict[str, object] = {}
        #: How often each subject was posted.
        self.posts: dict[str, int] = {}
        self.outage: OutsideError | None = None

    def render(self, connection: Connection, subject: Subject) -> object | None:
        """What should be shown."""
        return self.renders.render(connection, subject)

    def post(self, subject: Subject, content: object) -> Outcome:
        """Keeps `content` under the subject's key."""
        if self.outage is not None:
            return outcome_of(self.outage)
        self.shown[subject.key] = content
        self.posts[subject.key] = self.posts.get(subject.key, 0) + 1
        return Posted({"id": 1})
