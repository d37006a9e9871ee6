"""`slipway lock` and `slipway unlock`: who alone may change an environment."""

import click

from cli.remote.talk import environment_of, environment_option, json_option, talk
from cli.remote.words import environment_lines
from engine.store.log_text import cleaned

REPOSITORY = click.argument("repository", metavar="OWNER/REPO")


@click.command()
@REPOSITORY
@environment_option
@click.option("--reason", default="", help="Why, for whoever finds it locked.")
@click.option("--force", is_flag=True, help="Take over what another holds; needs a reason, and is recorded.")
@json_option
def lock(repository: str, environment: str, reason: str, force: bool, as_json: bool) -> None:
    """Lock an environment, or take a place in line for it."""
    _lock("lock", repository, environment, reason, force, as_json)


@click.command()
@REPOSITORY
@environment_option
@click.option("--reason", default="", help="Why; needed with --force.")
@click.option("--force", is_flag=True, help="End another's lock; needs a reason, and is recorded.")
@json_option
def unlock(repository: str, environment: str, reason: str, force: bool, as_json: bool) -> None:
    """Give your lock up, and let automatic deploys go on."""
    _lock("unlock", repository, environment, reason, force, as_json)


def _lock(verb: str, repository: str, environment: str, reason: str, force: bool, as_json: bool) -> None:
    with talk(as_json) as talking:
        found = environment_of(talking, repository, environment)
        answer = talking.client.post(f"/api/environments/{found['id']}/{verb}", {"reason": reason, "force": force})
        talking.tell(answer, *map(cleaned, str(answer["message"]).splitlines()), *environment_lines(answer))
