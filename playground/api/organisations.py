"""Organisations: who is in them and in their teams, and who goes."""

from typing import Literal

from playground.access import check_reads_organisation
from playground.accounts import Account, account_by_id, account_by_login
from playground.api.call import Answer, Body, Call, paged
from playground.members import Team, is_member, member_of, members_of, owns, team_by_slug, team_members, teams_of
from playground.organisation import depart, dismiss, join, welcome
from playground.payloads.accounts import account_payload
from playground.payloads.organisations import full_membership_payload, team_payload
from playground.refusals import Forbidden, NotFound

NOT_AN_OWNER = "You must be an owner to do that."


class MembershipRequest(Body):
    """What somebody shall be in an organisation."""

    role: Literal["admin", "member"] = "member"


class TeamMembershipRequest(Body):
    """What somebody shall be in a team."""

    role: Literal["member", "maintainer"] = "member"


def list_members(call: Call) -> Answer:
    organisation = _readable(call)
    shown = [account_by_id(call.hub.database, one.account_id) for one in members_of(call.hub, organisation)]
    return paged(call, shown, lambda one: account_payload(call.hub, one))


def check_member(call: Call) -> Answer:
    if not is_member(call.hub, _readable(call), call.account()):
        raise NotFound()
    return Answer(status=204)


def show_membership(call: Call) -> Answer:
    organisation, account = _readable(call), call.account()
    if member_of(call.hub, organisation, account) is None:
        raise NotFound()
    return Answer(full_membership_payload(call.hub, organisation, account))


def put_membership(call: Call) -> Answer:
    """In at once; at GitHub people outside are invited first."""
    organisation, sender = _owned(call)
    account = _person(call)
    welcome(call.hub, organisation, account, sender, call.read(MembershipRequest).role)
    return Answer(full_membership_payload(call.hub, organisation, account))


def remove_member(call: Call) -> Answer:
    organisation, sender = _owned(call)
    if not dismiss(call.hub, organisation, _person(call), sender):
        raise NotFound()
    return Answer(status=204)


def list_teams(call: Call) -> Answer:
    organisation = _readable(call)
    return paged(call, teams_of(call.hub, organisation), lambda one: team_payload(call.hub, organisation, one))


def list_team_members(call: Call) -> Answer:
    organisation = _readable(call)
    found = team_members(call.hub, _team(call, organisation))
    return paged(call, found, lambda one: account_payload(call.hub, one))


def put_team_membership(call: Call) -> Answer:
    organisation, sender = _owned(call)
    team, account = _team(call, organisation), _person(call)
    role = call.read(TeamMembershipRequest).role
    if not is_member(call.hub, organisation, account):
        welcome(call.hub, organisation, account, sender, "member")
    join(call.hub, organisation, team, account, sender)
    url = f"{team_payload(call.hub, organisation, team)['url']}/memberships/{account.login}"
    return Answer({"url": url, "role": role, "state": "active"})


def remove_team_membership(call: Call) -> Answer:
    organisation, sender = _owned(call)
    depart(call.hub, organisation, _team(call, organisation), _person(call), sender)
    return Answer(status=204)


def _organisation(call: Call) -> Account:
    found = account_by_login(call.hub.database, call.path["org"])
    if found is None or found.type != "Organization":
        raise NotFound()
    return found


def _readable(call: Call) -> Account:
    organisation = _organisation(call)
    check_reads_organisation(call.hub, call.caller, organisation)
    return organisation


def _owned(call: Call) -> tuple[Account, Account]:
    organisation, sender = _organisation(call), call.as_person()
    if not owns(call.hub, organisation, sender):
        raise Forbidden(NOT_AN_OWNER)
    return organisation, sender


def _person(call: Call) -> Account:
    account = call.account()
    if account.type != "User":
        raise NotFound()
    return account


def _team(call: Call, organisation: Account) -> Team:
    return team_by_slug(call.hub, organisation, call.path["team"])
