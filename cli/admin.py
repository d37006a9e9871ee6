"""`slipway admin`: work on the database that no page does."""

import os
import time

import click

from engine.access import tokens
from engine.errors import ConfigurationError
from engine.settings import read_settings
from engine.store import migrate
from engine.store.database import Database

DAY = 86400.0


@click.group()
def admin() -> None:
    """Work on the database: migrations and API tokens."""


@admin.command("migrate")
def migrate_command() -> None:
    """Bring the database to this version's revision."""
    database = Database(read_settings(os.environ).database_url)
    try:
        migrate.upgrade(database)
    finally:
        database.close()
    click.echo("The database is on this version's revision.")


@admin.command("token")
@click.argument("login")
@click.option("--scopes", default="read", show_default=True, help='What it may be used for: "read" or "read write".')
@click.option("--days", default=30.0, show_default=True, type=click.FloatRange(min=0, min_open=True, max=3650))
def token_command(login: str, scopes: str, days: float) -> None:
    """Mint an API token for LOGIN, which acts with that person's permission at GitHub. It is shown only now."""
    wanted = scopes_of(scopes)
    database = Database(read_settings(os.environ).database_url)
    try:
        migrate.require_current(database)
        with database.write() as connection:
            minted = tokens.mint(connection, login, wanted, days * DAY, time.time())
    finally:
        database.close()
    click.echo(minted)


def scopes_of(text: str) -> frozenset[tokens.Scope]:
    """The scopes named in `text`. Raises ConfigurationError for unknown ones and for none."""
    known = {scope.value: scope for scope in tokens.Scope}
    words = text.replace(",", " ").split()
    unknown = [word for word in words if word not in known]
    if unknown or not words:
        raise ConfigurationError(
            [f"--scopes: {text!r} names no scope of ours. Give one or both of: {' '.join(known)}."]
        )
    return frozenset(known[word] for word in words)
