"""What has to be asked of the forge before an event can be decided on. All of the I/O of intake is here."""

import time
from dataclasses import dataclass

from engine.commands.parse import Command, Parsed
from engine.commands.table import Verb
from engine.domain.event import Commented, PullRequest, PullRequestChanged, Pushed
from engine.domain.permission import Role
from engine.errors import ConfigurationError, OutsideError
from engine.forge.port import Forge, RepositoryRef
from engine.planner.known import PLAIN, Project
from engine.planner.plan import command_of
from engine.planner.pull_request import BUILDING, CLOSING
from engine.project.config import PROJECT_FILE, ProjectConfig, read_project


@dataclass(frozen=True)
class Facts:
    """The forge's answers."""

    #: Unix seconds: heads that we received later are newer than `current`.
    gathered_at: float
    #: Whose role it is.
    login: str
    role: Role = Role.NONE
    current: PullRequest | None = None
    project: Project = PLAIN


def ref_of(event: Pushed | PullRequestChanged | Commented) -> RepositoryRef:
    """The repository that the event is about."""
    return RepositoryRef(event.installation_id, event.repository.id, event.repository.full_name)


def gather(forge: Forge, event: PullRequestChanged | Commented) -> Facts:
    """Asks for what the decision needs and no more. Raises Unreachable, Denied or Gone."""
    if isinstance(event, Commented):
        return _of_comment(forge, event, command_of(event))
    if event.action == CLOSING:
        return Facts(time.time(), event.sender.login, current=_now_if_there(forge, event))
    if event.action not in BUILDING or event.pull_request.head_repository_id != event.repository.id:
        return Facts(time.time(), event.sender.login)
    return _of_push(forge, event)


def _now_if_there(forge: Forge, event: PullRequestChanged) -> PullRequest | None:
    """The pull request now; None when the forge can't say: then the close counts as it was told."""
    try:
        return forge.pull_request(ref_of(event), event.pull_request.number)
    except OutsideError:
        return None


def _of_push(forge: Forge, event: PullRequestChanged) -> Facts:
    at = time.time()
    repository = ref_of(event)
    current = forge.pull_request(repository, event.pull_request.number)
    if current.head_sha != event.pull_request.head_sha or not current.open:
        return Facts(at, event.sender.login, current=current)
    login, role = event.sender.login, forge.permission(repository, event.sender.login)
    author = event.pull_request.author.login
    if role < Role.WRITE and author != login:
        login, role = author, forge.permission(repository, author)
    if role < Role.WRITE:
        return Facts(at, login, role, current)
    return Facts(at, login, role, current, _project(forge, event, current.head_sha))


def _of_comment(forge: Forge, event: Commented, parsed: Parsed) -> Facts:
    at = time.time()
    repository = ref_of(event)
    role = forge.permission(repository, event.sender.login)
    wants_preview = isinstance(parsed, Command) and parsed.entry.verb is Verb.PREVIEW
    if not wants_preview or role < Role.WRITE:
        return Facts(at, event.sender.login, role)
    current = forge.pull_request(repository, event.number)
    if current.head_repository_id != event.repository.id or not current.open:
        return Facts(at, event.sender.login, role, current)
    return Facts(at, event.sender.login, role, current, _project(forge, event, current.head_sha))


def _project(forge: Forge, event: PullRequestChanged | Commented, sha: str) -> Project:
    """The head decides on when and how to build, the default branch on who may look (C2)."""
    repository = ref_of(event)
    try:
        head = read_project(forge.read_file(repository, PROJECT_FILE, sha))
    except ConfigurationError as error:
        return Project(problems=tuple(error.problems))
    try:
        default = read_project(forge.read_file(repository, PROJECT_FILE, event.repository.default_branch))
    except ConfigurationError:
        default = ProjectConfig()
    return Project(start=head.preview_start, access=default.preview_access)
