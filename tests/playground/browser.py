"""A headless Chromium, told what to do over its debugging socket."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.playground.running import eventually
from tests.ports import free_port

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Tab:
    """One open page."""

    socket: ClientConnection
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def open(self, url: str) -> None:
        self._call("Page.navigate", url=url)
        eventually(lambda: self.value("document.readyState") == "complete", f"{url} to load")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression comes to."""
        outcome = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in outcome:
            raise AssertionError(f"evaluating {expression}: {outcome['exceptionDetails']}")
        return outcome["result"].get("value")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._ids)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self.socket.recv(timeout=20))
            if said.get("id") == number:
                result: dict[str, Any] = said["result"]
                return result


@contextmanager
def chromium(profile: Path) -> Iterator[Tab]:
    """A browser of its own with one tab; skips where there is none, and fails in CI."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("CI"):
            raise AssertionError("running a browser test: there is no Chromium; install the package chromium")
        pytest.skip("no Chromium on this machine; install the package chromium")
    port = free_port()
    command = [program, *QUIET, f"--user-data-dir={profile}", f"--remote-debugging-port={port}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = eventually(lambda: _tab_address(port), "Chromium to listen")
            with connect(address, max_size=None, proxy=None) as socket:
                yield Tab(socket)
        finally:
            process.terminate()


def _tab_address(port: int) -> str | None:
    try:
        tabs = httpx.get(f"http://127.0.0.1:{port}/json", trust_env=False, verify=False).json()
    except httpx.TransportError:
        return None
    return next((str(tab["webSocketDebuggerUrl"]) for tab in tabs if tab["type"] == "page"), None)
