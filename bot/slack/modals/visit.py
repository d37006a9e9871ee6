"""Who is at a modal: somebody of a workspace, and who they are at GitHub. Its methods block: call them in threads."""

import secrets
from dataclasses import dataclass

from bot.slack.deps import SlackDeps
from bot.slack.modals.words import NO_SUCH
from engine.deploy.asks import Action, DeployAsk
from engine.domain.event import Person
from engine.domain.permission import Role
from engine.domain.release import Release
from engine.errors import Refusal
from engine.reasons import Reason
from engine.slack.events import Pressed, Typed
from engine.slack.submissions import Noted, noted
from engine.store import environments, releases, repositories
from engine.store.repositories import StoredRepository
from engine.store.slack_workspaces import Workspace


@dataclass(frozen=True)
class Project:
    """A repository that the visitor may read, and what more they may there."""

    repository: StoredRepository
    role: Role


@dataclass(frozen=True)
class At:
    """A release that a button is bound to, and where it goes."""

    project: Project
    environment: str
    release: Release


@dataclass(frozen=True)
class Visit:
    """Somebody who is linked, and what they did last."""

    deps: SlackDeps
    workspace: Workspace
    event: Typed | Pressed
    person: Person

    @property
    def place(self) -> Noted:
        """Where the modal was opened, and so where the answer goes."""
        if isinstance(self.event, Pressed) and self.event.view_id:
            opened = noted(self.event.metadata)
            return Noted(channel=opened.channel, thread=opened.thread)
        return Noted(channel=self.event.where.channel, thread=self.event.where.thread)

    def ask(
        self,
        action: Action,
        project: Project,
        environment: str,
        *,
        ref: str = "",
        release: str = "",
        plan_only: bool = False,
    ) -> DeployAsk:
        """What the visitor would ask, to be rehearsed: nothing is ever made by it."""
        return DeployAsk(
            action=action,
            repository=project.repository.ref,
            default_branch=project.repository.default_branch,
            login=self.person.login,
            door="slack",
            ask=f"slack:look:{secrets.token_hex(8)}",
            environment=environment,
            ref=ref,
            release=release,
            plan_only=plan_only,
        )

    def project(self, repository_id: int) -> Project | None:
        """None of what isn't there, isn't covered or isn't the visitor's to read: nobody can tell which.

        Raises Unreachable or Denied.
        """
        with self.deps.database.read() as connection:
            found = repositories.by_id(connection, repository_id)
        if found is None or not found.covered:
            return None
        role = self.deps.permissions.role(found.ref, self.person.login, self.person.id)
        return Project(found, role) if role >= Role.READ else None

    def release(self, release_id: str) -> At:
        """The release that a button is bound to. Raises Refusal where nobody may know of it, Unreachable or Denied."""
        with self.deps.database.read() as connection:
            release = releases.by_id(connection, release_id)
            environment = environments.by_id(connection, release.environment_id) if release else None
        project = self.project(environment.repository_id) if environment is not None else None
        if release is None or environment is None or project is None:
            raise Refusal(Reason.NO_SUCH_REPOSITORY, NO_SUCH)
        return At(project, environment.name, release)
