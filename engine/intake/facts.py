"""What has to be asked of the forge before an event can be decided on. All of the I/O of intake is here."""

import time
from dataclasses import dataclass, replace

from engine.commands.buttons import BUTTONS
from engine.commands.parse import Command, Parsed
from engine.commands.table import Verb, entry_of
from engine.domain.event import ButtonPressed, Commented, PullRequest, PullRequestChanged, Pushed
from engine.domain.permission import Role
from engine.errors import ConfigurationError, OutsideError
from engine.forge.commits import BRANCH, Commits
from engine.forge.port import Change, Forge, RepositoryRef
from engine.planner.decision import Decision, Nothing, StartBuild
from engine.planner.known import PLAIN, Known, Project
from engine.planner.plan import command_of, plan
from engine.planner.pull_request import BUILDING, CLOSING, LABELLING, RECONSIDERING
from engine.project.config import PROJECT_FILE, ProjectConfig, read_project
from engine.project.environments import read_rules

#: Commands about the head: they need to know where it is, and, all but the last two, what the project says.
HEADED = frozenset(
    {Verb.PREVIEW, Verb.PREVIEW_RESTART, Verb.RETRY, Verb.APPROVE, Verb.REJECT, Verb.READINESS, Verb.FIX}
)
UNCONFIGURED = frozenset({Verb.READINESS, Verb.FIX})
#: Answers that name the project's environments; None is `/help`.
NAMING = frozenset({Verb.STATUS, Verb.HELP, None})

Deciding = PullRequestChanged | Commented | ButtonPressed


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
    change: Change | None = None
    #: The environments that the default branch's `slipway.yml` names, where that was asked for.
    environments: tuple[str, ...] = ()
    #: The default branch's head, where a command is about that; empty: it has none.
    branch_head: str = ""
    #: True when nothing that the forge could say would matter: nothing is to be done.
    moot: bool = False

    def added_to(self, known: Known) -> Known:
        """What is known with these answers."""
        return replace(
            known,
            login=self.login,
            role=self.role,
            current=self.current,
            project=self.project,
            change=self.change,
            named=self.environments,
            branch_head=self.branch_head,
        )


def ref_of(event: Pushed | Deciding) -> RepositoryRef:
    """The repository that the event is about."""
    return RepositoryRef(event.installation_id, event.repository.id, event.repository.full_name)


def verb_of(event: Commented | ButtonPressed) -> Verb | None:
    """The command that is asked for; None for help and mistakes."""
    if isinstance(event, ButtonPressed):
        return BUTTONS[event.button]
    return verb_in(command_of(event))


def verb_in(parsed: Parsed) -> Verb | None:
    """The command that was read; None for help and mistakes."""
    return parsed.entry.verb if isinstance(parsed, Command) else None


def gather(forge: Forge, commits: Commits, event: Deciding, known: Known) -> Facts:
    """Asks for what the decision needs and no more; `known` is what SQL says. Raises Unreachable, Denied or Gone."""
    if not isinstance(event, PullRequestChanged):
        return gather_asked(forge, commits, event, verb_of(event))
    if event.action == CLOSING:
        return Facts(time.time(), event.sender.login, current=_now_if_there(forge, event))
    if event.pull_request.head_repository_id != event.repository.id:
        return Facts(time.time(), event.sender.login)
    if event.action in BUILDING:
        return _of_push(forge, event, known)
    if event.action in RECONSIDERING:
        return _of_change(forge, event, known)
    return Facts(time.time(), event.sender.login)


def _now_if_there(forge: Forge, event: PullRequestChanged) -> PullRequest | None:
    """The pull request now; None when the forge can't say: then the close counts as it was told."""
    try:
        return forge.pull_request(ref_of(event), event.pull_request.number)
    except OutsideError:
        return None


def _of_push(forge: Forge, event: PullRequestChanged, known: Known) -> Facts:
    at = time.time()
    current = forge.pull_request(ref_of(event), event.pull_request.number)
    if current.head_sha != event.pull_request.head_sha or not current.open:
        return Facts(at, event.sender.login, current=current)
    login, role = _who(forge, event)
    if role < Role.WRITE and not current.author.bot:
        return Facts(at, login, role, current)
    return _with_change(forge, event, known, Facts(at, login, role, current, _project(forge, event, current)))


