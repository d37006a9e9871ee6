"""A playground in a process of its own, for tests that need a GitHub."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 20.0

Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None], what: str, seconds: float = DEADLINE_SECONDS) -> Found:
    """Looks until there is something true to see; fails with what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waiting for {what}: not seen within {seconds} s")
        time.sleep(0.02)


@dataclass(frozen=True)
class RunningPlayground:
    """Where a playground is, and what its files say."""

    port: int
    data_dir: Path
    process: subprocess.Popen[bytes]

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.web_url}/api/v3"

    @property
    def guide(self) -> dict[str, Any]:
        """`playground.json`."""
        content: dict[str, Any] = json.loads((self.data_dir / "playground.json").read_bytes())
        return content

    @property
    def app(self) -> dict[str, Any]:
        """`playground/app.json`: the credentials of the GitHub App."""
        content: dict[str, Any] = json.loads((self.data_dir / "playground" / "app.json").read_bytes())
        return content

    @property
    def slack(self) -> dict[str, Any]:
        """`playground/slack.json`: the credentials of the Slack app."""
        content: dict[str, Any] = json.loads((self.data_dir / "playground" / "slack.json").read_bytes())
        return content

    def token(self, login: str) -> str:
        return next(str(user["token"]) for user in self.guide["users"] if user["login"] == login)

    def client(self, token: str | None) -> httpx.Client:
        """A client of the REST API that presents a token, or none."""
        headers = {"Accept": "application/vnd.github+json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        # There is no TLS here, and reading the machine's certificates would cost 40 ms for each client.
        return httpx.Client(base_url=self.api_url, headers=headers, timeout=10, trust_env=False, verify=False)

    def acting_as(self, login: str) -> httpx.Client:
        """A client of the REST API that acts as one of the accounts."""
        return self.client(self.token(login))

    def git_url(self, full_name: str, token: str | None = None) -> str:
        """A clone address; tests run alone on this machine, so the token may stand in it."""
        user = f"x-access-token:{token}@" if token else ""
        return f"http://{user}127.0.0.1:{self.port}/{full_name}.git"


@contextmanager
def running_playground(
    data_dir: Path,
    *,
    webhook_url: str = "http://127.0.0.1:9/nobody-listens",
    bot_url: str = "http://localhost:8080",
    port: int | None = None,
    app_permissions: str | None = None,
    app_events: str | None = None,
    faults: bool = False,
    limits: bool = False,
    webhooks: bool = True,
    slack_url: str = "http://127.0.0.1:9/nobody-listens",
    slack_retries: str = "0 60 300",
) -> Iterator[RunningPlayground]:
    """Starts `python -m playground`, waits until it answers, and stops it at the end.

    `app_permissions` ("checks:write contents:read") and `app_events` ("push pull_request") are the GitHub App's;
    `faults` allows what `tests.playground.faults` does, `limits` are GitHub's on creating content and Slack's on calls.
    `slack_url` is where Slack posts everything, `slack_retries` after how many seconds it sends an event again.
    """
    chosen = port or free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLAYGROUND_")} | {
        "PLAYGROUND_PORT": str(chosen),
        "PLAYGROUND_WEBHOOK_URL": webhook_url,
        "PLAYGROUND_BOT_URL": bot_url,
        "DATA_DIR": str(data_dir),
        "PLAYGROUND_FAULTS": str(int(faults)),
        "PLAYGROUND_LIMITS": str(int(limits)),
        "PLAYGROUND_WEBHOOKS": "on" if webhooks else "off",
        "PLAYGROUND_SLACK_URL": slack_url,
        "PLAYGROUND_SLACK_RETRIES": slack_retries,
    }
    if "PLAYGROUND_RECORD" in os.environ:
        environment["PLAYGROUND_RECORD"] = os.environ["PLAYGROUND_RECORD"]
    if app_permissions is not None:
        environment["PLAYGROUND_APP_PERMISSIONS"] = app_permissions
    if app_events is not None:
        environment["PLAYGROUND_APP_EVENTS"] = app_events
    with subprocess.Popen([sys.executable, "-m", "playground"], cwd=ROOT, env=environment) as process:
        playground = RunningPlayground(chosen, data_dir, process)
        try:
            eventually(lambda: _answers(playground), "the playground to answer")
            yield playground
        finally:
            stop(playground)


def stop(playground: RunningPlayground) -> int:
    """Ends the process as `slipway up` does and returns its exit status."""
    process = playground.process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def _answers(playground: RunningPlayground) -> bool:
    if playground.process.poll() is not None:
        raise AssertionError(f"the playground ended by itself with status {playground.process.returncode}")
    try:
        return httpx.get(f"{playground.web_url}/healthz", trust_env=False, verify=False).status_code == 200
    except httpx.TransportError:
        return False
