"""All commands of one sandbox: starting, finding, freezing and ending them."""

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from worker.sandboxd import processes
from worker.sandboxd.egress import Egress
from worker.sandboxd.errors import KeeperGone, NotFound
from worker.sandboxd.keeper.command import Command
from worker.sandboxd.keeper.egress_proxy import EgressProxy
from worker.sandboxd.keeper.journal import Journal
from worker.sandboxd.keeper.listeners import Doors
from worker.sandboxd.keeper.netns import NetworkNamespace
from worker.sandboxd.keeper.order import Order
from worker.sandboxd.keeper.spawn import Request, start

# Ended commands answer to a late `connect` for this many seconds.
_REMEMBERED = 30.0
_SWEEP_PATIENCE = 5.0
# A command that ends as killed within this many seconds of a kill for memory was killed for memory.
_OOM_ECHO = 3.0
# So many servers that ended by themselves are told of.
_TOLD = 8


# What tells whose process it was. Everything else of a command's environment is forgotten with the command.
_TAGS = ("SLIPWAY_", "PORT")


@dataclass(frozen=True)
class EndedServer:
    """A command with a port that ended, and not because somebody asked for it."""

    tags: Mapping[str, str]
    #: As a shell tells it: 128 + number for a signal.
    exit_code: int
    out_of_memory: bool
    tail: bytes = field(repr=False)


class Commands:
    """The commands of this sandbox."""

    def __init__(self, order: Order, doors: Doors, journal: Journal) -> None:
        self.order = order
        self.doors = doors
        self.journal = journal
        self.egress: Egress = order.egress
        self.frozen = False
        self._living: dict[int, Command] = {}
        self._ended: dict[int, Command] = {}
        #: Oldest first.
        self.ended_servers: deque[EndedServer] = deque(maxlen=_TOLD)
        self._lives: set[asyncio.Task[None]] = set()
        self._starting = 0
        self._stopped = False
        # A keeper that replaces a dead one finds what the group counted before.
        self._oom_kills = group.oom_kills() if (group := order.group) else 0
        self._oom_at = -_OOM_ECHO
        # Numbers go on growing over the lives of keepers, so that a remembered one never means another command.
        self._next = int(time.time() * 10) % (1 << 31)

    async def start(self, request: Request) -> Command:
        """Start a command; its readers should subscribe before anything else is awaited."""
        if self._is_stopped():
            raise KeeperGone("Starting a command: the sandbox is being killed")
        self._starting += 1
        try:
            started = await start(self.order, request)
            self._next += 1
            command = Command(self._next, request, started, self.egress)
            if self._is_stopped():
                command.kill()
            try:
                if group := self.order.group:
                    group.add(started.init)
                proxy = self._network(command)
            except OSError as problem:
                command.kill()
                proxy = None
                command.verdict = ("internal", f"Starting a command: {problem}")
            self._living[command.pid] = command
            self._lives.add(task := asyncio.create_task(self._live(command, proxy)))
            task.add_done_callback(self._lives.discard)
            return command
        finally:
            self._starting -= 1

    def __iter__(self) -> Iterator[Command]:
        return iter(list(self._living.values()))

    def newest_first(self) -> list[Command]:
        """The living commands, the last started first."""
        return sorted(self._living.values(), key=lambda command: command.pid, reverse=True)

    def find(self, pid: int | None, tag: str | None, ended: bool = False) -> Command:
        """The command with this number or tag; raises NotFound."""
        for known in (self._living, self._ended) if ended else (self._living,):
            for command in known.values():
                if command.pid == pid or (tag is not None and command.request.tag == tag):
                    return command
        raise NotFound(f"process with {f'tag {tag!r}' if tag else f'pid {pid}'} not found")

    def freeze(self, frozen: bool) -> None:
        """Stop or go on with everything."""
        if group := self.order.group:
            group.freeze(frozen)
        else:
            for command in self:
                for pid in (*processes.descendants(command.init), command.init):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGSTOP if frozen else signal.SIGCONT)
        self.frozen = frozen

    def kill_all(self, verdict: tuple[str, str] | None = None) -> None:
        """Kill every command."""
        for command in self:
            command.kill(verdict)

    def look_at_memory(self) -> None:
        """Note it when the kernel killed something because the sandbox was out of memory."""
        kills = group.oom_kills() if (group := self.order.group) else 0
        if kills > self._oom_kills:
            self.met_memory_limit(kills - self._oom_kills)
            self._oom_kills = kills

    def met_memory_limit(self, killed: int) -> None:
        """Note that processes were killed for memory; a command that ends as killed now ended of that."""
        self._oom_at = asyncio.get_running_loop().time()
        self.journal.note("out_of_memory", killed=killed)

    async def stop(self) -> None:
        """Refuse new commands, kill all, and come back when nothing is left below this keeper."""
        self._stopped = True
        if self.frozen:
            self.freeze(False)
        async with asyncio.timeout(_SWEEP_PATIENCE):
            while self._living or self._starting:
                self.kill_all()
                if self._lives:
                    await asyncio.wait(self._lives, timeout=0.2)
                else:
                    await asyncio.sleep(0.005)
            await self._sweep()

    async def _sweep(self) -> None:
        # Without a box, what escaped its session has become this process's child (it is a subreaper).
        while left := processes.children(os.getpid()):
            for child in left:
                for pid in (child, *processes.descendants(child)):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            _reap()
            await asyncio.sleep(0.002)

    def _is_stopped(self) -> bool:
        return self._stopped

    def _network(self, command: Command) -> EgressProxy | None:
        if self.order.isolated:
            command.namespace = NetworkNamespace(command.init, self.order.uid)
            proxy = EgressProxy(command, frozenset(self.order.registries), self.journal)
            proxy.listen(command.namespace.proxy_listener())
        else:
            proxy = None
        if command.port is not None:
            self.doors.open(command.port, command)
        return proxy

    async def _live(self, command: Command, proxy: EgressProxy | None) -> None:
        code = await command.live()
        if proxy is not None:
            proxy.close()
        if command.port is not None:
            self.doors.close(command.port, command)
        self.look_at_memory()
        out_of_memory = asyncio.get_running_loop().time() - self._oom_at < _OOM_ECHO
        del self._living[command.pid]
        self._ended[command.pid] = command
        command.end(code, out_of_memory)
        self._remember_server(command, code, out_of_memory)
        asyncio.get_running_loop().call_later(_REMEMBERED, self._ended.pop, command.pid, None)

    def _remember_server(self, command: Command, code: int, out_of_memory: bool) -> None:
        asked_for = command.signalled is not None and command.verdict is None
        if command.port is None or asked_for:
            return
        said = command.tail.content()
        if command.verdict is not None:
            said += f"\n[slipway] {command.verdict[1]}\n".encode()
        shown = code if code >= 0 else 128 - code
        tags = {name: value for name, value in command.request.environment.items() if name.startswith(_TAGS)}
        self.ended_servers.append(EndedServer(tags, shown, out_of_memory, said))


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
