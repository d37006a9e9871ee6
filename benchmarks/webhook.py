"""Webhooks stored durably and answered, beside Probot (stores nothing) and nginx `return 200` (looks at nothing).

The same deliveries (GitHub's examples of push and pull_request) in interleaved rounds; every server pinned to one core,
the load to the other. Ours is the web room as the house runs it, on SQLite with `synchronous=FULL`. Installs Probot and
the examples with npm, once; leaves nginx out when it isn't on the PATH.

    python -m benchmarks.webhook [--rounds 5] [--seconds 2] [--data FOLDER] [--cache FOLDER]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.deliveries import servers
from benchmarks.deliveries.examples import PINNED, examples, install
from benchmarks.deliveries.load import Plan, Round
from benchmarks.deliveries.servers import Server, pinned
from engine.store.database import Database

OURS, PROBOT, NGINX = "Slipway, stored", "Probot", "nginx return 200"

#: Deliveries made for a second of load: more than any server here answers.
ENOUGH = 25_000
BURST, BURST_CONNECTIONS = 1000, 200


@dataclass(frozen=True)
class Measured:
    """One round of one server."""

    rate: float
    #: Seconds.
    p50: float
    p99: float
    #: Microseconds of processor time for each answer.
    cost: float
    #: The load generator's own share of its core.
    busy: float


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--data", type=Path, default=None, help="where the database is put; a disk that really syncs")
    parser.add_argument("--cache", type=Path, default=Path(".slipway/cache/benchmarks"), help="where npm puts packages")
    wanted = parser.parse_args()
    packages = wanted.cache.absolute()
    install(packages)
    bodies = examples(packages)
    with tempfile.TemporaryDirectory(dir=wanted.data) as name, ExitStack() as stack:
        folders = {each: Path(name) / each for each in ("ours", "probot", "nginx", "redis")}
        for folder in folders.values():
            folder.mkdir()
        print(
            f"{len(bodies)} examples of {sum(map(len, (body for _, body in bodies))) / len(bodies) / 1000:.1f} KB, ",
            end="",
        )
        print(
            f"{PINNED[0]}, Python {sys.version.split()[0]}; a write reaches the disk in {sync(folders['ours']):.2f} ms"
        )
        redis_url = stack.enter_context(servers.redis(folders["redis"]))
        room, database = stack.enter_context(servers.ours(folders["ours"], redis_url))
        compared = {OURS: room, PROBOT: stack.enter_context(servers.probot(folders["probot"], packages))}
        if shutil.which("nginx"):
            compared[NGINX] = stack.enter_context(servers.nginx(folders["nginx"]))
        else:
            print("nginx is not on the PATH: left out")
        for connections in (1, 16):
            steady(compared, bodies, connections, wanted)
        bursts(compared, bodies, wanted.rounds)
        felt_by_others(room, database, bodies, wanted)


def sync(folder: Path) -> float:
    """Median milliseconds of writing 20 KB to the disk: near 0 it is none."""
    seconds = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(50):
            started = time.perf_counter()
            file.write(b"x" * 20_000)
            os.fdatasync(file)
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1e3


def run(server: Server, plan: Plan) -> Round:
    """One round of load, beside the server's core."""
    argv = pinned(1, sys.executable, "-m", "benchmarks.deliveries.load")
    ended = subprocess.run(argv, input=json.dumps(asdict(plan)), capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"sending deliveries to port {server.port}: {ended.stderr.strip()}")
    done = Round(**json.loads(ended.stdout))
    if not done.statuses.keys() <= {"200", "202"}:
        raise SystemExit(f"port {server.port}: not every answer was 2xx: {done.statuses}")
    return done


def measure(server: Server, plan: Plan) -> Measured:
    """One round."""
    before = server.cpu_seconds()
    done = run(server, plan)
    answers = len(done.latencies)
    cost = (server.cpu_seconds() - before) / answers * 1e6
    return Measured(answers / done.seconds, at(done.latencies, 0.5), at(done.latencies, 0.99), cost, done.busy)


def at(values: list[float], share: float) -> float:
    """The value below which that share of the sorted ones is."""
    return values[min(int(len(values) * share), len(values) - 1)]


