"""`slipway env`: an environment's variables. Values are read from standard input, never from the command line."""

import sys

import click

from cli.decide import as_segment
from cli.remote.talk import environment_of, json_option, talk
from cli.remote.words import variable_line
from engine.errors import SlipwayError
from engine.store.log_text import cleaned

REPOSITORY = click.argument("repository", metavar="OWNER/REPO")
ENVIRONMENT = click.argument("environment", metavar="ENV")


@click.group()
def env() -> None:
    """List, set and unset an environment's variables."""


@env.command("list")
@REPOSITORY
@ENVIRONMENT
@json_option
def list_command(repository: str, environment: str, as_json: bool) -> None:
    """List them; the value of a secret is shown to nobody."""
    with talk(as_json) as talking:
        found = environment_of(talking, repository, environment)
        answer = talking.client.get(f"/api/environments/{found['id']}/variables")
        lines = [variable_line(each) for each in answer["variables"]]
        talking.tell(answer, *(lines or [f"{environment} has no variables."]))


@env.command("set")
@REPOSITORY
@ENVIRONMENT
@click.argument("key")
@click.option("--plain", is_flag=True, help="No secret: it may be read back.")
@click.option("--guard", is_flag=True, help="A preview that would get this very value refuses to start.")
@json_option
def set_command(repository: str, environment: str, key: str, plain: bool, guard: bool, as_json: bool) -> None:
    """Set KEY to what is on standard input; the next deployment runs with it."""
    with talk(as_json) as talking:
        found = environment_of(talking, repository, environment)
        body = {"value": read_value(key), "is_secret": not plain, "guard": guard}
        path = f"/api/environments/{found['id']}/variables/{as_segment(key)}"
        answer = talking.client.call("PUT", path, body=body)
        talking.tell(answer, *map(cleaned, str(answer["message"]).splitlines()))


@env.command("unset")
@REPOSITORY
@ENVIRONMENT
@click.argument("key")
@json_option
def unset_command(repository: str, environment: str, key: str, as_json: bool) -> None:
    """Take KEY away; the next deployment runs without it."""
    with talk(as_json) as talking:
        found = environment_of(talking, repository, environment)
        path = f"/api/environments/{found['id']}/variables/{as_segment(key)}"
        answer = talking.client.call("DELETE", path)
        talking.tell(answer, *map(cleaned, str(answer["message"]).splitlines()))


def read_value(key: str) -> str:
    """The value: typed unseen at a terminal, else all of standard input without the line end at its end."""
    if sys.stdin.isatty():
        return str(click.prompt(f"Value of {key} (not shown)", hide_input=True, err=True))
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise SlipwayError(
            f"reading the value of {key}: it is not UTF-8 text. Encode it, such as in base64."
        ) from error
    return text.removesuffix("\n").removesuffix("\r")
