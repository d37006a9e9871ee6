"""Sandboxes in memory: files are kept, commands are acted out by a function."""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import Unreachable
from engine.sandboxes.memory_programs import Call, Script, program_of
from engine.sandboxes.port import Command, Finished, LastWords, SandboxGone, SandboxSpec, Upstream


@dataclass
class MemoryProcess:
    """The Process port: a thread that acts a command out."""

    pid: int
    call: Call
    thread: threading.Thread
    finished: Finished | None = None

    def ended(self) -> Finished | None:
        """How it ended, None while it runs."""
        return self.finished

    def wait(self, seconds: float) -> Finished | None:
        """How it ended, as soon as it does; None when it still runs after `seconds`."""
        self.thread.join(seconds)
        return self.finished

    def detach(self) -> None:
        """No more output is wanted; the server lives on."""
        self.call.detach()


@dataclass
class MemorySandbox:
    """The Sandbox port. `files` are its files by absolute path, `egress` what was allowed last."""

    id: str
    spec: SandboxSpec
    folder: Path
    script: Script
    files: dict[str, bytes] = field(default_factory=dict)
    egress: tuple[str, ...] = ()
    processes: list[MemoryProcess] = field(default_factory=list)
    alive: bool = True
    #: Tests set it to act a host that is away.
    away: bool = False
    _pids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(100))

    def write(self, path: str, data: bytes) -> None:
        """Writes a file."""
        self._require_life()
        self.files[path] = bytes(data)

    def run(self, command: Command, on_output: Callable[[bytes], None]) -> Finished:
        """Runs to the end; output as it comes."""
        process = self.start(command, on_output)
        finished = process.wait(command.timeout or threading.TIMEOUT_MAX)
        if finished is None:
            process.call.kill()
            process.thread.join()
            return Finished(-1, timed_out=True)
        return finished

    def start(self, command: Command, on_output: Callable[[bytes], None]) -> MemoryProcess:
        """Starts a server; output until `detach`."""
        self._require_life()
        call = Call(command, self.files, self.egress, self._door, on_output)
        script = program_of(command) or self.script
        thread = threading.Thread(target=lambda: self._act(process, script), daemon=True)
        process = MemoryProcess(next(self._pids), call, thread)
        self.processes.append(process)
        thread.start()
        return process

    def stop(self, unwanted: Callable[[Mapping[str, str]], bool], grace: float) -> int:
        """Ends the processes whose environment is `unwanted`: asks, after `grace` seconds insists."""
        self._require_life()
        victims = [each for each in self.running() if unwanted(each.call.command.environment)]
        for process in victims:
            process.call.terminate()
            process.thread.join(grace)
            process.call.kill()
            process.thread.join()
        return len(victims)

    def allow_egress(self, hosts: Sequence[str]) -> None:
        """The hosts that commands started from now on may reach; none: no network at all."""
        self._require_life()
        self.egress = tuple(hosts)

    def upstream(self, port: int) -> Upstream:
        """Where the gateway and the probe reach `port` inside."""
        return Upstream(f"unix:{self._door(port)}")

    def running(self) -> list[MemoryProcess]:
        """The processes that live."""
        return [process for process in self.processes if process.finished is None]

    def _door(self, port: int) -> Path:
        return self.folder / f"{self.id}-{port}.sock"

    def _act(self, process: MemoryProcess, script: Script) -> None:
        finished = script(process.call)
        process.call.close()
        process.finished = Finished(137) if process.call.killed else finished

    def _require_life(self) -> None:
        if self.away:
            raise Unreachable("asking the sandbox: its host is away")
        if not self.alive:
            raise SandboxGone(f"asking the sandbox {self.id}: it is gone")


class MemorySandboxes:
    """The Sandboxes port. `script` acts out every command that isn't a small program of files (unpacking, test, rm)."""

    def __init__(self, script: Script, folder: Path, registries: Sequence[str] = ("packages.test",)) -> None:
        self._script = script
        self._folder = folder
        self._registries = tuple(registries)
        self._ids = itertools.count(1)
        self.living: dict[str, MemorySandbox] = {}
        #: Tests set it to act a host that is away.
        self.away = False
        #: Tests set what sandboxes use, in bytes, one answer after the other; the last one stays.
        self.memory: list[int] = []
        #: The same of how many processes were ended for want of memory.
        self.kills: list[int] = []

    def create(self, spec: SandboxSpec) -> MemorySandbox:
        """A new, empty sandbox."""
        self._require_host()
        sandbox = MemorySandbox(f"i{next(self._ids):04}", spec, self._folder, self._script)
        self.living[sandbox.id] = sandbox
        return sandbox

    def connect(self, sandbox_id: str) -> MemorySandbox:
        """The living sandbox of that id. Raises SandboxGone."""
        self._require_host()
        if sandbox_id not in self.living:
            raise SandboxGone(f"connecting to the sandbox {sandbox_id}: it is gone")
        return self.living[sandbox_id]

    def kill(self, sandbox_id: str) -> None:
        """Ends it with all that runs in it; one that is gone already is fine."""
        self._require_host()
        sandbox = self.living.pop(sandbox_id, None)
        if sandbox is None:
            return
        sandbox.stop(lambda environment: True, 0)
        sandbox.alive = False

    def find(self, metadata: dict[str, str]) -> dict[str, dict[str, str]]:
        """The living sandboxes that carry all of `metadata`: id → all that each carries."""
        self._require_host()
        carried = {sandbox.id: sandbox.spec.metadata for sandbox in self.living.values()}
        return {sandbox_id: dict(each) for sandbox_id, each in carried.items() if metadata.items() <= each.items()}

    def registries(self) -> tuple[str, ...]:
        """Hosts of the package registries that builds may reach."""
        return self._registries

    def memory_used(self, sandbox_id: str) -> int | None:
        """Bytes of memory that a sandbox uses now; None when nobody has said so."""
        self._require_host()
        if sandbox_id not in self.living:
            raise SandboxGone(f"asking the sandbox {sandbox_id} for its memory: it is gone")
        return _next_of(self.memory)

    def memory_kills(self, sandbox_id: str) -> int | None:
        """How many processes its memory limit has ended so far; None when nobody has said so."""
        self._require_host()
        if sandbox_id not in self.living:
            raise SandboxGone(f"asking the sandbox {sandbox_id} what ran out of memory: it is gone")
        return _next_of(self.kills)

    def last_words(self, sandbox_id: str, tags: Mapping[str, str]) -> LastWords | None:
        """Of the server that ended last and whose environment carries all of `tags`; None when nobody knows."""
        self._require_host()
        sandbox = self.living.get(sandbox_id)
        for process in reversed(sandbox.processes if sandbox else []):
            environment = process.call.command.environment
            by_itself = process.finished is not None and not process.call.asked_to_end.is_set()
            if by_itself and "PORT" in environment and tags.items() <= environment.items():
                return LastWords(process.finished or Finished(0), process.call.said())
        return None

    def _require_host(self) -> None:
        if self.away:
            raise Unreachable("asking the sandbox host: it is away")


def _next_of(answers: list[int]) -> int | None:
    return answers.pop(0) if len(answers) > 1 else next(iter(answers), None)
