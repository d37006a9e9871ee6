"""The settings of a repository: what it is called, who works in it, and how it ends."""

from collections.abc import Callable

from starlette.responses import Response

from playground import estate
from playground.access import ADMINISTER
from playground.accounts import Account, account_by_id, account_by_login, people
from playground.collaborating import invite, uninvite
from playground.members import is_member
from playground.pages.page import Page
from playground.refusals import Invalid
from playground.repositories import Repository, collaborators, full_name, owner_of
from playground.roles import GRANTS, ROLES


def show_settings(page: Page) -> Response:
    repository = page.repository(ADMINISTER)
    hub = page.hub
    given = {one.account_id: one.role for one in collaborators(hub, repository)}
    others = [one for one in people(hub.database) if one.id != repository.owner_id]
    return page.show(
        "settings.html",
        repository=repository,
        owner=owner_of(hub, repository),
        team=[{"account": one, "role": given.get(one.id, "none")} for one in others],
        roles=ROLES,
        receivers=[one for one in _receivers(page) if one.id != repository.owner_id],
    )


def change_settings(page: Page) -> Response:
    """One of the things in `ACTIONS`, by the button that was pressed."""
    repository = page.repository(ADMINISTER)
    act = ACTIONS.get(page.text("action"))
    if act is None:
        raise Invalid("This button is not known here.")
    after = act(page, repository)
    return page.back("/" if after is None else f"/{full_name(page.hub, after)}/settings")


def _rename(page: Page, repository: Repository) -> Repository:
    return estate.rename(page.hub, repository, page.session.account, page.text("name"))


def _transfer(page: Page, repository: Repository) -> Repository:
    owner = account_by_login(page.hub.database, page.text("owner"))
    if owner is None or owner not in _receivers(page):
        raise Invalid("Choose one of the accounts that may get it.")
    return estate.transfer(page.hub, repository, page.session.account, owner, repository.name)


def _hide(page: Page, repository: Repository) -> Repository:
    return estate.show_or_hide(page.hub, repository, page.session.account, private=not repository.private)


def _archive(page: Page, repository: Repository) -> Repository:
    return estate.archive(page.hub, repository, page.session.account, archived=not repository.archived)


def _delete(page: Page, repository: Repository) -> None:
    estate.delete(page.hub, repository, page.session.account)


def _set_role(page: Page, repository: Repository) -> Repository:
    account, role = account_by_login(page.hub.database, page.text("login")), page.text("role")
    if account is None or account.type != "User" or role not in ROLES:
        raise Invalid("Choose a person and a role.")
    if role == "none":
        uninvite(page.hub, repository, account, page.session.account)
    else:
        invite(page.hub, repository, account, page.session.account, GRANTS.get(role, role))
    return repository


ACTIONS: dict[str, Callable[[Page, Repository], Repository | None]] = {
    "rename": _rename,
    "transfer": _transfer,
    "visibility": _hide,
    "archive": _archive,
    "delete": _delete,
    "role": _set_role,
}


def _receivers(page: Page) -> list[Account]:
    """To whom this person may give a repository: people, and organisations that they are in."""
    hub, account = page.hub, page.session.account
    ids = [one.id for one in people(hub.database)]
    organisations = hub.database.all(Account, "SELECT * FROM accounts WHERE type = 'Organization' ORDER BY id")
    ids += [one.id for one in organisations if is_member(hub, one, account)]
    return [account_by_id(hub.database, one) for one in ids]
