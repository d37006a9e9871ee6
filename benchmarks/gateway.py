"""The gateway beside nginx: the same application, the same requests, interleaved rounds, medians and ratios.

Needs nginx and wrk on the PATH; says so and ends when they aren't there. Every server is pinned to one core, the load
and the application to the other. Ours checks access (a share cookie) and rewrites both heads; nginx passes on.

    python -m benchmarks.gateway [--rounds 5] [--seconds 3] [--connections 16]
"""

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.access import shares
from engine.access.cookies import CookieNames
from engine.domain.event import Repository
from engine.domain.preview import Preview
from engine.sandboxes.port import Upstream
from engine.store import meta, migrate, previews, repositories, routes
from engine.store.database import Database

SIZES = {"1 KB": ("/small", 1024), "1 MB": ("/large", 1024 * 1024)}
GOALS = {"1 KB": 0.8, "1 MB": 1.0}

NGINX = """
{user}
worker_processes 1;
pid {folder}/nginx-{port}.pid;
error_log {folder}/error.log crit;
daemon off;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  default_type text/plain;
  sendfile on;
  keepalive_requests 10000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream application {{ server 127.0.0.1:{origin}; keepalive 64; keepalive_requests 10000000; }}
  upstream doorman {{ server 127.0.0.1:{origin}; keepalive 64; keepalive_requests 10000000; }}
  server {{
    listen 127.0.0.1:{port};
    {body}
  }}
}}
"""
PASS = (
    "proxy_pass http://application; proxy_http_version 1.1; proxy_set_header Connection ''; "
    "proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; "
    "proxy_set_header X-Forwarded-Proto http;"
)
ORIGIN = "root {folder}/www; location = /allowed {{ return 204; }}"
BARE = "location / {{ " + PASS + " }}"
CHECKED = (
    "location / {{ auth_request /check; " + PASS + " }} "
    "location = /check {{ internal; proxy_pass http://doorman/allowed; proxy_http_version 1.1; "
    "proxy_set_header Connection ''; proxy_pass_request_body off; "
    "proxy_set_header Content-Length ''; }}"
)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def pinned(core: int, *argv: str) -> list[str]:
    """The command on one core, where there are two and `taskset`."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2 or not shutil.which("taskset"):
        return list(argv)
    return ["taskset", "-c", str(cores[core]), *argv]


@contextmanager
def running(port: int, argv: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A server, from when its port answers until the end."""
    process = subprocess.Popen(argv, env=environment)
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def nginx(folder: Path, core: int, port: int, origin: int, body: str) -> list[str]:
    """The command of one nginx."""
    user = "user root;" if os.getuid() == 0 else ""
    filled = body.format(folder=folder)
    path = folder / f"nginx-{port}.conf"
    path.write_text(NGINX.format(user=user, folder=folder, port=port, origin=origin, body=filled))
    return pinned(core, "nginx", "-p", str(folder), "-e", f"{folder}/error.log", "-c", str(path))


def a_preview(database: Database, upstream: str) -> tuple[Preview, str]:
    """A private preview served at `upstream`, and the cookie that opens it."""
    migrate.upgrade(database)
    now = time.time()
    repository = Repository(7, "acme/shop", "main", True, "http://127.0.0.1/shop.git")
    with database.write() as connection:
        repositories.record(connection, 3, repository, now)
        preview = previews.ensure(
            connection, installation_id=3, repository_id=7, full_name="acme/shop", number=1, access="private", now=now
        )
        routes.serve(connection, preview, "bld_benchmark", Upstream(upstream), now)
        _, token = shares.mint(
            connection, preview_id=preview.id, installation_id=3, created_by="benchmark", seconds=86400, now=now
        )
        names = CookieNames(meta.instance(connection), secure=False)
    return preview, f"{names.share}={token}"


