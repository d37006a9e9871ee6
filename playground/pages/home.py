"""The front page, choosing who you are, and pictures of people."""

import html

from starlette.responses import RedirectResponse, Response

from playground.accounts import account_by_id, account_by_login
from playground.pages.page import Page
from playground.pages.session import keep_session
from playground.pulls import pulls_of
from playground.refusals import NotFound
from playground.repositories import owner_of, visible_repositories

COLOURS = ("#8250df", "#1f883d", "#0969da", "#bf3989", "#bc4c00", "#57606a")


def show_home(page: Page) -> Response:
    visible = visible_repositories(page.hub, page.session.account)
    shown = [
        {
            "repository": repository,
            "owner": owner_of(page.hub, repository),
            "pulls": [
                {"pull": pull, "author": account_by_id(page.hub.database, pull.author_id)}
                for pull in pulls_of(page.hub, repository, "open")
            ],
        }
        for repository in visible
    ]
    return page.show("home.html", repositories=shown)


def choose_account(page: Page) -> Response:
    """Acts as somebody else from now on, and goes back to where that was chosen."""
    account = account_by_login(page.hub.database, page.text("login"))
    if account is None or account.type != "User":
        raise NotFound()
    response = page.back_here()
    keep_session(page.hub, response, page.session, account)
    return response


def show_avatar(page: Page) -> Response:
    """A picture of somebody: their first letter on a colour of their own."""
    try:
        account = account_by_id(page.hub.database, page.number("id"))
    except LookupError as problem:
        raise NotFound() from problem
    if account.id == page.hub.bot().id:
        return RedirectResponse("/static/icon.svg")
    colour, letter = COLOURS[account.id % len(COLOURS)], html.escape(account.login[0].upper())
    radius = 40 if account.type == "User" else 16
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" width="80" height="80">'
        f'<rect width="80" height="80" rx="{radius}" fill="{colour}"/>'
        '<text x="40" y="54" text-anchor="middle" font-family="system-ui, sans-serif" font-size="40" '
        f'font-weight="600" fill="#fff">{letter}</text></svg>'
    )
    return Response(picture, media_type="image/svg+xml")
