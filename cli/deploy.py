"""`slipway deploy` and `slipway promote`: a commit goes to an environment."""

import secrets

import click

from cli.remote.talk import environment_of, json_option, talk
from cli.remote.waiting import finish, wait_options


@click.command()
@click.argument("what", metavar="OWNER/REPO[@REF]")
@click.option("--to", "environment", default="production", show_default=True, help="The environment.")
@wait_options
@json_option
def deploy(what: str, environment: str, wait: bool, timeout: float, logs: bool, as_json: bool) -> None:
    """Deploy a branch, tag or commit (the default branch, when none is named)."""
    repository, _, ref = what.partition("@")
    body = {"repository": repository, "environment": environment} | ({"ref": ref} if ref else {})
    with talk(as_json) as talking:
        answer = talking.client.post("/api/deployments", body, key=secrets.token_urlsafe(16))
        finish(talking, answer, wait=wait, timeout=timeout, logs=logs)


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.option("--to", "environment", default="production", show_default=True, help="The environment.")
@wait_options
@json_option
def promote(repository: str, environment: str, wait: bool, timeout: float, logs: bool, as_json: bool) -> None:
    """Deploy to an environment what the one before it serves."""
    with talk(as_json) as talking:
        found = environment_of(talking, repository, environment)
        answer = talking.client.post(f"/api/environments/{found['id']}/promote", key=secrets.token_urlsafe(16))
        finish(talking, answer, wait=wait, timeout=timeout, logs=logs)
