"""`slipway doctor`."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from cli.doctor.finding import Finding, Health
from cli.doctor.github_app import look_at_github_app
from cli.doctor.isolation import look_at_isolation
from cli.doctor.keys import look_at_keys
from cli.doctor.place import look_at_database, look_at_folder, look_at_ports
from cli.doctor.programs import look_at_git, look_at_node, look_at_python, look_at_redis, look_at_uv
from cli.doctor.slack_app import look_at_slack_app
from cli.up.house import House, read_house
from cli.up.instance import Instance, held
from engine.errors import ConfigurationError

COLOURS = {Health.OK: "green", Health.WARNING: "yellow", Health.MISSING: "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def doctor(as_json: bool) -> None:
    """Say what this machine has, what is missing and how to get it; exit 1 when something needed is missing."""
    findings = []
    for finding in look():
        findings.append(finding)
        if not as_json:
            tell(finding)
    healthy = all(finding.health is not Health.MISSING for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": healthy, "checks": [asdict(finding) for finding in findings]}))
    else:
        click.echo("\nSlipway can run here." if healthy else "\nSlipway can't run here before that is mended.")
    raise SystemExit(0 if healthy else 1)


def look() -> Iterator[Finding]:
    """Looks at one thing after the other."""
    search_path = os.environ.get("PATH") or os.defpath
    yield look_at_python()
    yield from look_at_git(search_path)
    yield look_at_node(search_path)
    yield look_at_uv()
    yield look_at_redis(search_path, os.environ.get("REDIS_URL", ""))
    data_dir = Path(os.environ.get("DATA_DIR", "").strip() or ".slipway").absolute()
    yield look_at_folder(data_dir)
    try:
        house = read_house(os.environ, Instance("not needed to look"), data_dir, data_dir / "redis.sock")
    except ConfigurationError as error:
        yield from (Finding("Settings", Health.MISSING, problem) for problem in error.problems)
        return
    yield from look_at_house(house)


def look_at_house(house: House) -> Iterator[Finding]:
    """What needs settings that can be read."""
    running = is_held(house.data_dir)
    yield look_at_ports(house.ports(), house.settings.host, running=running)
    yield look_at_database(house.settings)
    yield look_at_keys(house.settings)
    yield look_at_github_app(house.settings.github)
    yield look_at_slack_app(house.settings.slack, house.settings.public_url, played=house.plays_slack)
    if house.with_sandboxes:
        yield look_at_isolation(house.environment, house.settings.sandboxd_port if running else None)
    else:
        yield Finding("Isolation", Health.OK, "E2B's cloud: E2B_API_KEY is set")


def is_held(data_dir: Path) -> bool:
    """True when a Slipway with this data folder runs."""
    if not (data_dir / "up.lock").exists():
        return False
    with suppress(ConfigurationError), held(data_dir):
        return False
    return True


def tell(finding: Finding) -> None:
    """Prints one finding."""
    mark = click.style(f"{finding.health:<8}", fg=COLOURS[finding.health])
    click.echo(f"{mark} {finding.name:<17} {finding.sentence}")
    if finding.fix:
        click.echo(f"{'':<26} {finding.fix}")
