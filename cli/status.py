"""`slipway status` and `slipway restart`: what runs, and starting it again."""

import click

from cli.remote.talk import environment_of, environment_option, json_option, talk
from cli.remote.words import environment_lines
from engine.store.log_text import cleaned


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
@json_option
def status(repository: str, as_json: bool) -> None:
    """Show every environment: what serves, what comes, who holds it."""
    with talk(as_json) as talking:
        found = talking.client.get("/api/environments", repository=repository)
        lines = [line for each in found for line in environment_lines(each)]
        talking.tell({"environments": found}, *(lines or ["This project has no environment yet: deploy to make one."]))


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
@environment_option
@json_option
def restart(repository: str, environment: str, as_json: bool) -> None:
    """Start an environment's application again."""
    with talk(as_json) as talking:
        found = environment_of(talking, repository, environment)
        answer = talking.client.post(f"/api/environments/{found['id']}/restart")
        talking.tell(answer, *map(cleaned, str(answer["message"]).splitlines()))
