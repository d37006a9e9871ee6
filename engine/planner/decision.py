"""What is to be done about an event. A closed union: whoever acts on it matches every case."""

from dataclasses import dataclass

from engine.reasons import Reason


@dataclass(frozen=True)
class StartBuild:
    """Build this commit."""

    sha: str
    #: `private` or `public`.
    access: str
    #: Whose permission allows it.
    login: str


@dataclass(frozen=True)
class FollowBuild:
    """What was asked for is there or on its way already: answer with how that build goes."""

    build_id: str


@dataclass(frozen=True)
class CancelBuild:
    """End this build; the answer goes as that goes."""

    build_id: str


@dataclass(frozen=True)
class RemovePreview:
    """The pull request is closed, or its labels say so: its preview goes."""


@dataclass(frozen=True)
class StopPreview:
    """Somebody wants the preview gone while the pull request stays open."""

    #: Markdown of ours.
    answer: str


@dataclass(frozen=True)
class Answer:
    """Tell the person something."""

    #: Markdown of ours; foreign text in it is escaped.
    markdown: str


@dataclass(frozen=True)
class Refuse:
    """Tell the person no, with the reason."""

    reason: Reason
    #: Markdown of ours; foreign text in it is escaped.
    sentence: str
    #: The commit that gets a terminal check run with this reason; empty: none.
    sha: str = ""
    #: Every problem, one a line, for that check run.
    detail: str = ""


@dataclass(frozen=True)
class Skip:
    """Build nothing of this commit, and say why on its check run."""

    sha: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True)
class DecideGate:
    """Somebody opens or closes the gate before a fork's commit."""

    gate_id: str
    approves: bool
    #: Markdown of ours; foreign text in it is escaped.
    answer: str
    #: What goes on at once with the gate open; None: it waits for a command.
    start: StartBuild | None = None
    #: Why it waits, for its check run.
    held: Skip | None = None


@dataclass(frozen=True)
class InspectCommit:
    """Look whether this commit is ready to ship; the answer goes as that goes."""

    sha: str
    #: False: the look of moments ago is told, and none begins.
    anew: bool = True


@dataclass(frozen=True)
class MakeFix:
    """Write this fix on top of this head; the answer goes as that goes."""

    #: Of engine.commands.table.FIXES.
    name: str
    sha: str


@dataclass(frozen=True)
class Nothing:
    """It asks nothing of us; `why` is one short sentence for the operator."""

    why: str


Decision = (
    StartBuild
    | FollowBuild
    | CancelBuild
    | RemovePreview
    | StopPreview
    | DecideGate
    | InspectCommit
    | MakeFix
    | Answer
    | Refuse
    | Skip
    | Nothing
)