def plan_of(server: Server, bodies: list[tuple[str, str]], connections: int, deliveries: int, seconds: float) -> Plan:
    """A round's plan."""
    return Plan(server.port, servers.PATH, servers.SECRET, bodies, connections, deliveries, seconds)


def steady(
    compared: dict[str, Server], bodies: list[tuple[str, str]], connections: int, wanted: argparse.Namespace
) -> None:
    """Rounds of all servers in turn, so that a noisy neighbour troubles all alike."""
    done: dict[str, list[Measured]] = {name: [] for name in compared}
    for _ in range(wanted.rounds):
        for name, server in compared.items():
            deliveries = int(wanted.seconds * ENOUGH)
            done[name].append(measure(server, plan_of(server, bodies, connections, deliveries, wanted.seconds)))
    print(f"\n{connections} keep-alive connection{'s'[: connections > 1]}, medians of {wanted.rounds} rounds")
    median = print_medians(done)
    if connections > 1:
        ratio = median[OURS].rate / median[PROBOT].rate
        cost = median[PROBOT].cost / median[OURS].cost
        print(f"  {ratio:.2f} x Probot, by processor time {cost:.2f} x; goal 1.30: {verdict(ratio >= 1.3)}")
        print(f"  p99 at most Probot's: {verdict(median[OURS].p99 <= median[PROBOT].p99)}")


def print_medians(done: dict[str, list[Measured]]) -> dict[str, Measured]:
    """Prints a line for each server; its medians."""
    medians: dict[str, Measured] = {}
    for name, rounds in done.items():
        of = {field: statistics.median(getattr(each, field) for each in rounds) for field in vars(rounds[0])}
        median = medians[name] = Measured(**of)
        print(
            f"  {name:18} {median.rate:8,.0f} /s   p50 {median.p50 * 1e3:7.2f} ms   p99 {median.p99 * 1e3:7.2f} ms",
            end="",
        )
        print(f"   {median.cost:6.0f} us of processor an answer   load generator {median.busy:.0%} busy")
    return medians


def bursts(compared: dict[str, Server], bodies: list[tuple[str, str]], rounds: int) -> None:
    """A thousand deliveries at once."""
    done: dict[str, list[Measured]] = {name: [] for name in compared}
    for _ in range(rounds):
        for name, server in compared.items():
            done[name].append(measure(server, plan_of(server, bodies, BURST_CONNECTIONS, BURST, 30)))
    print(f"\nA burst of {BURST:,} on {BURST_CONNECTIONS} connections, medians of {rounds} rounds")
    medians = print_medians(done)
    print(f"  p99 below 150 ms: {verdict(medians[OURS].p99 < 0.15)}")


def felt_by_others(room: Server, database: Database, bodies: list[tuple[str, str]], wanted: argparse.Namespace) -> None:
    """How long others' small writes take in an idle database, under load, and in bursts."""
    with small_writes(database) as seconds:
        time.sleep(wanted.seconds)
    idle = seconds[:]
    with small_writes(database) as seconds:
        for _ in range(wanted.rounds):
            run(room, plan_of(room, bodies, 16, int(wanted.seconds * ENOUGH), wanted.seconds))
    loaded = seconds[:]
    with small_writes(database) as seconds:
        for _ in range(wanted.rounds):
            run(room, plan_of(room, bodies, BURST_CONNECTIONS, BURST, 30))
    print("\nOthers' small writes, one every 20 ms")
    for name, found in (("idle", idle), ("16 connections", loaded), ("bursts", seconds)):
        print(f"  {name:18} {len(found):6} writes", end="")
        print(f"   p50 {at(found, 0.5) * 1e3:7.2f} ms   p99 {at(found, 0.99) * 1e3:7.2f} ms")
    print(f"  p99 below 50 ms: {verdict(at(loaded, 0.99) < 0.05)}")


@contextmanager
def small_writes(database: Database) -> Iterator[list[float]]:
    """Others write meanwhile; afterwards the list holds the seconds of each write, sorted."""
    argv = pinned(1, sys.executable, "-m", "benchmarks.deliveries.small_writes", database.url)
    seconds: list[float] = []
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield seconds
        told, _ = process.communicate()
    seconds += json.loads(told)


def verdict(reached: bool) -> str:
    """A word for a goal."""
    return "reached" if reached else "missed"


if __name__ == "__main__":
    main()
