"""All sandboxes of this installation: making, finding, pausing, resuming, ending; restored from disk at the start."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from worker.sandboxd import egress
from worker.sandboxd.errors import AlreadyExists, KeeperGone, KillUnproven, NotFound, SandboxdError
from worker.sandboxd.host.ending import end
from worker.sandboxd.host.ground import Ground
from worker.sandboxd.host.keepers import KeeperLink, Nursery
from worker.sandboxd.host.orders import make_folders, make_order
from worker.sandboxd.host.record import Folders, Record, load, save
from worker.sandboxd.isolation.cgroups import Group
from worker.sandboxd.isolation.uids import trust_name

log = logging.getLogger("sandboxd")


@dataclass(frozen=True)
class Wish:
    """A sandbox as it was asked for."""

    template: str
    timeout: int
    metadata: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    network: dict[str, Any] = field(default_factory=dict)
    pause_at_end: bool = False
    auto_resume: bool = False
    idempotency_key: str | None = None


@dataclass
class Sandbox:
    """One sandbox that this host answers for."""

    record: Record
    folders: Folders
    group: Group | None
    link: KeeperLink
    #: Held while the sandbox changes between running, paused and ended, or gets a keeper.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: When it ends, on the clock that nobody sets: seconds since boot.
    deadline: float = 0.0
    #: Bytes on disk, as last sampled.
    disk: int = 0
    #: Its last processor sample: (monotonic seconds, processor seconds).
    cpu: tuple[float, float] | None = None


class Sandboxes:
    """The sandboxes of this installation."""

    def __init__(self, ground: Ground, nursery: Nursery, tier: str) -> None:
        self.ground = ground
        self.tier = tier
        self._nursery = nursery
        self._known: dict[str, Sandbox] = {}
        self._by_key: dict[str, str] = {}
        self._creating = asyncio.Lock()
        self._tending: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[Sandbox]:
        return iter([sandbox for sandbox in self._known.values() if not sandbox.record.ending])

    def find(self, sandbox_id: str) -> Sandbox:
        """The living sandbox with this id; raises NotFound."""
        sandbox = self._known.get(sandbox_id)
        if sandbox is None or sandbox.record.ending:
            raise NotFound(f"Sandbox {sandbox_id} not found")
        return sandbox

    async def create(self, wish: Wish) -> Sandbox:
        """Make a sandbox, or answer the living one that was made with the same idempotency key."""
        egress.parse_network(wish.network)
        async with self._creating:
            if wish.idempotency_key and (known := self._by_key.get(wish.idempotency_key)) in self._known:
                with contextlib.suppress(NotFound):
                    return self.find(str(known))
            record = self._new_record(wish)
            sandbox = self._sandbox(record)
            make_folders(self.ground, record)
            save(sandbox.folders.base, record)
            self._remember(sandbox)
        try:
            async with sandbox.turn:
                await self._give_keeper(sandbox)
        except (SandboxdError, OSError):
            with contextlib.suppress(SandboxdError):
                await self.kill(record.sandbox_id)
            raise
        return sandbox

    async def kill(self, sandbox_id: str) -> None:
        """End a sandbox; returns when nothing of it is left, else raises KillUnproven and goes on trying."""
        sandbox = self._known.get(sandbox_id)
        if sandbox is None:
            raise NotFound(f"Sandbox {sandbox_id} not found")
        if not sandbox.record.ending:
            self.change(sandbox, ending=True)
        async with sandbox.turn:
            if sandbox_id not in self._known:
                return
            await end(sandbox.link, sandbox.group, sandbox.folders.base)
            del self._known[sandbox_id]

    async def keeper(self, sandbox: Sandbox) -> KeeperLink:
        """The sandbox's living keeper; a new one when the old one died."""
        _require_running(sandbox)
        if sandbox.link.pid() is None:
            async with sandbox.turn:
                # It may have been paused or killed while this waited: what was killed must not come back.
                _require_running(sandbox)
                if sandbox.link.pid() is None:
                    await self._give_keeper(sandbox)
        return sandbox.link

    async def ask(self, sandbox: Sandbox, op: str, **fields: object) -> dict[str, Any]:
        """Ask the sandbox's keeper. One that dies over the question is replaced, and its successor answers: of what the
        dead one kept nothing is left, so the question does nothing twice.
        """
        keeper = await self.keeper(sandbox)
        pid = keeper.pid()
        try:
            return await keeper.ask(op, **fields)
        except KeeperGone:
            if not await keeper.is_over(pid):
                raise
        return await (await self.keeper(sandbox)).ask(op, **fields)

    async def pause(self, sandbox: Sandbox) -> None:
        """Freeze a sandbox with its memory; raises AlreadyExists when it is paused."""
        async with sandbox.turn:
            if sandbox.record.paused:
                raise AlreadyExists(f"Sandbox {sandbox.record.sandbox_id} is already paused")
            await sandbox.link.ask("freeze", frozen=True)
            self.change(sandbox, paused=True)

    async def resume(self, sandbox: Sandbox) -> bool:
        """Let a sandbox go on; false when it was not paused."""
        async with sandbox.turn:
            if not sandbox.record.paused:
                return False
            if sandbox.link.pid() is None:
                await self._give_keeper(sandbox)
            await sandbox.link.ask("freeze", frozen=False)
            self.change(sandbox, paused=False)
            return True

    async def set_network(self, sandbox: Sandbox, body: Mapping[str, Any]) -> None:
        """Set what commands that start from now on may reach."""
        wanted = egress.parse_network(body)
        kept = {name: value for name, value in sandbox.record.network.items() if name == "allowPublicTraffic"}
        if not sandbox.record.paused and sandbox.link.pid() is not None:
            await self.ask(sandbox, "network", network=egress.to_json(wanted))
        self.change(sandbox, network={**kept, **body})

    def change(self, sandbox: Sandbox, **fields: Any) -> None:
        """Change a sandbox's record, on disk first."""
        record = replace(sandbox.record, **fields)
        with contextlib.suppress(FileNotFoundError):
            save(sandbox.folders.base, record)
        sandbox.record = record
        if "end_at" in fields:
            sandbox.deadline = _since_boot(record.end_at)

    async def restore(self) -> None:
        """Take over what an earlier host process left: running sandboxes go on, unfinished ends are finished."""
        for folder in sorted(self.ground.sandboxes.iterdir()):
            record = load(folder)
            if record is None:
                with contextlib.suppress(KillUnproven):
                    await end(KeeperLink(folder), self._group(folder.name), folder)
                continue
            sandbox = self._sandbox(record)
            self._remember(sandbox)
            alive = sandbox.link.pid() is not None
            log.info("sandbox %s: %s", record.sandbox_id, "adopted" if alive else "found without processes")
            if record.ending:
                with contextlib.suppress(KillUnproven):
                    await self.kill(record.sandbox_id)
            elif alive:
                await self._adopt(sandbox)

    async def tend(self) -> None:
        """End or pause what is past its time, and go on with ends that could not be proven; waits for none of it."""
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
        for sandbox in list(self._known.values()):
            over = not sandbox.record.paused and sandbox.deadline <= now
            if (sandbox.record.ending or over) and not sandbox.turn.locked():
                self._tending.add(task := asyncio.create_task(self._expire(sandbox)))
                task.add_done_callback(self._tending.discard)

    async def _expire(self, sandbox: Sandbox) -> None:
        pauses = sandbox.record.pause_at_end and not sandbox.record.ending
        try:
            await (self.pause(sandbox) if pauses else self.kill(sandbox.record.sandbox_id))
        except (SandboxdError, OSError) as problem:
            log.warning("%s", problem)

    async def _adopt(self, sandbox: Sandbox) -> None:
        wanted = egress.to_json(egress.parse_network(sandbox.record.network))
        try:
            await sandbox.link.ask("network", network=wanted)
        except (SandboxdError, TimeoutError) as problem:
            log.warning(
                "sandbox %s: its keeper does not answer and is replaced: %s", sandbox.record.sandbox_id, problem
            )
            sandbox.link.kill()

    async def _give_keeper(self, sandbox: Sandbox) -> None:
        make_folders(self.ground, sandbox.record)
        if sandbox.group is not None:
            sandbox.group.create(self.ground.settings.limits)
        await self._nursery.bear(make_order(self.ground, sandbox.record, self.tier))

    def _new_record(self, wish: Wish) -> Record:
        now = time.time()
        trust = wish.metadata.get("slipway_trust")
        name = trust_name(trust) if trust else None
        private = wish.network.get("allowPublicTraffic") is False
        return Record(
            sandbox_id="i" + secrets.token_hex(10),
            template=wish.template,
            access_token=secrets.token_hex(24),
            traffic_token=secrets.token_hex(24) if private else None,
            metadata=wish.metadata,
            environment=wish.environment,
            network=wish.network,
            uid=self._uid(name),
            trust=name,
            started_at=now,
            end_at=now + wish.timeout,
            pause_at_end=wish.pause_at_end,
            auto_resume=wish.auto_resume,
            idempotency_key=wish.idempotency_key,
        )

    def _uid(self, trust: str | None) -> int | None:
        # One user a trust level: its sandboxes share a package cache whose files some tools close to others.
        uids = self.ground.uids
        if uids is None:
            return None
        owners = {path.name: path.stat().st_uid for path in self.ground.caches.iterdir()}
        if trust in owners:
            return owners[trust]
        taken = {sandbox.record.uid for sandbox in self._known.values() if sandbox.record.uid is not None}
        return uids.free(taken | set(owners.values()))

    def _sandbox(self, record: Record) -> Sandbox:
        folder = self.ground.sandboxes / record.sandbox_id
        link = KeeperLink(folder)
        deadline = _since_boot(record.end_at)
        return Sandbox(record, Folders(folder), self._group(record.sandbox_id), link, deadline=deadline)

    def _group(self, name: str) -> Group | None:
        if self.ground.hierarchy is None or self.tier != "bwrap+cgroup":
            return None
        return self.ground.hierarchy.group(self.ground.instance, name)

    def _remember(self, sandbox: Sandbox) -> None:
        self._known[sandbox.record.sandbox_id] = sandbox
        if sandbox.record.idempotency_key:
            self._by_key[sandbox.record.idempotency_key] = sandbox.record.sandbox_id


def _require_running(sandbox: Sandbox) -> None:
    if sandbox.record.paused or sandbox.record.ending:
        raise KeeperGone("The sandbox was not found")


def _since_boot(moment: float) -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME) + moment - time.time()
