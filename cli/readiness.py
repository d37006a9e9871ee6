"""`slipway readiness PATH`: is a folder ready to ship? Its files are read and scanned; nothing is built or started."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import structlog

from cli.own_folder import own_folder
from cli.readiness_text import lines_of
from engine.errors import StageFailed
from engine.readiness.light import Light
from engine.readiness.looking import facts_of, look
from engine.readiness.report import About, Report, report_of
from engine.readiness.report_json import report_json
from engine.readiness.whole_tree import whole
from engine.scan.result import ScanResult
from engine.scan.scanner import Scanner
from engine.settings import read_settings
from engine.shell.real import RealShell
from engine.source.folder import FolderSource, folder_source


class Unreadable(click.ClickException):
    """PATH isn't a folder that can be read."""

    exit_code = 2


@click.command()
@click.argument("path", type=click.Path(readable=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The report as JSON, as the API gives it.")
@click.option("--no-scan", is_flag=True, help="Leave the security scan out; the light is never green then.")
def readiness(path: Path, as_json: bool, no_scan: bool) -> None:
    """Say whether the folder PATH is ready to ship: exit 0 when nothing blocks, 1 when something does, 2 when PATH
    can't be read.
    """
    settings = read_settings(os.environ)
    folder = _folder(path)
    try:
        with log_beside():
            source = folder_source(RealShell(), folder)
            report = _report(source, folder, None if no_scan else _scanned(source, settings.osv_url))
    except StageFailed as error:
        raise _unreadable(path, f"{error.cause.sentence} {error.cause.fix}".strip()) from error
    except OSError as error:
        raise _unreadable(path, f"{error.strerror or error} ({error.filename}). Let yourself read it.") from error
    if as_json:
        click.echo(report_json(report), nl=False)
    else:
        click.echo("\n".join(lines_of(report)), color=False if os.environ.get("NO_COLOR") else None)
    raise SystemExit(1 if report.light is Light.RED else 0)


def _folder(path: Path) -> Path:
    """The folder itself. Raises Unreadable when it can't be one."""
    try:
        folder = path.resolve(strict=True)
        next(folder.iterdir(), None)
    except FileNotFoundError as error:
        raise _unreadable(path, "there is no such folder. Check the path.") from error
    except NotADirectoryError as error:
        raise _unreadable(path, "it is a file. Name the folder of a repository.") from error
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, f"{getattr(error, 'strerror', None) or error}. Let yourself read it.") from error
    return folder


@contextmanager
def log_beside() -> Iterator[None]:
    """What is logged meanwhile stands on standard error: the report alone is the output."""
    if structlog.is_configured():
        yield
        return
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    try:
        yield
    finally:
        structlog.reset_defaults()


def _unreadable(path: Path, why: str) -> Unreadable:
    return Unreadable(f"reading {click.format_filename(path)}: {why}")


def _scanned(source: FolderSource, osv_url: str) -> ScanResult:
    click.echo("Scanning for secrets, risky code and vulnerable dependencies …", err=True)
    return Scanner(osv_url, own_folder(os.environ) / "scan").scan(source)


def _report(source: FolderSource, folder: Path, scan: ScanResult | None) -> Report:
    facts = facts_of(whole(source), scan=scan)
    about = About(repository=folder.name or str(folder))
    return report_of(look("", facts), waivers=facts.project.waivers, today=datetime.now(UTC).date(), about=about)
