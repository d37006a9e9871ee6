"""`slipway approve`, `slipway reject` and `slipway cancel`: what becomes of a deployment that was asked for."""

from urllib.parse import quote

import click

from cli.remote.talk import json_option, talk
from cli.remote.words import outcome_lines


@click.command()
@click.argument("deployment", metavar="ID")
@json_option
def approve(deployment: str, as_json: bool) -> None:
    """Approve a deployment that waits for it; not one that you asked for."""
    _decide(deployment, "approve", "", as_json)


@click.command()
@click.argument("deployment", metavar="ID")
@click.option("--reason", default="", help="Why.")
@json_option
def reject(deployment: str, reason: str, as_json: bool) -> None:
    """Reject a deployment that waits for approval."""
    _decide(deployment, "reject", reason, as_json)


@click.command()
@click.argument("deployment", metavar="ID")
@json_option
def cancel(deployment: str, as_json: bool) -> None:
    """End a deployment before it is done."""
    _decide(deployment, "cancel", "", as_json)


def _decide(deployment: str, verb: str, reason: str, as_json: bool) -> None:
    with talk(as_json) as talking:
        answer = talking.client.post(f"/api/deployments/{as_segment(deployment)}/{verb}", {"reason": reason})
        talking.tell(answer, *outcome_lines(answer))


def as_segment(text: str) -> str:
    """One part of a path, whatever somebody typed."""
    return quote(text, safe="")
