"""Where the App is installed, and everything that the owner of an account may do about it."""

from collections.abc import Callable

from starlette.responses import Response

from playground import installing
from playground.accounts import Account, account_by_id, account_by_login
from playground.hub import Hub
from playground.installations import (
    Installation,
    covered_repositories,
    granted_permissions,
    installation_by_id,
    installation_on,
)
from playground.members import owns
from playground.pages.page import Page
from playground.refusals import Invalid, NotFound
from playground.repositories import Repository

HOME = "/settings/installations"


def show_installations(page: Page) -> Response:
    """The accounts that this person decides for, with or without the App."""
    places = [{"account": one, "installation": installation_on(page.hub, one.id)} for one in _accounts(page)]
    return page.show("installations.html", places=places)


def show_installation(page: Page) -> Response:
    installation = _installation(page)
    hub = page.hub
    covered = {one.id for one in covered_repositories(hub, installation)}
    return page.show(
        "installation.html",
        installation=installation,
        account=account_by_id(hub.database, installation.account_id),
        repositories=[{"repository": one, "covered": one.id in covered} for one in _own(hub, installation)],
        asked=dict(hub.settings.app_permissions),
        granted=granted_permissions(hub, installation),
    )


def install(page: Page) -> Response:
    account = account_by_login(page.hub.database, page.text("account"))
    if account is None or account not in _accounts(page):
        raise NotFound()
    made = installing.install(page.hub, account, page.session.account)
    return page.back(f"{HOME}/{made.id}")


def change_installation(page: Page) -> Response:
    """One of the things in `ACTIONS`, by the button that was pressed."""
    installation = _installation(page)
    act = ACTIONS.get(page.text("action"))
    if act is None:
        raise Invalid("This button is not known here.")
    act(page, installation)
    return page.back(HOME if page.text("action") == "uninstall" else f"{HOME}/{installation.id}")


def _suspend(page: Page, installation: Installation) -> None:
    suspended = installation.suspended_at is None
    installing.suspend(page.hub, installation, page.session.account, suspended=suspended)


def _uninstall(page: Page, installation: Installation) -> None:
    installing.uninstall(page.hub, installation, page.session.account)


def _choose_all(page: Page, installation: Installation) -> None:
    installing.choose(page.hub, installation, page.session.account, None)


def _choose_these(page: Page, installation: Installation) -> None:
    installing.choose(page.hub, installation, page.session.account, _covered(page.hub, installation))


def _add(page: Page, installation: Installation) -> None:
    chosen = _covered(page.hub, installation) | {_named(page)}
    installing.choose(page.hub, installation, page.session.account, chosen)


def _remove(page: Page, installation: Installation) -> None:
    chosen = _covered(page.hub, installation) - {_named(page)}
    installing.choose(page.hub, installation, page.session.account, chosen)


def _withhold(page: Page, installation: Installation) -> None:
    installing.withhold(page.hub, installation, page.text("permission"))


def _accept(page: Page, installation: Installation) -> None:
    installing.accept(page.hub, installation, page.session.account)


ACTIONS: dict[str, Callable[[Page, Installation], None]] = {
    "suspend": _suspend,
    "uninstall": _uninstall,
    "all": _choose_all,
    "selected": _choose_these,
    "add": _add,
    "remove": _remove,
    "withhold": _withhold,
    "accept": _accept,
}


def _accounts(page: Page) -> list[Account]:
    found = page.hub.database.all(Account, "SELECT * FROM accounts WHERE type != 'Bot' ORDER BY id")
    return [one for one in found if owns(page.hub, one, page.session.account)]


def _installation(page: Page) -> Installation:
    installation = installation_by_id(page.hub, page.number("installation"))
    if installation.account_id not in [one.id for one in _accounts(page)]:
        raise NotFound()
    return installation


def _own(hub: Hub, installation: Installation) -> list[Repository]:
    sql = "SELECT * FROM repositories WHERE owner_id = ? AND deleted_at IS NULL ORDER BY id"
    return hub.database.all(Repository, sql, installation.account_id)


def _covered(hub: Hub, installation: Installation) -> set[int]:
    return {one.id for one in covered_repositories(hub, installation)}


def _named(page: Page) -> int:
    text = page.text("repository")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid("Choose one of the repositories.")
    return int(text)
