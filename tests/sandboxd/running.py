"""A sandbox host as a real process, for this suite and for others that need sandboxes."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

import httpx

from tests.ports import free_port

START_SECONDS = 60.0


class Options(TypedDict):
    """What the SDK's calls take to reach this host."""

    api_key: str
    api_url: str
    sandbox_url: str


def wait_until(condition: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Come back once the condition holds; fails with `what` when it doesn't in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.01)


class RunningSandboxHost:
    """One sandbox host: its address, its key, its data folder, and its end with all its sandboxes."""

    def __init__(
        self,
        data_dir: Path,
        settings: Mapping[str, str] | None = None,
        command: Sequence[str] = (sys.executable,),
        python_path: str = "",
    ) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.api_key = "e2b_" + secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = dict(settings or {})
        self._command = command
        self._python_path = python_path
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        self._log = data_dir.parent / f"{data_dir.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def options(self) -> Options:
        """Arguments for the SDK's calls."""
        return {"api_key": self.api_key, "api_url": self.url, "sandbox_url": self.url}

    @property
    def environment(self) -> dict[str, str]:
        """What the engine's environment needs to reach this host."""
        return {"E2B_API_KEY": self.api_key, "E2B_API_URL": self.url, "E2B_SANDBOX_URL": self.url}

    @property
    def log(self) -> str:
        """What the host said so far."""
        return self._log.read_text()

    def start(self) -> None:
        """Start it and come back when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, "-m", "worker.sandboxd"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_until(self._answers, "the sandbox host to start", START_SECONDS)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def end_process(self, number: int = signal.SIGTERM) -> int:
        """End the host's process alone; its sandboxes stay."""
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(60)
        self._process = None
        return code

    def stop(self) -> None:
        """Kill all sandboxes, then end the host."""
        for found in self.call("GET", "/v2/sandboxes?limit=100").json():
            self.call("DELETE", f"/sandboxes/{found['sandboxID']}")
        self.end_process()

    def call(self, verb: str, path: str, json: Any = None) -> httpx.Response:
        """One call of the control plane."""
        return httpx.request(verb, self.url + path, json=json, headers={"X-API-KEY": self.api_key}, timeout=60)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the sandbox host ended: {self.log[-2000:]}"
        try:
            return httpx.get(self.url + "/health", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PORT"}}
        return {
            **kept,
            **({"PYTHONPATH": self._python_path} if self._python_path else {}),
            "DATA_DIR": str(self.data_dir),
            "SANDBOXD_PORT": str(self.port),
            "SANDBOXD_API_KEY": self.api_key,
            **self._settings,
        }
