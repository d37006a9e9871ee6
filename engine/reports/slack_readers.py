"""Whether a channel may still be told of a repository: as long as somebody who wanted it there may read it."""

from typing import Protocol

from engine.domain.permission import Role
from engine.errors import OutsideError
from engine.forge.port import RepositoryRef
from engine.reports.slack_subjects import Place
from engine.store import repositories, slack_asks, slack_channels
from engine.store.database import Database
from engine.store.repositories import StoredRepository


class Roles(Protocol):
    """Who may read what, as engine.access.permissions has it."""

    def role(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """The role of `login`, if that is `account`. Raises OutsideError when the forge must be asked and is away."""
        ...


class SlackReaders:
    """Asks GitHub, and relies on its answers for as long as `roles` does."""

    def __init__(self, database: Database, roles: Roles) -> None:
        self.database = database
        self.roles = roles

    def may_hear(self, place: Place) -> bool:
        """False once nobody who subscribed the channel, or asked there, may read the repository any more."""
        with self.database.read() as connection:
            repository = repositories.by_id(connection, place.repository_id)
            heard = slack_channels.of_channel(connection, place.workspace_id, place.channel)
            asked = slack_asks.about(connection, place.about)
        logins = {each.by_login for each in heard if each.repository_id == place.repository_id}
        here = place.workspace_id, place.channel
        logins |= {each.login for each in asked if (each.workspace_id, each.channel) == here} - {""}
        if repository is None or not repository.covered or not logins:
            # Nothing new happens there: what stands in the channel is edited to its end.
            return True
        return any(self._may_read(repository, each) for each in sorted(logins))

    def _may_read(self, repository: StoredRepository, login: str) -> bool:
        try:
            return self.roles.role(repository.ref, login) >= Role.READ
        except OutsideError:
            # They could when they asked for it; a deploy is told of while GitHub is away.
            return True
