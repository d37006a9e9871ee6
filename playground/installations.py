"""Where the GitHub App is installed, and which repositories it sees there."""

from dataclasses import dataclass

from playground.hub import Hub
from playground.refusals import NotFound
from playground.repositories import Repository


@dataclass(frozen=True)
class Installation:
    """The App on one account: all of its repositories, or selected ones."""

    id: int
    account_id: int
    repository_selection: str
    suspended_at: str | None
    created_at: str
    updated_at: str
    #: Permissions that the App asks for and the account hasn't accepted.
    withheld: list[str]


def create_installation(hub: Hub, account_id: int, *, selection: str) -> Installation:
    now = hub.now()
    installation_id = hub.database.insert(
        "installations", account_id=account_id, repository_selection=selection, created_at=now, updated_at=now
    )
    return installation_by_id(hub, installation_id)


def installation_by_id(hub: Hub, installation_id: int) -> Installation:
    """The installation of an id; refused with 404 where there is none."""
    found = hub.database.one(Installation, "SELECT * FROM installations WHERE id = ?", installation_id)
    if found is None:
        raise NotFound()
    return found


def installations(hub: Hub) -> list[Installation]:
    return hub.database.all(Installation, "SELECT * FROM installations ORDER BY id")


def installation_on(hub: Hub, account_id: int) -> Installation | None:
    return hub.database.one(Installation, "SELECT * FROM installations WHERE account_id = ?", account_id)


def installation_of(hub: Hub, repository: Repository) -> Installation | None:
    """The installation that covers a repository, suspended or not."""
    found = installation_on(hub, repository.owner_id)
    return found if found is not None and covers(hub, found, repository) else None


def granted_permissions(hub: Hub, installation: Installation) -> dict[str, str]:
    """What the account lets the App do: all that it asks for, but what is withheld."""
    asked = hub.settings.app_permissions
    return {name: level for name, level in asked.items() if name not in installation.withheld}


def covers(hub: Hub, installation: Installation, repository: Repository) -> bool:
    """Whether an installation sees a repository."""
    if installation.account_id != repository.owner_id:
        return False
    if installation.repository_selection == "all":
        return True
    sql = "SELECT 1 FROM installation_repositories WHERE installation_id = ? AND repository_id = ?"
    return hub.database.scalar(sql, installation.id, repository.id) is not None


def covered_repositories(hub: Hub, installation: Installation) -> list[Repository]:
    """Every repository an installation sees, oldest first."""
    own = hub.database.all(
        Repository,
        "SELECT * FROM repositories WHERE owner_id = ? AND deleted_at IS NULL ORDER BY id",
        installation.account_id,
    )
    return [repository for repository in own if covers(hub, installation, repository)]


def select_repository(hub: Hub, installation: Installation, repository: Repository) -> bool:
    """Adds a repository to the selected ones and says whether that changed anything."""
    if covers(hub, installation, repository):
        return False
    hub.database.insert("installation_repositories", installation_id=installation.id, repository_id=repository.id)
    return True


def deselect_repository(hub: Hub, installation: Installation, repository: Repository) -> bool:
    """Takes a repository out of the selected ones and says whether that changed anything."""
    sql = "DELETE FROM installation_repositories WHERE installation_id = ? AND repository_id = ?"
    return hub.database.execute(sql, installation.id, repository.id) > 0
