"""Workspaces."""

from dataclasses import dataclass

from playground.slack.slack import Slack


@dataclass(frozen=True)
class Team:
    """One workspace."""

    id: str
    name: str
    domain: str


def teams(slack: Slack) -> list[Team]:
    """All workspaces, in the order in which they were made."""
    return slack.database.all(Team, "SELECT * FROM slack_teams ORDER BY rowid")


def team_by_id(slack: Slack, team_id: str) -> Team:
    """The workspace of a stored id."""
    found = find_team(slack, team_id)
    if found is None:
        raise LookupError(f"reading workspace {team_id}: the database has no such row")
    return found


def find_team(slack: Slack, word: str) -> Team | None:
    """The workspace of an id, a name or a domain."""
    sql = "SELECT * FROM slack_teams WHERE ?1 IN (id, name, domain)"
    return slack.database.one(Team, sql, word)