def load(port: int, path: str, fields: list[str], connections: int, seconds: float) -> tuple[int, float]:
    """Answers, and answers a second."""
    argv = pinned(1, "wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s")
    for field in fields:
        argv += ["-H", field]
    done = subprocess.run([*argv, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(f"port {port}{path}: not every answer was 200:\n{done.stdout}")
    rate, answers = re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout), re.search(r"(\d+) requests in", done.stdout)
    assert rate is not None, done.stdout
    assert answers is not None, done.stdout
    return int(answers[1]), float(rate[1])


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Processor time of a server and its workers so far: tells the truth on a busy machine too."""
    ids = [process.pid, *map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())]
    ticks = 0
    for number in ids:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """One of those compared."""

    port: int
    process: subprocess.Popen[bytes]


@dataclass(frozen=True)
class Measured:
    """One round of one server."""

    #: Answers a second.
    rate: float
    #: Microseconds of processor time for each answer.
    cost: float


def measure(server: Server, path: str, fields: list[str], wanted: argparse.Namespace) -> Measured:
    """One round."""
    before = cpu_seconds(server.process)
    answers, rate = load(server.port, path, fields, wanted.connections, wanted.seconds)
    return Measured(rate, (cpu_seconds(server.process) - before) / answers * 1e6)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=16)
    wanted = parser.parse_args()
    for tool in ("nginx", "wrk"):
        if not shutil.which(tool):
            raise SystemExit(f"comparing the gateway with nginx: {tool} is not on the PATH; install it and try again")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        origin, bare, checked, ours = (free_port() for _ in range(4))
        (folder / "www").mkdir()
        for path, size in SIZES.values():
            (folder / "www" / path[1:]).write_bytes(b"x" * size)
        database = Database(f"sqlite:///{folder}/slipway.sqlite3")
        preview, cookie = a_preview(database, f"tcp:127.0.0.1:{origin}")
        environment = os.environ | {"DATA_DIR": name, "DATABASE_URL": database.url, "GATEWAY_PORT": str(ours)}
        stack.callback(database.close)
        stack.enter_context(running(origin, nginx(folder, 1, origin, origin, ORIGIN)))
        commands = {
            "bare nginx": (bare, nginx(folder, 0, bare, origin, BARE)),
            "nginx + auth_request": (checked, nginx(folder, 0, checked, origin, CHECKED)),
            "the gateway": (ours, pinned(0, sys.executable, "-m", "bot.gateway")),
        }
        servers = {
            name: Server(port, stack.enter_context(running(port, argv, environment)))
            for name, (port, argv) in commands.items()
        }
        host = f"{preview.label}.localhost:{ours}"
        fields = [f"Host: {host}", f"Cookie: {cookie}", "User-Agent: benchmark", "Accept: */*"]
        compare(servers, fields, wanted)


def compare(servers: dict[str, Server], fields: list[str], wanted: argparse.Namespace) -> None:
    """Rounds of all servers in turn, so that a noisy neighbour troubles all alike."""
    for size, (path, _) in SIZES.items():
        rounds: dict[str, list[Measured]] = {name: [] for name in servers}
        for _ in range(wanted.rounds):
            for name, server in servers.items():
                rounds[name].append(measure(server, path, fields, wanted))
        rates = {name: statistics.median(found.rate for found in done) for name, done in rounds.items()}
        costs = {name: statistics.median(found.cost for found in done) for name, done in rounds.items()}
        print(f"{size} over keep-alive, {wanted.connections} connections, medians of {wanted.rounds} rounds")
        for name in servers:
            print(f"  {name:22} {rates[name]:10,.0f} /s  {costs[name]:8.1f} us of processor an answer", end="")
            print(f"   {rates[name] / rates['bare nginx']:.2f} x bare nginx", end="")
            print(f", by processor time {costs['bare nginx'] / costs[name]:.2f} x")
        reached = rates["the gateway"] / rates["bare nginx"]
        print(f"  goal {GOALS[size]:.2f}: {'reached' if reached >= GOALS[size] else 'missed'}")


if __name__ == "__main__":
    main()
