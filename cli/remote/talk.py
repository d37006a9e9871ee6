"""What the commands share: whom they call, and how they speak — sentences for people, or one JSON object."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from cli.remote.client import Client, RemoteRefusal
from engine.errors import ConfigurationError
from engine.settings import Secret
from engine.store.log_text import cleaned

LOOPBACK = ("localhost", "127.0.0.1", "::1")

Command = TypeVar("Command", bound=Callable[..., object])


@dataclass(frozen=True)
class Talk:
    """One command's conversation."""

    client: Client
    as_json: bool

    def tell(self, answer: object, *lines: str) -> None:
        """The answer as it came, or its lines for people."""
        if self.as_json:
            click.echo(json.dumps(answer))
        else:
            for line in lines:
                click.echo(line)

    def progress(self, line: str) -> None:
        """What goes on meanwhile; nothing of it where a program reads."""
        if not self.as_json:
            click.echo(line)


@contextmanager
def talk(as_json: bool) -> Iterator[Talk]:
    """A conversation with the Slipway that SLIPWAY_URL and SLIPWAY_TOKEN name; what it refuses ends the command."""
    url, token = place(os.environ)
    with Client(url, token) as client:
        try:
            yield Talk(client, as_json)
        except RemoteRefusal as error:
            if as_json:
                click.echo(json.dumps({"error": error.error}))
            else:
                click.echo("\n".join(cleaned(line) for line in error.lines), err=True)
            sys.exit(error.exit_code)


def place(environ: Mapping[str, str]) -> tuple[str, Secret]:
    """Slipway's address and the token. Raises ConfigurationError with every problem."""
    url, token = environ.get("SLIPWAY_URL", "").strip().rstrip("/"), environ.get("SLIPWAY_TOKEN", "").strip()
    problems = (
        [] if url else ["SLIPWAY_URL: not set. Give the address of Slipway's pages: https://slipway.example.com."]
    )
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
        problems.append(f"SLIPWAY_URL: {url!r} is not an address. Write it like https://slipway.example.com.")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        problems.append("SLIPWAY_URL: http:// would send your token readable to everybody on the way. Use https://.")
    if not token:
        problems.append("SLIPWAY_TOKEN: not set. Whoever runs Slipway makes one: slipway admin token LOGIN.")
    elif not (token.isascii() and token.isprintable() and " " not in token):
        problems.append("SLIPWAY_TOKEN: it holds what no token does. Copy it again.")
    if problems:
        raise ConfigurationError(problems)
    return url, Secret(token)


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")(command)


def environment_option(command: Command) -> Command:
    """`--env`."""
    option = click.option("--env", "environment", default="production", show_default=True, help="The environment.")
    return option(command)


def environment_of(talked: Talk, repository: str, name: str) -> Any:
    """The environment of that name, also one that slipway.yml names and nobody has used. Raises RemoteRefusal."""
    for each in talked.client.get("/api/environments", repository=repository):
        if each["name"] == name:
            return each
    return talked.client.post("/api/environments", {"repository": repository, "environment": name})
