"""Every page and form of the playground's Slack."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response

from playground.pages.page import Page, View
from playground.slack.pages import authorize, channel, settings, view, who
from playground.slack.slack import Slack

SlackView = Callable[[Slack, Page], Response]

TABLE: tuple[tuple[str, str, SlackView], ...] = (
    ("GET", "/slack", channel.show_first),
    ("POST", "/slack/as", who.act_as),
    ("GET", authorize.PATH, authorize.show_authorize),
    ("POST", authorize.PATH, authorize.authorize),
    ("GET", "/slack/settings/{team}", settings.show_settings),
    ("POST", "/slack/settings/{team}", settings.change_settings),
    ("GET", "/slack/home/{team}", view.show_home),
    ("GET", "/slack/home/{team}/live", view.show_home_live),
    ("POST", "/slack/views", view.use_view),
    ("POST", "/slack/options", view.suggest),
    ("GET", "/slack/{channel}", channel.show_channel),
    ("GET", "/slack/{channel}/live", channel.show_live),
    ("POST", "/slack/{channel}/say", channel.compose),
    ("POST", "/slack/{channel}/press", channel.press),
    ("POST", "/slack/{channel}/join", channel.join),
)


def slack_pages(slack: Slack) -> tuple[tuple[str, str, View], ...]:
    """The same for this Slack."""
    return tuple((method, path, partial(shown, slack)) for method, path, shown in TABLE)
