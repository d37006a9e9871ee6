"""Workspaces that have installed the Slack app. The outbox knows a workspace as the installation `-id`."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from engine.store.schema import outbox
from engine.store.slack_schema import (
    slack_asks,
    slack_channels,
    slack_homes,
    slack_links,
    slack_messages,
    slack_people,
    slack_subscriptions,
    slack_workspaces,
)
from engine.store.upsert import insert_into

#: What is erased with a workspace's leave; asks stay, as the audit does, but neither hear nor are answered any more.
ITS_OWN = (slack_links, slack_people, slack_homes, slack_messages, slack_subscriptions, slack_channels)


@dataclass(frozen=True)
class NewWorkspace:
    """A workspace as it installed the app."""

    team_id: str
    name: str
    app_id: str
    bot_user_id: str
    scopes: str
    #: The Slack user who installed it.
    installed_by: str
    sealed_token: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class Workspace:
    """A workspace, as stored."""

    id: int
    team_id: str
    name: str
    app_id: str
    bot_user_id: str
    #: None once the app was uninstalled or its token revoked.
    sealed_token: bytes | None = field(repr=False)
    scopes: str
    installed_by: str
    #: Unix seconds.
    installed_at: float
    gone_at: float | None
    gone_why: str

    @property
    def lane(self) -> int:
        """What stands for it where GitHub has an installation: in the outbox and in jobs."""
        return -self.id

    @property
    def here(self) -> bool:
        """True while the app is installed there."""
        return self.sealed_token is not None and self.gone_at is None


def install(connection: Connection, new: NewWorkspace, now: float) -> Workspace:
    """Stores the workspace, or its new token; what it had before it left is not given back."""
    says = {
        **{name: getattr(new, name) for name in NewWorkspace.__dataclass_fields__},
        "installed_at": now,
        "gone_at": None,
        "gone_why": "",
        "paused_until": 0.0,
        "paused_why": "",
    }
    made = insert_into(connection, slack_workspaces).values(says)
    connection.execute(made.on_conflict_do_update(index_elements=["team_id"], set_=says))
    found = by_team(connection, new.team_id)
    assert found is not None
    return found


def by_team(connection: Connection, team_id: str) -> Workspace | None:
    """The workspace that Slack calls so; also one that has left."""
    return _one(connection, slack_workspaces.c.team_id == team_id)


def by_id(connection: Connection, workspace_id: int) -> Workspace | None:
    """The workspace of that id."""
    return _one(connection, slack_workspaces.c.id == workspace_id)


def leave(connection: Connection, workspace: Workspace, why: str, now: float) -> None:
    """Erases the token and everything that belongs to the workspace alone; nothing more is posted there."""
    for table in ITS_OWN:
        connection.execute(delete(table).where(table.c.workspace_id == workspace.id))
    gone = {"sealed_token": None, "gone_at": now, "gone_why": why, "scopes": ""}
    connection.execute(update(slack_workspaces).where(slack_workspaces.c.id == workspace.id).values(**gone))
    mute = update(slack_asks).where(slack_asks.c.workspace_id == workspace.id).values(about="", response_url="")
    connection.execute(mute)
    connection.execute(delete(outbox).where(outbox.c.installation_id == workspace.lane))


def sealed_after(connection: Connection, workspace_id: int, limit: int) -> list[Workspace]:
    """Workspaces with a token, by id, from the one after `workspace_id` on."""
    found = (
        select(slack_workspaces)
        .where(slack_workspaces.c.id > workspace_id, slack_workspaces.c.sealed_token.is_not(None))
        .order_by(slack_workspaces.c.id)
        .limit(limit)
    )
    return [_workspace(row) for row in connection.execute(found)]


def reseal(connection: Connection, workspace: Workspace, sealed: bytes) -> bool:
    """Puts the token into another seal; False when it changed meanwhile."""
    same = slack_workspaces.c.id == workspace.id, slack_workspaces.c.sealed_token == workspace.sealed_token
    return connection.execute(update(slack_workspaces).where(*same).values(sealed_token=sealed)).rowcount == 1


def _one(connection: Connection, condition: ColumnElement[bool]) -> Workspace | None:
    row = connection.execute(select(slack_workspaces).where(condition)).one_or_none()
    return None if row is None else _workspace(row)


def _workspace(row: Row[tuple[object, ...]]) -> Workspace:
    return Workspace(**{name: getattr(row, name) for name in Workspace.__dataclass_fields__})
