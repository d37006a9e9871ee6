"""Slash commands stored durably and answered, with Redis stopped and no worker, beside bolt alone, storing nothing.

200 commands in a row, each on a connection of its own as Slack's are, in interleaved rounds; every server on one core,
the caller on the other. Ours is the web room as the house runs it, on SQLite with `synchronous=FULL`.

    python -m benchmarks.slack_ack [--rounds 5] [--commands 200] [--data FOLDER]
"""

import argparse
import hashlib
import hmac
import http.client
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select

from benchmarks.acks import rooms
from benchmarks.deliveries.servers import Server
from engine.store.schema import inbox

OURS, BOLT, AT_ONCE = "Slipway, stored", "bolt alone", "bolt alone, at once"
#: Milliseconds in which 99 of 100 commands are answered (fault F-S1).
GOAL = 500.0


@dataclass(frozen=True)
class Measured:
    """One round of one server: milliseconds, and microseconds of processor time for each answer."""

    p50: float
    p99: float
    longest: float
    cost: float


def main() -> None:
    """Measures and prints; exits with 1 when the goal is missed or a command was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--commands", type=int, default=200)
    parser.add_argument("--data", type=Path, default=None, help="where the database is put; a disk that really syncs")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=wanted.data) as name, ExitStack() as stack:
        folders = [Path(name) / each for each in ("ours", "bolt", "at-once")]
        for folder in folders:
            folder.mkdir()
        room, database = stack.enter_context(rooms.ours(folders[0]))
        compared = {
            OURS: room,
            BOLT: stack.enter_context(rooms.bare(folders[1], at_once=False)),
            AT_ONCE: stack.enter_context(rooms.bare(folders[2], at_once=True)),
        }
        done: dict[str, list[Measured]] = {each: [] for each in compared}
        for number in range(-1, wanted.rounds):
            for each, server in compared.items():
                found = measure(server, wanted.commands, f"{each} {number}")
                # The first round warms up.
                done[each] += [found] if number >= 0 else []
        with database.read() as connection:
            stored = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
    sent = wanted.commands * (wanted.rounds + 1)
    worst = max(each.p99 for each in done[OURS])
    tell(done, wanted.commands)
    print(f"  stored {stored}/{sent}; worst p99 {worst:.1f} ms, goal {GOAL:g} ms: {verdict(worst < GOAL)}")
    if worst >= GOAL or stored != sent:
        raise SystemExit(1)


def measure(server: Server, commands: int, name: str) -> Measured:
    """One round."""
    before, seconds = server.cpu_seconds(), []
    for number in range(commands):
        body, headers = a_command(f"{name} {number}")
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("POST", "/slack/events", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        seconds.append((time.perf_counter() - started) * 1e3)
        connection.close()
        if answer.status != 200 or b"Taken in" not in said:
            raise SystemExit(f"{name}: answered {answer.status}: {said[:200]!r}")
    cost = (server.cpu_seconds() - before) / commands * 1e6
    seconds.sort()
    return Measured(statistics.median(seconds), seconds[int(commands * 0.99)], seconds[-1], cost)


def a_command(trigger: str) -> tuple[bytes, dict[str, str]]:
    """A slash command, signed."""
    form = {
        "team_id": rooms.TEAM,
        "user_id": "U0ADA",
        "user_name": "ada",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "command": "/slipway",
        "text": "deploy acme/shop@main to production",
        "response_url": "https://hooks.slack.com/commands/T0/1/x",
        "trigger_id": trigger,
    }
    body, timestamp = urlencode(form).encode(), f"{time.time():.0f}"
    mac = hmac.new(rooms.SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": "v0=" + mac.hexdigest(),
    }


def tell(done: dict[str, list[Measured]], commands: int) -> None:
    """A line for each server, and the ratio."""
    print(f"{commands} commands in a row, medians of {len(done[OURS])} rounds, Python {sys.version.split()[0]}")
    medians = {}
    for name, rounds in done.items():
        of = {field: statistics.median(getattr(each, field) for each in rounds) for field in vars(rounds[0])}
        median = medians[name] = Measured(**of)
        print(
            f"  {name:20} p50 {median.p50:7.2f} ms   p99 {median.p99:7.2f} ms   longest {median.longest:7.2f} ms",
            end="",
        )
        print(f"   {median.cost:6.0f} us of processor an answer")
    print(f"  p50 {medians[OURS].p50 / medians[BOLT].p50:.2f} x bolt alone, ", end="")
    print(f"{medians[OURS].p50 / medians[AT_ONCE].p50:.2f} x bolt alone at once")


def verdict(reached: bool) -> str:
    """A word for a goal."""
    return "reached" if reached else "missed"


if __name__ == "__main__":
    main()
