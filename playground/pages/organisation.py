"""The people of an organisation and its teams."""

from starlette.responses import Response

from playground.accounts import Account, account_by_login, people
from playground.members import is_member, member_of, owns, team_by_slug, team_members, teams_of
from playground.organisation import depart, dismiss, join, welcome
from playground.pages.page import Page
from playground.refusals import Forbidden, Invalid, NotFound


def show_people(page: Page) -> Response:
    organisation, hub = _organisation(page), page.hub
    if not is_member(hub, organisation, page.session.account):
        raise NotFound()
    return page.show(
        "people.html",
        organisation=organisation,
        persons=[{"account": one, "member": member_of(hub, organisation, one)} for one in people(hub.database)],
        teams=[
            {"team": one, "ids": {each.id for each in team_members(hub, one)}} for one in teams_of(hub, organisation)
        ],
        may_change=owns(hub, organisation, page.session.account),
    )


def change_people(page: Page) -> Response:
    """Takes somebody in or sends them away, in the organisation or in one of its teams."""
    organisation, hub, sender = _organisation(page), page.hub, page.session.account
    if not owns(hub, organisation, sender):
        raise Forbidden("Only an owner of the organisation says who belongs to it.")
    account = account_by_login(hub.database, page.text("login"))
    if account is None or account.type != "User":
        raise NotFound()
    match page.text("action"):
        case "welcome":
            welcome(hub, organisation, account, sender, "member")
        case "dismiss":
            dismiss(hub, organisation, account, sender)
        case "join":
            join(hub, organisation, team_by_slug(hub, organisation, page.text("team")), account, sender)
        case "leave":
            depart(hub, organisation, team_by_slug(hub, organisation, page.text("team")), account, sender)
        case _:
            raise Invalid("This button is not known here.")
    return page.back(f"/organizations/{organisation.login}/people")


def _organisation(page: Page) -> Account:
    found = account_by_login(page.hub.database, page.request.path_params["login"])
    if found is None or found.type != "Organization":
        raise NotFound()
    return found
