"""The kinds of work that are crashed, and what must be true of each when all is over."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.faults.crash.hub import Hub
from tests.faults.crash.life import Life, Role
from tests.faults.crash.scenes import (
    Case,
    buried,
    closed,
    commented,
    commented_twice,
    has_died,
    has_sandbox,
    is_building,
    is_to_be_looked_at,
    is_to_be_mended,
    posted_twice,
    pushed,
    quiet,
    revived,
    serves_old,
    through,
    was_looked_at,
    worn_out,
)


@dataclass(frozen=True)
class Expected:
    """The end. Check runs: commit ("head" or "old") → conclusion, None while it goes on."""

    builds: tuple[str, ...]
    runs: dict[str, str | None]
    reactions: tuple[str, ...] = ()
    #: Jobs that wait for a role that nobody plays here.
    waiting: int = 0
    #: Which commit answers visitors; empty: none.
    serves: str = ""
    sandboxes: int = 0
    #: True when a sandbox may stay in which nothing runs.
    spare: bool = False
    #: Of the preview.
    life: str = "open"
    #: Conclusions of the head's readiness checks.
    readiness: tuple[str | None, ...] = ()
    #: Commits of Slipway's.
    fixes: int = 0


@dataclass(frozen=True)
class Kind:
    """One kind of work. `act` is done by the process that dies and again by the one after it."""

    name: str
    armed: Role
    begin: Callable[[Hub], Case]
    act: Callable[[Life, Case], None]
    expected: Expected
    #: Done once, before the fuse burns.
    before: Callable[[Life, Case], None] = field(default=lambda life, case: None)
    #: Whose application doesn't start.
    broken: bool = False


ALL = (Role.QUICK, Role.WORK, Role.SENDER)
REPORTED = (Role.QUICK, Role.SENDER)
QUEUED = Expected(builds=("queued",), runs={"head": None}, reactions=("eyes",), waiting=1)
READY = Expected(("ready",), {"head": "success"}, ("eyes", "rocket"), serves="head", sandboxes=1)

KINDS: tuple[Kind, ...] = (
    Kind("take in a delivery", Role.WEB, commented("/preview"), through(*REPORTED), QUEUED),
    Kind("intake of /preview", Role.QUICK, commented("/preview"), through(*REPORTED), QUEUED),
    Kind("intake of /help", Role.QUICK, commented("/help"), through(*REPORTED), Expected((), {}, ("eyes", "rocket"))),
    Kind("intake of a push", Role.QUICK, pushed, through(*REPORTED), replace(QUEUED, reactions=())),
    Kind(
        "a close, with the removal",
        Role.QUICK,
        closed,
        through(*REPORTED),
        Expected(("ready",), {"head": "success"}, life="removed"),
        before=has_sandbox,
    ),
    Kind(
        "/preview stop, with the removal",
        Role.QUICK,
        commented("/preview stop"),
        through(*REPORTED),
        Expected(("ready",), {"head": "success"}, ("eyes", "rocket"), life="stopped"),
        before=has_sandbox,
    ),
    Kind("the first build", Role.WORK, commented("/preview"), through(*ALL), READY, before=through(Role.QUICK)),
    Kind(
        "the next build beside the old one",
        Role.WORK,
        pushed,
        through(*ALL),
        Expected(("ready", "ready"), {"old": "success", "head": "success"}, serves="head", sandboxes=1),
        before=serves_old,
    ),
    Kind(
        "a build that fails",
        Role.WORK,
        commented("/preview"),
        through(*ALL),
        Expected(("failed",), {"head": "failure"}, ("-1", "eyes"), sandboxes=1),
        before=through(Role.QUICK),
        broken=True,
    ),
    Kind(
        "/cancel of a build whose worker hangs",
        Role.QUICK,
        commented_twice("/preview", "/cancel"),
        through(*ALL, Role.REAPER),
        Expected(("cancelled",), {"head": "cancelled"}, ("eyes", "rocket"), spare=True),
        before=is_building,
    ),
    Kind(
        "starting an application again that died",
        Role.WORK,
        quiet,
        revived,
        Expected(("ready",), {"head": "success"}, serves="head", sandboxes=1),
        before=has_died,
    ),
    Kind(
        "noticing that an application died",
        Role.REAPER,
        quiet,
        revived,
        Expected(("ready",), {"head": "success"}, serves="head", sandboxes=1),
        before=has_died,
    ),
    Kind(
        "posting comment, check run and reactions, new and changed",
        Role.SENDER,
        commented("/preview"),
        posted_twice,
        Expected(("ready",), {"head": "success"}, ("eyes", "rocket"), waiting=1),
        before=through(Role.QUICK),
    ),
    Kind(
        "intake of /readiness",
        Role.QUICK,
        commented("/readiness"),
        through(*REPORTED),
        Expected((), {}, ("eyes",), waiting=1, readiness=(None,)),
    ),
    Kind(
        "a look at what serves, with its trial",
        Role.WORK,
        commented("/readiness"),
        through(*ALL),
        replace(READY, readiness=("success",)),
        before=is_to_be_looked_at,
    ),
    Kind(
        "posting what was seen",
        Role.SENDER,
        commented("/readiness"),
        through(*ALL),
        Expected((), {}, ("eyes", "rocket"), readiness=("success",)),
        before=was_looked_at,
    ),
    Kind(
        "/fix",
        Role.WORK,
        commented_twice("/readiness", "/fix gitignore"),
        through(*ALL),
        Expected((), {}, ("eyes", "rocket"), readiness=("success",), fixes=1),
        before=is_to_be_mended,
    ),
    Kind(
        "burying a job whose worker died each time",
        Role.DEADLINES,
        commented("/preview"),
        buried,
        Expected(("failed",), {"head": "failure"}, ("-1", "eyes")),
        before=worn_out,
    ),
)
