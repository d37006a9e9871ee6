"""The whole house, started as a user starts it: `slipway up` in a folder of its own on free ports."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.ports import free_ports
from tests.stories.person import Person

ROOT = Path(__file__).resolve().parents[2]
#: Nobody answers there: what tests start asks no service of the world's.
NOBODY = "http://127.0.0.1:9"


class House:
    """A running Slipway with its playground."""

    def __init__(self, data_dir: Path, ports: list[int] | None = None, **settings: str) -> None:
        self.data_dir = data_dir
        names = ("PORT", "GATEWAY_PORT", "PLAYGROUND_PORT", "SANDBOXD_PORT")
        self.ports = dict(zip(names, ports or free_ports(4), strict=True))
        kept = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "PLAYGROUND_RECORD")
        keep = {name: os.environ[name] for name in kept if name in os.environ}
        keep["OSV_URL"] = NOBODY
        self.environment = keep | {name: str(port) for name, port in self.ports.items()} | settings
        self.environment["DATA_DIR"] = str(data_dir)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The bot's address."""
        return f"http://127.0.0.1:{self.ports['PORT']}"

    def start(self, patience: float = 120) -> "House":
        """Starts everything and waits until it is healthy and the tokens are there."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.data_dir / "up.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli", "up"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            if self.greeted() and self.healthy() and self.tokens_written():
                return self
            time.sleep(0.1)
        raise AssertionError("slipway up did not become healthy:\n" + self.log())

    def greeted(self) -> bool:
        """True when it has told the person at the terminal what to open."""
        return "Ctrl-C ends everything" in (self.data_dir / "up.log").read_text(errors="replace")

    def healthy(self) -> bool:
        """True when the front door answers."""
        try:
            return httpx.get(self.url + "/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def tokens_written(self) -> bool:
        """True when playground.json holds everybody's token for Slipway."""
        try:
            users = self.facts()["users"]
        except (OSError, ValueError):
            return False
        return all(user["slipway_token"] for user in users)

    def facts(self) -> dict[str, Any]:
        """playground.json."""
        return dict(json.loads((self.data_dir / "playground.json").read_text()))

    def person(self, login: str) -> Person:
        """One of the playground's accounts."""
        facts = self.facts()
        user = next(each for each in facts["users"] if each["login"] == login)
        return Person(facts["api_url"], facts["web_url"], login, user["token"], self.url, user["slipway_token"])

    def log(self) -> str:
        """The end of what every room printed."""
        files = [self.data_dir / "up.log", *sorted((self.data_dir / "logs").glob("*.log"))]
        return "\n".join(f"--- {each.name}\n" + each.read_text(errors="replace")[-3000:] for each in files)

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def mentioning(folder: Path) -> set[int]:
    """Processes that have to do with a folder: by command line, environment, control group, or an open file in it."""
    known = {int(process.name) for process in Path("/proc").glob("[0-9]*") if _knows(process, folder)}
    return known - {os.getpid()}


def _knows(process: Path, folder: Path) -> bool:
    try:
        told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        if os.fsencode(folder) in told or f"/{folder.name}\n" in (process / "cgroup").read_text():
            return True
        return any(str(folder) in str(file.readlink()) for file in (process / "fd").iterdir())
    except OSError:
        return False
