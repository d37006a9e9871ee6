"""How well this machine isolates, proven by running a command in a sandbox of each tier, best first."""

import json
import logging
import os

from worker.sandboxd.errors import IsolationMissing, SandboxdError
from worker.sandboxd.host.ground import Ground
from worker.sandboxd.host.keepers import Nursery
from worker.sandboxd.host.sandboxes import Sandboxes, Wish
from worker.sandboxd.keeper import frames

_PROBE = {"cmd": "/bin/bash", "args": ["-c", "exit 0"], "envs": {}, "cwd": "/home/user"}

log = logging.getLogger("sandboxd")


async def choose(ground: Ground, nursery: Nursery) -> Sandboxes:
    """The sandboxes in the best tier that works; raises IsolationMissing when only none does and it isn't allowed."""
    reasons: list[str] = []
    tiers = ["bwrap+prlimit", *(["bwrap+cgroup"] if ground.hierarchy else [])]
    for tier in reversed(tiers):
        sandboxes = Sandboxes(ground, nursery, tier)
        reason = await _try(sandboxes)
        if reason is None:
            return sandboxes
        reasons.append(f"{tier}: {reason}")
        log.warning("isolation by %s does not work here: %s", tier, reason)
    if not ground.settings.allow_unisolated:
        told = "; ".join(reasons)
        raise IsolationMissing(
            f"Isolating sandboxes: {told}. Allow unprivileged user namespaces or run as root; "
            "ALLOW_UNISOLATED=1 runs other people's code without isolation, for trying things out alone"
        )
    if os.geteuid() == 0:
        log.warning("sandboxes run WITHOUT isolation and AS ROOT")
    return Sandboxes(ground, nursery, "none")


async def _try(sandboxes: Sandboxes) -> str | None:
    sandbox = None
    try:
        sandbox = await sandboxes.create(Wish(template="probe", timeout=60))
        return await _run(sandboxes, sandbox.record.sandbox_id)
    except (SandboxdError, OSError, TimeoutError) as problem:
        return str(problem)
    finally:
        if sandbox is not None:
            await sandboxes.kill(sandbox.record.sandbox_id)


async def _run(sandboxes: Sandboxes, sandbox_id: str) -> str | None:
    keeper = sandboxes.find(sandbox_id).link
    said: list[str] = []
    cut = frames.FrameReader()
    async with keeper.open("start", process=_PROBE, stdin=False, timeout=20) as (reader, _):
        for text in cut.feed(await reader.read()):
            message = json.loads(text)
            if "error" in message:
                return str(message["error"]["message"])
            event = message.get("event", {})
            if "data" in event:
                said.append(str(event["data"]))
            if "end" in event:
                good = event["end"]["exitCode"] == 0
                return None if good else f"{event['end']['status']} {' '.join(said)}"
    return "the keeper broke off"
