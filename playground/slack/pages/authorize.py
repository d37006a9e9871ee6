"""The page on which somebody lets the app into a workspace, or doesn't."""

from starlette.responses import RedirectResponse, Response

from playground.pages.page import Page
from playground.refusals import NotFound
from playground.slack.oauth import ASKED, SCOPES, allow, asked_scopes, cancel, check_asked
from playground.slack.pages.who import is_owner, who
from playground.slack.slack import Slack
from playground.slack.teams import find_team, teams

PATH = "/slack/oauth/v2/authorize"


def show_authorize(slack: Slack, page: Page) -> Response:
    """What the app asks for; a workspace can be chosen as long as the address names none."""
    asked = {name: page.request.query_params.get(name, "") for name in ASKED}
    check_asked(slack, asked)
    chosen = find_team(slack, asked["team"]) or teams(slack)[0]
    places = [{"team": one, "user": who(slack, page, one.id)} for one in teams(slack)]
    return page.show(
        "slack/authorize.html",
        asked=asked,
        team=chosen,
        user=who(slack, page, chosen.id),
        owner=is_owner(slack, who(slack, page, chosen.id)),
        places=places,
        wanted=[(one, SCOPES[one]) for one in asked_scopes(asked)],
    )


def authorize(slack: Slack, page: Page) -> Response:
    """Sends the browser back to the app, with a code or with a no."""
    asked = {name: page.text(name) for name in ASKED}
    check_asked(slack, asked)
    team = find_team(slack, page.text("into"))
    if team is None:
        raise NotFound()
    allowed = page.text("do") == "allow"
    return RedirectResponse(allow(slack, who(slack, page, team.id), asked) if allowed else cancel(asked), 303)
