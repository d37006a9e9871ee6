"""What is known when an event is decided on: values only, read from SQL and from the forge beforehand."""

from dataclasses import dataclass

from engine.domain.build import Build
from engine.domain.event import PullRequest
from engine.domain.permission import Role
from engine.domain.preview import Preview


@dataclass(frozen=True)
class Project:
    """What the project's configuration says, of each branch that has a say in it."""

    #: `auto` or `on_command`, from the head.
    start: str = "auto"
    #: `private` or `public`, from the default branch: no pull request opens itself to the public.
    access: str = "private"
    #: Every problem of the head's slipway.yml, one sentence each.
    problems: tuple[str, ...] = ()


#: A project without a slipway.yml.
PLAIN = Project()


@dataclass(frozen=True)
class Known:
    """The state of the world around one event."""

    #: The id of the pull request's own repository; a head of another is a fork's.
    repository_id: int
    #: Who asks or pushed, and their role on the repository.
    login: str
    role: Role
    #: The pull request as the forge has it now; None when it wasn't asked.
    current: PullRequest | None = None
    #: The head that we had received when the event came in (C3); empty when we knew none.
    bound_sha: str = ""
    #: The newest head that we have received by now; empty when we know none.
    newest_sha: str = ""
    project: Project = PLAIN
    preview: Preview | None = None
    #: The preview's newest build.
    newest: Build | None = None

    @property
    def has_preview(self) -> bool:
        """True while a preview is there that pushes should go to."""
        return self.preview is not None and self.preview.life == "open"

    @property
    def was_stopped(self) -> bool:
        """True after `/preview stop`."""
        return self.preview is not None and self.preview.life == "stopped"
