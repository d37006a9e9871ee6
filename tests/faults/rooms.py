"""The house's rooms as processes that a test starts, kills and starts again: the programs that `slipway up` runs."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from cli.up import playground, redis_server
from cli.up.house import House, playground_room, read_house, redis_room, rooms_of, sandboxes_room
from cli.up.instance import load_instance, socket_path
from cli.up.room import RoomSpec
from cli.up.sandboxes import SandboxHost
from engine.store.database import Database
from engine.store.migrate import upgrade
from tests.ports import free_ports
from tests.stories.house import NOBODY, mentioning
from tests.wakeups.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
#: What the others lean on, in the order of their start.
GROUNDS = ("redis", "playground", "sandboxes")
#: The rooms of Slipway itself.
OURS = ("web", "gateway", "worker", "clock")
PATIENCE = 60.0


class Rooms:
    """One data folder, and the processes around it. Call it from one thread only."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        data_dir.mkdir(parents=True)
        self.data_dir = data_dir
        names = ("PORT", "GATEWAY_PORT", "PLAYGROUND_PORT", "SANDBOXD_PORT")
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SSL_CERT_FILE") if name in os.environ}
        ports = {name: str(port) for name, port in zip(names, free_ports(4), strict=True)}
        environment = keep | {"PYTHONPATH": str(ROOT), "DATA_DIR": str(data_dir), "OSV_URL": NOBODY} | ports | settings
        address, instance = socket_path(data_dir, load_instance(data_dir))
        self.house: House = read_house(environment, instance, data_dir, address)
        self.redis_socket = address
        self.specs: dict[str, RoomSpec] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def open_grounds(self, names: Sequence[str] = GROUNDS, **playground_settings: str) -> None:
        """Starts what the rooms lean on; returns when it answers."""
        server = redis_server.find_server(os.environ.get("PATH") or os.defpath)
        made = [redis_room(self.house, server, self.redis_socket), sandboxes_room(self.house)]
        hub = playground_room(self.house)
        made.append(replace(hub, environment=dict(hub.environment) | playground_settings))
        self._open([spec for spec in made if spec.name in names])

    def open_rooms(self, *, second_clock: bool = False) -> None:
        """Migrates and starts Slipway's own rooms."""
        database = Database(self.house.settings.database_url)
        upgrade(database)
        playground.add_tokens(self.data_dir, database)
        database.close()
        specs = rooms_of(self.house, self.app_settings())
        if second_clock:
            specs += [replace(spec, name="clock-2") for spec in specs if spec.name == "clock"]
        self._open(specs)

    def app_settings(self) -> dict[str, str]:
        """The GitHub App's settings, as the playground tells them."""
        return playground.app_settings(self.data_dir, self.house.playground_port)

    def facts(self) -> dict[str, Any]:
        """playground.json."""
        return dict(json.loads((self.data_dir / "playground.json").read_text()))

    def tend(self, skip: Sequence[str] = ()) -> None:
        """Starts again at once whatever has ended, but for `skip`."""
        for name, process in list(self.running.items()):
            if process.poll() is not None and name not in skip:
                self._start(self.specs[name])

    def pid(self, name: str) -> int:
        """The process of a room."""
        return self.running[name].pid

    def log(self, name: str) -> str:
        """What a room printed."""
        return (self.data_dir / f"{name}.log").read_text(errors="replace")

    def close(self) -> None:
        """Ends the rooms politely, then every sandbox, then the rest; fails when a process is left."""
        for name, process in self.running.items():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                if name not in GROUNDS:
                    process.terminate()
        for name, process in self.running.items():
            if name not in GROUNDS:
                _end(process)
        if "sandboxes" in self.running:
            self.tend(skip=[name for name in self.running if name != "sandboxes"])
            settings = self.house.settings
            host = SandboxHost(settings.sandboxd_port, settings.e2b_api_key.reveal())
            wait_until(lambda: host.kill_all() == 0, "every sandbox is ended", PATIENCE)
        for name in reversed(GROUNDS):
            if name in self.running:
                self.running[name].terminate()
                _end(self.running[name])
        wait_until(lambda: not mentioning(self.data_dir), f"no process of {self.data_dir} is left", PATIENCE)

    def _open(self, specs: Sequence[RoomSpec]) -> None:
        for spec in specs:
            self.specs[spec.name] = spec
            self._start(spec)
        end = time.monotonic() + PATIENCE
        for spec in specs:
            while not spec.healthy() or not self._started(spec):
                ended = self.running[spec.name].poll() is not None
                assert not ended and time.monotonic() < end, (
                    f"{spec.name} did not start:\n{self.log(spec.name)[-3000:]}"
                )
                time.sleep(0.02)

    def _started(self, spec: RoomSpec) -> bool:
        return not spec.starting_word or spec.starting_word in self.log(spec.name)

    def _start(self, spec: RoomSpec) -> None:
        with (self.data_dir / f"{spec.name}.log").open("ab") as log:
            # A session of its own, so that a signal may be sent to the whole room as service managers do.
            self.running[spec.name] = subprocess.Popen(
                spec.argv,
                cwd=ROOT,
                env=spec.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def rooms_in(folder: Path, **settings: str) -> Iterator[Rooms]:
    """Rooms that are ended whatever happens."""
    rooms = Rooms(folder, **settings)
    try:
        yield rooms
    finally:
        rooms.close()
