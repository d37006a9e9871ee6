"""Puts the playground's Slack together."""

import httpx
from starlette.routing import Route

from playground.hub import Hub
from playground.slack.application import load_slack_application
from playground.slack.furnishing import furnish_slack
from playground.slack.play.routes import play_routes
from playground.slack.sender import EventSender
from playground.slack.slack import PATIENCE_SECONDS, Slack
from playground.slack.web.responses import response_routes
from playground.slack.web.server import web_api_routes

#: Deliveries at the same time, each in a thread of its own.
MOST_CONNECTIONS = 64


def make_slack(hub: Hub, sender: EventSender) -> Slack:
    """A Slack with its files written and its first people in it."""
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS)
    client = httpx.Client(timeout=PATIENCE_SECONDS, limits=limits, trust_env=False)
    application = load_slack_application(hub.settings.home, hub.addresses)
    slack = Slack(hub, application, client, sender.wake)
    furnish_slack(slack)
    return slack


def slack_routes(slack: Slack) -> list[Route]:
    """Everything below `/slack` but its pages."""
    return [*web_api_routes(slack), *response_routes(slack), *play_routes(slack)]
