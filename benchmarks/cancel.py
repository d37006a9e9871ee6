"""Cancelling a build that ignores SIGTERM, takes a session of its own and forks 50 children that do the same.

Through a real sandbox host, real RQ workers and a real database: from the transaction in which somebody's `/cancel` is
written down to the transaction that says so, proven; then whether anything is left (in /proc and in the sandbox's
control group), and how soon the next job of the preview runs. Beside it, as the floor, `kill -9` of the same tree from
a shell.

    python -m benchmarks.cancel [--rounds 20]
"""

import argparse
import math
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from benchmarks.cancelling.house import CHILDREN, HOSTILE, House
from benchmarks.cancelling.rooms import sandbox_host, workers
from benchmarks.cancelling.waiting import wait_for
from benchmarks.deliveries import servers
from engine.domain.build import Build, BuildState
from engine.settings import read_settings
from engine.store import builds

#: Seconds: what must hold.
PROVEN, NEXT = 10.0, 2.0


@dataclass(frozen=True)
class Round:
    """One cancel. Times in seconds."""

    proven: float
    left: int
    next_job: float


def main() -> None:
    """Measures and prints; exit 1 when a goal isn't reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    wanted = parser.parse_args()
    token = f"hostile-{secrets.token_hex(6)}"
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        (folder / "redis").mkdir()
        environment = {
            **os.environ,
            "DATA_DIR": name,
            "REDIS_URL": stack.enter_context(servers.redis(folder / "redis")),
            "SANDBOXD_PORT": str(servers.free_port()),
            "SANDBOXD_API_KEY": secrets.token_hex(16),
        }
        settings = read_settings(environment)
        stack.enter_context(sandbox_host(settings, environment))
        house = House(settings, token)
        stack.enter_context(workers(environment))
        goals = [measure(house, wanted.rounds), supersede(house, wanted.rounds), floor(folder, token, wanted.rounds)]
    sys.exit(0 if all(goals) else 1)


def measure(house: House, rounds: int) -> bool:
    """Cancels, beside a version that serves and as a preview's first build, in turns."""
    serving = house.ask(1, house.good, "")
    wait_for(lambda: house.state(serving) is BuildState.READY, "the good version")
    found: dict[str, list[Round]] = {"beside a version that serves": [], "a preview's first build": []}
    for number in range(rounds):
        found["beside a version that serves"].append(cancelled(house, 1, f"a{number}"))
        found["a preview's first build"].append(cancelled(house, 100 + number, ""))
    for words, each in found.items():
        times = [one.proven for one in each]
        print(f"{words}: cancelled and proven {shown(times)}; next job {shown([one.next_job for one in each])} later")
        print(f"  left: {sum(one.left for one in each)} of {len(each) * (CHILDREN + 1)} processes")
    every = [one for each in found.values() for one in each]
    good = all(one.proven <= PROVEN and one.left == 0 and one.next_job <= NEXT for one in every)
    return good and house.state(serving) is BuildState.READY


def cancelled(house: House, number: int, ask: str) -> Round:
    """One hostile build that is cancelled."""
    build = house.ask(number, house.hostile, ask)
    wait_for(lambda: processes(house.token) > CHILDREN, "its processes")
    key = house.ask_next(build)
    began = time.monotonic()
    house.write(lambda connection: builds.cancel(connection, build.id, "octo", time.time()))
    wait_for(lambda: house.state(build) is BuildState.CANCELLED, "the end")
    proven = time.monotonic()
    left = processes(house.token)
    wait_for(lambda: house.ended(key), "the next job")
    return Round(proven - began, max(left, grouped(house)), time.monotonic() - proven)


def supersede(house: House, rounds: int) -> bool:
    """A newer push takes the place of the hostile build."""
    times, left = [], 0
    for number in range(rounds):
        older = house.ask(1, house.hostile, f"s{number}")
        wait_for(lambda: processes(house.token) > CHILDREN, "its processes")
        began = time.monotonic()
        newer = house.ask(1, house.good, f"g{number}")
        wait_for(partial(began_with, house, newer), "the newer build")
        times.append(time.monotonic() - began)
        left += processes(house.token)
        wait_for(partial(is_ready, house, newer), "the newer build to be ready")
        assert house.state(older) is BuildState.SUPERSEDED
    print(f"superseded by a newer push: that one starts {shown(times)} after it came; left: {left}")
    return max(times) <= NEXT and left == 0


def began_with(house: House, build: Build) -> bool:
    """True once a worker works on it."""
    return house.state(build) is not BuildState.QUEUED


def is_ready(house: House, build: Build) -> bool:
    """True once it answers."""
    return house.state(build) is BuildState.READY


def floor(folder: Path, token: str, rounds: int) -> bool:
    """`kill -9` of the same tree from a shell, until none is left."""
    (folder / "hostile.py").write_text(HOSTILE)
    times = []
    for _ in range(rounds):
        with subprocess.Popen([sys.executable, str(folder / "hostile.py"), str(CHILDREN), token]) as process:
            wait_for(lambda: processes(token) > CHILDREN, "the tree")
            began = time.monotonic()
            subprocess.run(["sh", "-c", 'kill -9 "$@"', "sh", *map(str, found(token))], check=True)
            process.wait()
            wait_for(lambda: processes(token) == 0, "its end")
            times.append(time.monotonic() - began)
    print(f"floor, kill -9 from a shell: {shown(times)}")
    return True


def shown(times: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    last = sorted(times)[math.ceil(0.95 * len(times)) - 1]
    return f"p50 {statistics.median(times) * 1000:.0f} ms, p95 {last * 1000:.0f} ms"


def found(token: str) -> list[int]:
    """The processes of the hostile program, wherever they are: sandboxes hide nothing from the machine."""
    every = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(entry.name) for entry in every if token.encode() in words_of(entry).split(b"\0")]


def processes(token: str) -> int:
    """How many there are; what starts them carries the token in one word with others, and isn't counted."""
    return len(found(token))


def words_of(entry: Path) -> bytes:
    """A process's command line; empty when it is gone."""
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


def grouped(house: House) -> int:
    """Processes of the hostile program in the control groups of this host's sandboxes."""
    health = httpx.get(f"{house.settings.sandbox_url}/health").json()
    mine = set()
    folder = f"slipway-{health['instance']}/i*/cgroup.procs"
    for group in [*Path("/sys/fs/cgroup").glob(folder), *Path("/sys/fs/cgroup").glob(f"*/{folder}")]:
        mine |= {int(word) for word in group.read_text().split()}
    return len(mine & set(found(house.token)))


if __name__ == "__main__":
    main()
