"""People of the workspaces, and the app's bot in each."""

from dataclasses import dataclass

from playground.slack.slack import Slack


@dataclass(frozen=True)
class User:
    """Somebody in one workspace."""

    id: str
    team_id: str
    name: str
    real_name: str
    account_id: int | None
    bot_id: str | None
    deleted: bool

    @property
    def is_bot(self) -> bool:
        return self.bot_id is not None


def find_user(slack: Slack, user_id: str) -> User | None:
    """The user of an id, in whatever workspace."""
    return slack.database.one(User, "SELECT * FROM slack_users WHERE id = ?", user_id)


def user_by_id(slack: Slack, user_id: str) -> User:
    """The user of a stored id."""
    found = find_user(slack, user_id)
    if found is None:
        raise LookupError(f"reading user {user_id}: the database has no such row")
    return found


def user_of_team(slack: Slack, team_id: str, word: str) -> User | None:
    """The user of an id or a name in one workspace."""
    return slack.database.one(User, "SELECT * FROM slack_users WHERE team_id = ?1 AND ?2 IN (id, name)", team_id, word)


def users_of(slack: Slack, team_id: str) -> list[User]:
    """Everybody of a workspace, its bot too."""
    return slack.database.all(User, "SELECT * FROM slack_users WHERE team_id = ? ORDER BY rowid", team_id)


def people_of(slack: Slack, team_id: str) -> list[User]:
    """Everybody of a workspace who is no bot."""
    return [one for one in users_of(slack, team_id) if not one.is_bot]
