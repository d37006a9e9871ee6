"""Who somebody is on Slack's pages: the user of the account they act as, or one that has no account."""

from starlette.responses import Response

from playground.accounts import account_by_id
from playground.pages.page import Page
from playground.pages.session import cookie_name, keep_session
from playground.refusals import NotFound
from playground.slack.slack import Slack
from playground.slack.users import User, find_user, people_of, user_of_team


def who(slack: Slack, page: Page, team_id: str) -> User:
    """The user that this browser is in a workspace."""
    chosen = user_of_team(slack, team_id, page.request.cookies.get(_cookie(page), ""))
    if chosen is not None and not chosen.is_bot and chosen.account_id is None:
        return chosen
    people = people_of(slack, team_id)
    return next((one for one in people if one.account_id == page.session.account.id), people[0])


def is_owner(slack: Slack, user: User) -> bool:
    """Who came first owns the workspace."""
    return people_of(slack, user.team_id)[0].id == user.id


def act_as(slack: Slack, page: Page) -> Response:
    """Acts as somebody else from now on, at GitHub too where they have an account there."""
    user = find_user(slack, page.text("user"))
    if user is None or user.is_bot:
        raise NotFound()
    response = page.back_here()
    account = account_by_id(slack.database, user.account_id) if user.account_id is not None else None
    # Only a preference: whoever is here may act as anybody.
    response.set_cookie(_cookie(page), user.id if account is None else "", httponly=True, samesite="lax", path="/slack")
    keep_session(page.hub, response, page.session, account)
    return response


def _cookie(page: Page) -> str:
    return f"{cookie_name(page.hub)}_slack"
