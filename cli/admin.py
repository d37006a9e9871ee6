"""`slipway admin`: work on the database that no page does."""

import os
import time
from dataclasses import replace

import click

from cli.keys import keys_of
from cli.up.instance import has_instance, keep_instance, load_instance
from engine.access import tokens
from engine.errors import ConfigurationError
from engine.settings import read_settings
from engine.store import migrate
from engine.store.database import Database
from engine.variables import known_keys
from engine.variables.rotation import rotate
from engine.variables.vault import Vault, new_key

DAY = 86400.0


@click.group()
def admin() -> None:
    """Work on the database: migrations, API tokens and the keys of what is stored sealed."""


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


@admin.command("new-key")
@click.option(
    "--keep", is_flag=True, help="Keep it in the data folder for `slipway up`, before the keys that are there."
)
def new_key_command(keep: bool) -> None:
    """Make a key that seals variables and Slack's tokens, for SECRET_KEYS. It is shown only now."""
    key = new_key().reveal()
    if not keep:
        click.echo(key)
        return
    settings = read_settings(os.environ)
    if settings.secret_keys:
        raise ConfigurationError(["SECRET_KEYS: it is set and comes first. Write the new key before what is there."])
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    instance = load_instance(settings.data_dir)
    keep_instance(settings.data_dir, replace(instance, secret_keys=f"{key},{instance.secret_keys}"))
    click.echo("Kept. Start `slipway up` again, then run `slipway admin rotate-keys`.")


@admin.command("rotate-keys")
@click.option("--forget", is_flag=True, help="Then keep only the newest key in the data folder.")
@click.option("--although-unknown", is_flag=True, help="Also when a room was started without the newest key.")
def rotate_keys_command(forget: bool, although_unknown: bool) -> None:
    """Seal variables and Slack's tokens with the newest of SECRET_KEYS, which every room must have by then.

    All of them may run meanwhile.
    """
    settings = read_settings(os.environ)
    keys = keys_of(settings)
    if not keys:
        raise ConfigurationError(["SECRET_KEYS: not set, so nothing is sealed. `slipway admin new-key` makes a key."])
    database = Database(settings.database_url)
    try:
        migrate.require_current(database)
        if not although_unknown:
            known_keys.require_known(database, keys[0])
        done = rotate(database, Vault(keys))
    finally:
        database.close()
    for problem in done.unreadable:
        click.echo(problem, err=True)
    click.echo(f"{done.total - len(done.unreadable)}/{done.total} values are sealed with the newest key.")
    if done.unreadable:
        raise SystemExit(1)
    if forget and has_instance(settings.data_dir):
        instance = load_instance(settings.data_dir)
        keep_instance(settings.data_dir, replace(instance, secret_keys=instance.secret_keys.partition(",")[0]))
        click.echo("The data folder keeps the newest key alone.")


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