def _of_change(forge: Forge, event: PullRequestChanged, known: Known) -> Facts:
    """Labels, title, base or draft state changed: mostly it matters to nobody, and few calls tell so."""
    at = time.time()
    told = event.pull_request
    facts = Facts(at, event.sender.login)
    if event.action not in LABELLING and _is_moot(event, known, facts):
        return replace(facts, moot=True)
    facts = replace(facts, project=_project(forge, event, told))
    if _is_moot(event, known, facts):
        return replace(facts, moot=True)
    login, role = _who(forge, event)
    current = forge.pull_request(ref_of(event), told.number)
    return _with_change(forge, event, known, replace(facts, login=login, role=role, current=current))


def _is_moot(event: PullRequestChanged, known: Known, facts: Facts) -> bool:
    """True when it would change nothing, whatever the permission of whoever did it."""
    return isinstance(_foreseen(event, known, replace(facts, role=Role.ADMIN)), Nothing)


def _foreseen(event: PullRequestChanged, known: Known, facts: Facts) -> Decision:
    """What these answers would lead to. The event's own head may not be noted yet, so that it counts as the newest."""
    return plan(event, replace(facts.added_to(known), newest_sha=""))


def _with_change(forge: Forge, event: PullRequestChanged, known: Known, facts: Facts) -> Facts:
    """The commit's message and the changed paths are asked for only where they could still hold it back."""
    if not isinstance(_foreseen(event, known, facts), StartBuild):
        return facts
    told = event.pull_request
    change = forge.change(ref_of(event), told.number, told.head_sha, with_paths=bool(facts.project.paths))
    return replace(facts, change=change)


def _who(forge: Forge, event: PullRequestChanged) -> tuple[str, Role]:
    """Whose permission counts: who did it, else the author. GitHub Apps' accounts have no role."""
    login, role = event.pull_request.author.login, Role.NONE
    people = (event.sender, event.pull_request.author)
    for name in dict.fromkeys(person.login for person in people if not person.bot):
        login, role = name, forge.permission(ref_of(event), name)
        if role >= Role.WRITE:
            break
    return login, role


def gather_asked(forge: Forge, commits: Commits, event: Commented | ButtonPressed, verb: Verb | None) -> Facts:
    """The same for what a person asks; `verb` is None of help and mistakes."""
    at = time.time()
    repository = ref_of(event)
    role = forge.permission(repository, event.sender.login)
    if verb in NAMING and role >= Role.READ:
        return Facts(at, event.sender.login, role, environments=_named(forge, event))
    if verb is None or verb not in HEADED or role < entry_of(verb).role:
        return Facts(at, event.sender.login, role)
    if verb is Verb.READINESS and not number_of(event):
        return Facts(at, event.sender.login, role, branch_head=_branch_head(commits, event))
    current = forge.pull_request(repository, number_of(event))
    if not current.open or verb in UNCONFIGURED:
        return Facts(at, event.sender.login, role, current)
    return Facts(at, event.sender.login, role, current, _project(forge, event, current))


def _branch_head(commits: Commits, event: Commented | ButtonPressed) -> str:
    """Where the default branch is; empty: it has no commit."""
    found = commits.resolve(ref_of(event), f"{BRANCH}{event.repository.default_branch}")
    return "" if found is None else found.sha


def number_of(event: Deciding) -> int:
    """The pull request that the event is about; a button's was looked up."""
    match event:
        case PullRequestChanged():
            return event.pull_request.number
        case Commented():
            return event.number
        case ButtonPressed():
            return event.numbers[0]


def _project(forge: Forge, event: Deciding, current: PullRequest) -> Project:
    """The head decides on what to build and when, the default branch on who may (C2); of a fork it decides on all."""
    try:
        default = read_project(_file(forge, event, event.repository.default_branch))
        problems: tuple[str, ...] = ()
    except ConfigurationError as error:
        default, problems = ProjectConfig(), tuple(error.problems)
    if current.head_repository_id != event.repository.id:
        return _project_of(default, default, problems)
    try:
        head = read_project(_file(forge, event, current.head_sha))
    except ConfigurationError as error:
        return Project(access=default.preview_access, problems=tuple(error.problems), rules=default.preview_rules)
    return _project_of(default, head)


def _project_of(default: ProjectConfig, head: ProjectConfig, problems: tuple[str, ...] = ()) -> Project:
    return Project(
        start=head.preview_start,
        access=default.preview_access,
        problems=problems,
        rules=default.preview_rules,
        paths=head.preview_paths,
    )


def _named(forge: Forge, event: Deciding) -> tuple[str, ...]:
    """The names of the project's environments; none while that file can't be read."""
    try:
        return tuple(each.name for each in read_rules(_file(forge, event, event.repository.default_branch)))
    except ConfigurationError:
        return ()


def _file(forge: Forge, event: Deciding, ref: str) -> bytes | None:
    return forge.read_file(ref_of(event), PROJECT_FILE, ref)
