"""`slipway up`: starts everything on this machine, keeps it running, ends all of it."""

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import click

from cli.up import playground, redis_server, welcome
from cli.up.console import Console
from cli.up.house import House, playground_room, read_house, redis_room, rooms_of, sandboxes_room
from cli.up.instance import held, load_instance, socket_path
from cli.up.ports import require_free
from cli.up.room import RoomSpec
from cli.up.sandboxes import SandboxHost
from cli.up.signals import Signals
from cli.up.supervisor import Logs, Stopped, Supervisor
from engine.rollout import restarts
from engine.store import lost_sandboxes, migrate
from engine.store.database import Database

ROOMS = ["redis", "playground", "sandboxes", "web", "gateway", "worker", "clock"]
#: Ended one group after the other: first whoever takes work, then who does it, last what they lean on.
ENDING = (("web", "gateway", "worker", "clock"), ("sandboxes",), ("playground", "redis"))

#: Seconds for a sandbox host that was away to come up once more.
AGAIN = 4.0


@click.command()
@click.option("--verbose", "-v", is_flag=True, help="Show every line of every room, not only warnings.")
def up(verbose: bool) -> None:
    """Start everything on this machine; Ctrl-C ends it."""
    began = time.monotonic()
    data_dir = Path(os.environ.get("DATA_DIR", "").strip() or ".slipway").absolute()
    console = Console(ROOMS)
    with held(data_dir), Signals() as signals:
        address, instance = socket_path(data_dir, load_instance(data_dir))
        house = read_house(os.environ, instance, data_dir, address)
        require_free(house.ports(), house.settings.host)
        supervisor = Supervisor(signals, console, Logs(data_dir / "logs", console, everything=verbose))
        try:
            _start(house, supervisor, os.environ)
            welcome.greet(console, house, time.monotonic() - began)
            supervisor.tend_until_asked()
        except Stopped:
            pass
        finally:
            _end(house, supervisor, console)


def _start(house: House, supervisor: Supervisor, environ: Mapping[str, str]) -> None:
    """Starts what the others lean on, then all of them, and waits until everything does its work."""
    grounds = _grounds(house, environ)
    supervisor.start(grounds)
    database = Database(house.settings.database_url)
    try:
        migrate.upgrade(database)
        supervisor.wait_until_healthy([spec.name for spec in grounds])
        # Before the gateway opens: no visitor is sent to a sandbox that is gone.
        _bring_back(house, database)
        app: dict[str, str] = {}
        if house.with_playground:
            app = playground.app_settings(house.data_dir, house.playground_port)
            if house.plays_slack:
                app |= playground.slack_settings(house.data_dir)
            # Before the front door opens: who finds it open finds the tokens too.
            playground.add_tokens(house.data_dir, database)
        rooms = rooms_of(house, app)
        supervisor.start(rooms)
        supervisor.wait_until_healthy([spec.name for spec in rooms])
    finally:
        database.close()


def _grounds(house: House, environ: Mapping[str, str]) -> list[RoomSpec]:
    """What the others lean on; the slowest first."""
    grounds = [playground_room(house)] if house.with_playground else []
    if house.with_sandboxes:
        grounds.append(sandboxes_room(house))
    if house.socket is not None:
        grounds.append(redis_room(house, redis_server.find_server(environ.get("PATH") or os.defpath), house.socket))
    return grounds


def _bring_back(house: House, database: Database) -> None:
    """Asks for the previews and releases again that ended with the machine or with the last `up`."""
    living = host_of(house).living() if house.with_sandboxes else None
    if living is not None:
        now = time.time()
        with database.write() as connection:
            lost_sandboxes.bring_back(connection, living, f"start:{now:.3f}", now)
            restarts.bring_back(connection, living, now)


def host_of(house: House) -> SandboxHost:
    """The sandbox host of this house."""
    return SandboxHost(house.settings.sandboxd_port, house.settings.e2b_api_key.reveal())


def _end_sandboxes(house: House) -> int:
    """Ends every sandbox; how many live on. A host that is away is started once more for it: it finds its sandboxes."""
    host = host_of(house)
    left = host.kill_all()
    if left is None and any((house.data_dir / "sandboxes").glob("*")):
        spec = sandboxes_room(house)
        quiet = subprocess.DEVNULL
        with subprocess.Popen(spec.argv, env=spec.environment, stdout=quiet, stderr=quiet) as again:
            end = time.monotonic() + AGAIN
            while (left := host.kill_all()) is None and again.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            again.terminate()
    return left or 0


def _end(house: House, supervisor: Supervisor, console: Console) -> None:
    """Ends every room and every sandbox, within ten seconds."""
    console.say("\nStopping ...")
    began = time.monotonic()
    working, hosting, leaned_on = ENDING
    supervisor.end(working)
    if house.with_sandboxes:
        left = _end_sandboxes(house)
        if left:
            console.complain(f"{left} sandboxes did not end in time; the next start finds them again.")
    supervisor.end(hosting)
    supervisor.end(leaned_on)
    if house.socket is not None:
        house.socket.unlink(missing_ok=True)
        if house.instance.socket_folder:
            house.socket.parent.rmdir()
    console.say(f"Stopped in {time.monotonic() - began:.1f} s. `slipway up` finds everything again.")
