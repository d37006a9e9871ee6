"""The Sandboxes port. Promise: reconnecting finds the sandbox or says that it is gone; a kill is final."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.errors import Gone


class SandboxGone(Gone):
    """The sandbox no longer exists."""


@dataclass(frozen=True)
class SandboxSpec:
    """What a new sandbox is for. `trust` names whose package cache it may share, such as `repository:42`."""

    preview_id: str
    trust: str
    #: Seconds it may live without being renewed.
    lifetime: float
    #: Found again by these after a crash, so that no sandbox is made twice or left behind.
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """One command to run inside: an argv list, never a shell string."""

    argv: Sequence[str]
    folder: str
    #: May hold secrets.
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    #: Seconds; 0: no end.
    timeout: float = 0


@dataclass(frozen=True)
class Finished:
    """How a command ended. `out_of_memory` when the sandbox's limit killed it."""

    exit_code: int
    out_of_memory: bool = False
    timed_out: bool = False


@dataclass(frozen=True)
class LastWords:
    """How a server ended that nobody ended, and the end of what it said."""

    finished: Finished
    #: May hold what the application was given.
    output: bytes = field(repr=False)


@dataclass(frozen=True)
class Upstream:
    """Where a visitor's bytes go. Text forms: `unix:/path` · `tcp:host:port` · `tls:host:port#traffic-token`."""

    text: str


class Process(Protocol):
    """A server that was started inside. `ended` and `wait` raise SandboxGone or Unreachable when nobody can know."""

    @property
    def pid(self) -> int:
        """Its process id inside the sandbox."""
        ...

    def ended(self) -> Finished | None:
        """How it ended, None while it runs."""
        ...

    def wait(self, seconds: float) -> Finished | None:
        """How it ended, as soon as it does; None when it still runs after `seconds`."""
        ...

    def detach(self) -> None:
        """No more output is wanted; the server lives on."""
        ...


class Sandbox(Protocol):
    """One sandbox that lives. Every method raises SandboxGone once it doesn't, Unreachable when its host is away."""

    @property
    def id(self) -> str:
        """Its id at the host."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Writes a file."""
        ...

    def run(self, command: Command, on_output: Callable[[bytes], None]) -> Finished:
        """Runs to the end; output as it comes."""
        ...

    def start(self, command: Command, on_output: Callable[[bytes], None]) -> Process:
        """Starts a server, which outlives this process; output while this process listens."""
        ...

    def stop(self, unwanted: Callable[[Mapping[str, str]], bool], grace: float) -> int:
        """Ends the processes whose command's environment is `unwanted`: SIGTERM, after `grace` seconds SIGKILL.

        Returns how many there were, when they are gone.
        """
        ...

    def allow_egress(self, hosts: Sequence[str]) -> None:
        """The hosts that commands started from now on may reach; none: no network at all."""
        ...

    def upstream(self, port: int) -> Upstream:
        """Where the gateway and the probe reach `port` inside."""
        ...


class Sandboxes(Protocol):
    """The host of sandboxes."""

    def create(self, spec: SandboxSpec) -> Sandbox:
        """A new, empty sandbox."""
        ...

    def connect(self, sandbox_id: str) -> Sandbox:
        """The living sandbox of that id. Raises SandboxGone."""
        ...

    def kill(self, sandbox_id: str) -> None:
        """Ends it with all that runs in it; one that is gone already is fine. Returns when that is proven."""
        ...

    def find(self, metadata: dict[str, str]) -> dict[str, dict[str, str]]:
        """The living sandboxes that carry all of `metadata`: id → all that each carries."""
        ...

    def registries(self) -> tuple[str, ...]:
        """Hosts of the package registries that builds may reach."""
        ...

    def memory_used(self, sandbox_id: str) -> int | None:
        """Bytes of memory that a sandbox uses now; None when its host can't say. Raises SandboxGone."""
        ...

    def memory_kills(self, sandbox_id: str) -> int | None:
        """How many processes a sandbox's memory limit has ended so far; None when its host can't say.

        Raises SandboxGone.
        """
        ...

    def last_words(self, sandbox_id: str, tags: Mapping[str, str]) -> LastWords | None:
        """Of the server that ended last and whose environment carries all of `tags`; None when nobody knows.

        Only PORT and what begins with `SLIPWAY_` is remembered of an environment.
        """
        ...
