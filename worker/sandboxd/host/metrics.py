"""What a sandbox uses now."""

import os
import time
from typing import Any

from worker.sandboxd import processes
from worker.sandboxd.errors import SandboxdError
from worker.sandboxd.host.sandboxes import Sandbox, Sandboxes

_TICK = os.sysconf("SC_CLK_TCK")


async def measure(sandbox: Sandbox, sandboxes: Sandboxes) -> dict[str, Any]:
    """One sample, in E2B's words plus bytes carried to and from the application; absent where unknown."""
    limits = sandboxes.ground.settings.limits
    now = time.time()
    report = await _report(sandbox)
    memory, cache = sandbox.group.memory() if sandbox.group else (_resident(report), 0)
    moment = time.gmtime(now)
    found = {
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", moment),
        "timestampUnix": int(now),
        "cpuCount": max(1, round(limits.cpu)),
        "cpuUsedPct": _cpu_percent(sandbox, report),
        "memUsed": memory,
        "memTotal": limits.memory,
        "memCache": cache,
        "diskUsed": sandbox.disk,
        "diskTotal": limits.disk,
    }
    if report:
        found |= {
            "networkInBytes": report["received"],
            "networkOutBytes": report["sent"],
            "oomKills": report["oom_kills"],
        }
    return found


async def _report(sandbox: Sandbox) -> dict[str, Any]:
    try:
        return await sandbox.link.ask("report")
    except SandboxdError:
        return {}


def _cpu_percent(sandbox: Sandbox, report: dict[str, Any]) -> float:
    used = sandbox.group.cpu_seconds() if sandbox.group else _cpu_seconds(report)
    now = time.monotonic()
    before, sandbox.cpu = sandbox.cpu, (now, used)
    if before is None or now - before[0] < 0.01:
        return 0.0
    return round(100 * max(0.0, used - before[1]) / (now - before[0]), 2)


def _trees(report: dict[str, Any]) -> list[int]:
    return [pid for init in report.get("inits", ()) for pid in (init, *processes.descendants(init))]


def _resident(report: dict[str, Any]) -> int:
    return sum(processes.resident(pid) for pid in _trees(report))


def _cpu_seconds(report: dict[str, Any]) -> float:
    return sum(processes.cpu_ticks(pid) for pid in _trees(report)) / _TICK
