"""A steady load over deploys and rollbacks on the local target: how many requests fail, and how long each takes.

Runs the real gateway and the real sandbox host; needs no GitHub. Each deploy is a commit of a small application.

    python -m benchmarks.deploy_load [--connections 50] [--deploys 10] [--rollbacks 3]
"""

import argparse
import asyncio
import statistics
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.deploying.house import DeployHouse, a_house
from engine.domain.release import DeployState, Release


@dataclass
class Load:
    """Visitors that ask again and again, each over one connection."""

    port: int
    host: str
    #: Milliseconds of each answer.
    took: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    releases: Counter[str] = field(default_factory=Counter)

    async def visit(self, over: asyncio.Event) -> None:
        """One visitor, until it is over."""
        request = f"GET / HTTP/1.1\r\nHost: {self.host}\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n".encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while not over.is_set():
            began = time.perf_counter()
            writer.write(request)
            try:
                status, release, stays = await answer(reader)
            except (OSError, EOFError, asyncio.IncompleteReadError) as error:
                status, release, stays = type(error).__name__, "", False
            self.took.append((time.perf_counter() - began) * 1000)
            self.statuses[status] += 1
            self.releases[release] += 1
            if not stays:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.close()

    @property
    def failed(self) -> int:
        """Requests that weren't answered with 200 by a release."""
        return sum(count for status, count in self.statuses.items() if status != "200") + self.releases[""]


async def answer(reader: asyncio.StreamReader) -> tuple[str, str, bool]:
    """Status, release and whether the connection stays, of one answer with a counted body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
    await reader.readexactly(int(fields.get("content-length", "0")))
    return first.split(" ")[1], fields.get("x-slipway-release", ""), fields.get("connection", "") != "close"


class Visitors:
    """The load, in a thread of its own."""

    def __init__(self, load: Load, connections: int) -> None:
        self._load = load
        self._connections = connections
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> "Visitors":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await asyncio.gather(*(self._load.visit(self._over) for _ in range(self._connections)))


def seconds_of(release: Release) -> float:
    """From when it was asked for until it was proven to serve."""
    return (release.finished_at or 0.0) - release.created_at


def carry_out(house: DeployHouse, deploys: int, rollbacks: int) -> tuple[list[float], list[float]]:
    """Deploys, with the rollbacks among them; the seconds of each."""
    deployed: list[float] = []
    back: list[float] = []
    for number in range(deploys):
        deployed.append(seconds_of(required(house.deployed(f"version {number}"))))
        if rollbacks and number % max(1, deploys // rollbacks) == 1 and len(back) < rollbacks:
            back.append(seconds_of(required(house.rolled_back())))
    return deployed, back


def required(release: Release) -> Release:
    """The release, if it serves."""
    if release.state is not DeployState.DEPLOYED:
        raise SystemExit(f"deploying {release.name}: it ended as {release.state}: {release.cause}")
    return release


def main() -> None:
    """Measures and prints; exits with 1 when a request failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--deploys", type=int, default=10)
    parser.add_argument("--rollbacks", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_house(Path(folder)) as house:
        required(house.deployed("the first"))
        load = Load(house.port, house.host)
        began = time.monotonic()
        with Visitors(load, wanted.connections):
            deployed, back = carry_out(house, wanted.deploys, wanted.rollbacks)
        seconds = time.monotonic() - began
    print(f"{wanted.connections} connections for {seconds:.1f} s: {len(load.took):,} requests, {load.failed} failed")
    print(f"  answers: {dict(load.statuses)}, by {len(load.releases)} releases")
    ordered = sorted(load.took)
    print(f"  p50 {statistics.median(ordered):.1f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.1f} ms")
    for what, found in (("deploy", deployed), ("rollback", back)):
        if found:
            print(f"  {len(found)} {what}s: median {statistics.median(found):.1f} s, longest {max(found):.1f} s")
    if load.failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
