"""`slipway preview PATH`: a folder becomes a preview, without a bot: the same detection, stages and sandbox."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from cli.own_folder import own_folder
from cli.preview_forwarder import Forwarder
from cli.preview_host import SandboxHost, own_host
from cli.preview_terminal import JsonLines, Terminal, Watcher
from engine.domain.build import BuildState
from engine.errors import Cause, SlipwayError, StageFailed
from engine.pipeline import causes
from engine.pipeline.assembly import Order, assemble
from engine.pipeline.launch import PORTS, Launch, Live
from engine.pipeline.revision import folder_of
from engine.sandboxes.port import Sandbox, SandboxSpec
from engine.settings import Settings, read_settings
from engine.shell.real import RealShell
from engine.source.folder import folder_source

BUILD_ID = "bld_folder"
#: Seconds that a sandbox of a folder lives at most.
LIFETIME = 86_400.0


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--once", is_flag=True, help="End as soon as it is healthy: exit 0, or 1 with the cause.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; the last is `ready` or `failed`.")
def preview(path: Path, once: bool, as_json: bool) -> None:
    """Build the folder PATH and serve it on this machine until Ctrl-C."""
    settings = read_settings(os.environ)
    watcher: Watcher = JsonLines() if as_json else Terminal()
    with _ended_by_signals():
        try:
            _run(path.resolve(), settings, watcher, once=once)
        except StageFailed as error:
            watcher.failed(error.cause)
        except SlipwayError as error:
            watcher.failed(Cause(str(error)))
        except KeyboardInterrupt:
            watcher.ended()
    raise SystemExit(watcher.exit_code)


def _run(folder: Path, settings: Settings, watcher: Watcher, *, once: bool) -> None:
    watcher.enter(BuildState.STARTING, "Starting a sandbox")
    with (
        own_host(own_folder(os.environ) / "folder-previews", os.environ) as host,
        _sandbox(host, folder) as sandbox,
        Forwarder() as forwarder,
    ):
        live = _assembled(sandbox, host, folder, settings, watcher, forwarder)
        forwarder.open(live.upstream)
        watcher.ready(forwarder.url)
        if not once:
            _serve(live, watcher)


def _assembled(
    sandbox: Sandbox, host: SandboxHost, folder: Path, settings: Settings, watcher: Watcher, forwarder: Forwarder
) -> Live:
    watcher.enter(BuildState.SOURCE, f"Reading {folder}")
    order = Order(
        build_id=BUILD_ID,
        generation=1,
        launch=Launch(PORTS[0], forwarder.host, settings.startup_timeout),
        registries=host.sandboxes.registries,
        now=time.time(),
    )
    return assemble(sandbox, folder_source(RealShell(), folder), order, watcher)


def _serve(live: Live, watcher: Watcher) -> None:
    """Until Ctrl-C; an application that ends has failed."""
    while True:
        finished = live.process.wait(1.0)
        if finished is not None:
            raise StageFailed(causes.ended_while_serving(finished, watcher.tail(), folder_of(BUILD_ID)))


@contextmanager
def _sandbox(host: SandboxHost, folder: Path) -> Iterator[Sandbox]:
    """A sandbox for the folder, gone at the end."""
    # Package caches are shared between previews of the same folder only.
    spec = SandboxSpec("folder", f"folder:{folder}", LIFETIME, {"slipway_preview": "folder"})
    sandbox = host.sandboxes.create(spec)
    try:
        yield sandbox
    finally:
        host.sandboxes.kill(sandbox.id)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM ends us as Ctrl-C does; the first of them starts the cleaning, which no further one interrupts."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
