"""Who belongs to an organisation, and to which of its teams."""

from dataclasses import dataclass

from playground.accounts import Account
from playground.hub import Hub
from playground.refusals import NotFound


@dataclass(frozen=True)
class Member:
    """Somebody in an organisation: admin (an owner of it) or member."""

    organisation_id: int
    account_id: int
    role: str


@dataclass(frozen=True)
class Team:
    """Some people of an organisation under one name."""

    id: int
    organisation_id: int
    slug: str
    name: str


def member_of(hub: Hub, organisation: Account, account: Account) -> Member | None:
    """What somebody is in an organisation, or nothing."""
    sql = "SELECT * FROM members WHERE organisation_id = ? AND account_id = ?"
    return hub.database.one(Member, sql, organisation.id, account.id)


def is_member(hub: Hub, organisation: Account, account: Account) -> bool:
    return member_of(hub, organisation, account) is not None


def owns(hub: Hub, owner: Account, account: Account) -> bool:
    """Whether somebody decides for an account: it is their own, or an organisation that they own."""
    found = member_of(hub, owner, account)
    return owner.id == account.id or (found is not None and found.role == "admin")


def members_of(hub: Hub, organisation: Account) -> list[Member]:
    sql = "SELECT * FROM members WHERE organisation_id = ? ORDER BY account_id"
    return hub.database.all(Member, sql, organisation.id)


def store_member(hub: Hub, organisation: Account, account: Account, role: str) -> None:
    hub.database.execute(
        "INSERT INTO members (organisation_id, account_id, role) VALUES (?, ?, ?) "
        "ON CONFLICT (organisation_id, account_id) DO UPDATE SET role = excluded.role",
        organisation.id,
        account.id,
        role,
    )


def drop_member(hub: Hub, organisation: Account, account: Account) -> None:
    """Takes somebody out of an organisation, with every role they had in its repositories."""
    sql = "DELETE FROM members WHERE organisation_id = ? AND account_id = ?"
    hub.database.execute(sql, organisation.id, account.id)
    own = "SELECT id FROM repositories WHERE owner_id = ?"
    roles = f"DELETE FROM collaborators WHERE account_id = ? AND repository_id IN ({own})"  # noqa: S608 (ours)
    hub.database.execute(roles, account.id, organisation.id)


def teams_of(hub: Hub, organisation: Account) -> list[Team]:
    return hub.database.all(Team, "SELECT * FROM teams WHERE organisation_id = ? ORDER BY id", organisation.id)


def team_by_slug(hub: Hub, organisation: Account, slug: str) -> Team:
    """The team of a slug; refused with 404 where there is none."""
    sql = "SELECT * FROM teams WHERE organisation_id = ? AND slug = ?"
    found = hub.database.one(Team, sql, organisation.id, slug)
    if found is None:
        raise NotFound()
    return found


def create_team(hub: Hub, organisation: Account, slug: str, name: str) -> None:
    hub.database.insert("teams", organisation_id=organisation.id, slug=slug, name=name)


def team_members(hub: Hub, team: Team) -> list[Account]:
    sql = "SELECT a.* FROM accounts a JOIN team_members m ON m.account_id = a.id WHERE m.team_id = ? ORDER BY a.id"
    return hub.database.all(Account, sql, team.id)


def join_team(hub: Hub, team: Team, account: Account) -> bool:
    """Puts somebody into a team and says whether that changed anything."""
    sql = "INSERT INTO team_members (team_id, account_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
    return hub.database.execute(sql, team.id, account.id) > 0


def leave_team(hub: Hub, team: Team, account: Account) -> bool:
    """Takes somebody out of a team and says whether they were in it."""
    return (
        hub.database.execute("DELETE FROM team_members WHERE team_id = ? AND account_id = ?", team.id, account.id) > 0
    )
