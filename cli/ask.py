"""`slipway ask`: any command of comments, in one line."""

import secrets

import click

from cli.remote.talk import json_option, talk
from cli.remote.waiting import finish, wait_options
from cli.remote.words import command_lines


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", metavar="COMMAND", nargs=-1, required=True)
@wait_options
@json_option
def ask(words: tuple[str, ...], wait: bool, timeout: float, logs: bool, as_json: bool) -> None:
    """Ask for anything that a comment can, such as: slipway ask "preview stop acme/shop#12"."""
    with talk(as_json) as talking:
        body = {"command": " ".join(words)}
        answer = talking.client.post("/api/commands", body, key=secrets.token_urlsafe(16))
        if wait and answer["deployment"] is not None:
            finish(talking, answer["deployment"], wait=wait, timeout=timeout, logs=logs)
        else:
            talking.tell(answer, *command_lines(answer))
