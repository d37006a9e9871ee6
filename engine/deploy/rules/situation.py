"""What the rules look at: values only, read from GitHub and, in the transaction that writes, from SQL."""

from dataclasses import dataclass

from engine.deploy.commit_facts import CommitFacts
from engine.domain.lock import Lock
from engine.domain.permission import Role
from engine.domain.release import Release
from engine.project.environments import Rules
from engine.reasons import Reason


@dataclass(frozen=True)
class Earlier:
    """The environment that must serve the same commit first."""

    name: str
    #: The newest deploy there that is over and that had begun; None: there was none.
    newest: Release | None
    #: The release that serves there; empty: none.
    serving_id: str
    #: True while a deploy of the commit is under way there.
    on_its_way: bool = False


@dataclass(frozen=True)
class Moved:
    """What was asked for is no longer where it was."""

    reason: Reason
    #: The ref, in words.
    what: str
    bound: str
    newest: str


@dataclass(frozen=True)
class Situation:
    """The world around one deploy."""

    #: Unix seconds.
    now: float
    #: Who asks, and their role.
    login: str
    role: Role
    rules: Rules
    #: True: the default branch names the environment no more.
    retired: bool = False
    #: True: a push started it, nobody asked.
    automatic: bool = False
    commit: CommitFacts | None = None
    #: True: the commit is in a fork, or its pull request is closed.
    fork: bool = False
    closed: bool = False
    moved: Moved | None = None
    #: None: none must come before.
    earlier: Earlier | None = None
    #: Who holds the environment's lock, then who waits for it.
    line: tuple[Lock, ...] = ()
    #: The release that this is about, once there is one: its own place in line isn't in its way.
    release_id: str = ""
    #: Why automatic deploys wait, and who said so; empty: they don't.
    hold: str = ""
    hold_by: str = ""
    #: What is wrong with the default branch's `slipway.yml`; a deploy needs it to be right.
    problems: tuple[str, ...] = ()
    #: A machine that only targets other than `local` have.
    instance_id: str = ""
