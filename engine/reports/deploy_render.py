"""From a subject of the outbox that is about deploys to what it should show. Each answers None for nothing."""

from sqlalchemy import Connection

from engine.reports.check_text import CheckRun
from engine.reports.commit_text import CommitComment, commit_comment_of
from engine.reports.deployment_text import Deployments, preview_deployments_of, release_deployment_of
from engine.reports.drift_text import drift_check_of, drift_view
from engine.reports.gate_text import gate_check_of
from engine.reports.gate_view import gate_view
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.reports.preview_view import preview_view
from engine.reports.release_view import commit_deploys, release_view
from engine.reports.subjects import parts_of, place_of


class RendersDeployments:
    """Renders `deployment:<repository>:<release or preview>`."""

    def __init__(self, links: Links) -> None:
        self.links = links

    def render(self, connection: Connection, subject: Subject) -> Deployments | None:
        """The deployments as they should be now."""
        repository_id, about = parts_of(subject.key)
        if about.startswith("pv_"):
            preview = preview_view(connection, repository_id, about)
            return None if preview is None else preview_deployments_of(preview, self.links)
        release = release_view(connection, repository_id, about)
        return None if release is None else release_deployment_of(release, self.links)


class RendersGates:
    """Renders `gate:<repository>:<gate>`."""

    def __init__(self, links: Links) -> None:
        self.links = links

    def render(self, connection: Connection, subject: Subject) -> CheckRun | None:
        """The gate's check run as it should be now."""
        view = gate_view(connection, *parts_of(subject.key))
        return None if view is None else gate_check_of(view, self.links)


class RendersDrifts:
    """Renders `drift:<repository>:<environment>:<sha>`."""

    def __init__(self, links: Links) -> None:
        self.links = links

    def render(self, connection: Connection, subject: Subject) -> CheckRun | None:
        """The drift's check run as it should be now."""
        view = drift_view(connection, *place_of(subject.key))
        return None if view is None else drift_check_of(view, self.links)


class RendersCommitComments:
    """Renders `commit:<repository>:<environment>:<sha>`."""

    def __init__(self, links: Links) -> None:
        self.links = links

    def render(self, connection: Connection, subject: Subject) -> CommitComment | None:
        """The commit's comment as it should be now."""
        view = commit_deploys(connection, *place_of(subject.key))
        return None if view is None else commit_comment_of(view, self.links)
