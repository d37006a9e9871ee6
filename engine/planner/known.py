"""What is known when an event is decided on: values only, read from SQL and from the forge beforehand."""

from dataclasses import dataclass

from engine.domain.build import Build
from engine.domain.event import PullRequest
from engine.domain.gate import Gate, GateState
from engine.domain.lock import Lock
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.domain.release import Release
from engine.forge.port import Change
from engine.project.start_rules import USUAL, StartRules
from engine.reasons import Reason


@dataclass(frozen=True)
class Project:
    """What the project's configuration says, of each branch that has a say in it."""

    #: `auto` or `on_command`, from the head.
    start: str = "auto"
    #: `private` or `public`, from the default branch: no pull request opens itself to the public.
    access: str = "private"
    #: Every problem of the head's slipway.yml, one sentence each.
    problems: tuple[str, ...] = ()
    #: From the default branch: who may have a preview without asking is not for the pull request to say.
    rules: StartRules = USUAL
    #: Path filters, from the head; empty: every change counts.
    paths: tuple[str, ...] = ()


#: A project without a slipway.yml.
PLAIN = Project()


@dataclass(frozen=True)
class LogEnd:
    """The last lines of a build's log, or of one stage of it."""

    build: Build
    lines: tuple[str, ...]
    #: How many lines there are in all.
    total: int


@dataclass(frozen=True)
class EnvironmentView:
    """Where an environment stands. Times are Unix seconds."""

    name: str
    #: Where it is served.
    url: str
    #: What serves; None while nothing does.
    serving: Release | None
    #: Releases that aren't over, oldest first.
    unfinished: tuple[Release, ...] = ()
    #: Who holds it, place 0 first, then who waits.
    locks: tuple[Lock, ...] = ()
    #: Why automatic deploys wait, who said so and when; empty: they don't.
    hold: str = ""
    hold_by: str = ""
    hold_at: float = 0.0
    #: Its application died by itself, and why; empty: it didn't.
    death: str = ""
    #: True once the default branch's `slipway.yml` no longer names it.
    retired: bool = False


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
    #: The newest build that whoever asks could know of when they asked.
    seen: Build | None = None
    #: True once a person has asked for this preview, until it ends: then rules about starting don't stop its pushes.
    asked_for: bool = False
    #: Why the newest head wasn't built, when that was decided before.
    skipped: Reason | None = None
    #: What the pull request changes; None while it wasn't asked for.
    change: Change | None = None
    #: What `/logs` shows; None when nothing was ever built.
    log: LogEnd | None = None
    #: The gate before the newest head of a fork's pull request; None for a branch of the repository itself.
    fork_gate: Gate | None = None
    #: Of `/fix`: what the report of the bound head offers to write; None: nobody has looked at it yet.
    offers: tuple[str, ...] | None = None
    #: Of `/readiness`: the commit whose look was over moments ago; empty: none was.
    just_looked_at: str = ""
    #: Of `/readiness` without a pull request: the default branch's head; empty: it has none, or it wasn't asked.
    branch_head: str = ""
    #: Where it was when it was asked, if we heard that it moved since then; empty: it didn't.
    branch_then: str = ""
    #: The project's environments as they stand, and the names that its `slipway.yml` has for them now.
    environments: tuple[EnvironmentView, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def has_preview(self) -> bool:
        """True while a preview is there that pushes should go to."""
        return self.preview is not None and self.preview.life == "open"

    @property
    def has_built(self) -> str:
        """The commit of the newest build of a preview that is there; empty when there is none."""
        return self.newest.sha if self.has_preview and self.newest is not None else ""

    def needs_approval(self, pull_request: PullRequest) -> bool:
        """True of a fork's head that nobody has approved: nothing of it may run."""
        if pull_request.head_repository_id == self.repository_id:
            return False
        gate = self.fork_gate
        return gate is None or gate.sha != pull_request.head_sha or gate.state is not GateState.APPROVED

    def rejected_by(self, sha: str) -> str:
        """Who rejected a fork's commit; empty when nobody did."""
        gate = self.fork_gate
        if gate is None or gate.sha != sha or gate.state is not GateState.REJECTED:
            return ""
        return next((vote.login for vote in reversed(gate.votes) if not vote.approves), "")

    @property
    def was_stopped(self) -> bool:
        """True after `/preview stop`."""
        return self.preview is not None and self.preview.life == "stopped"
