"""`slipway rollback`: an environment goes back to an older release."""

import secrets

import click

from cli.remote.client import RemoteRefusal
from cli.remote.talk import environment_of, environment_option, json_option, talk
from cli.remote.waiting import finish, wait_options
from engine.store.log_text import cleaned


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.argument("release", required=False, default="")
@environment_option
@click.option("--plan", is_flag=True, help="Only tell what it would change.")
@wait_options
@json_option
def rollback(
    repository: str, release: str, environment: str, plan: bool, wait: bool, timeout: float, logs: bool, as_json: bool
) -> None:
    """Go back to RELEASE (3, v3 or its id), or to the one before."""
    with talk(as_json) as talking:
        found = environment_of(talking, repository, environment)
        if found["serving"] is None:
            words = f"going back in {environment}: nothing is deployed there."
            raise RemoteRefusal(409, {"code": "nothing_deployed", "message": words, "fix": "Deploy first."})
        path = f"/api/deployments/{found['serving']['id']}/rollback"
        if plan:
            told = talking.client.post(path, {"to": release, "plan": True})
            talking.tell(told, *map(cleaned, str(told["plan"]).splitlines()))
            return
        answer = talking.client.post(path, {"to": release}, key=secrets.token_urlsafe(16))
        finish(talking, answer, wait=wait, timeout=timeout, logs=logs)
