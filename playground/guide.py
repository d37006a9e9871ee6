"""`playground.json`: what a script needs to know to use the playground."""

from pathlib import Path
from typing import Any

import orjson

from playground.accounts import PEOPLE, account_by_login
from playground.hub import Hub
from playground.payloads.repositories import clone_url
from playground.private_file import write_private
from playground.pulls import pulls_of
from playground.repositories import all_repositories, full_name
from playground.slack.channels import channels_of
from playground.slack.slack import Slack
from playground.slack.teams import Team, teams
from playground.slack.users import people_of
from playground.tokens import find_token, mint_personal_token, revoke_personal_tokens


def write_guide(hub: Hub, slack: Slack) -> None:
    """Writes the file anew; tokens that are still good, and what `slipway up` added, stay."""
    path = hub.settings.data_dir / "playground.json"
    known = _known_users(path)
    guide = {
        "api_url": hub.addresses.api,
        "web_url": hub.addresses.clone,
        "users": [_user(hub, person.login, person.login, known.get(person.login, {})) for person in PEOPLE],
        "repositories": _repositories(hub),
        "slack": {"workspaces": [_workspace(slack, team) for team in teams(slack)]},
    }
    write_private(path, orjson.dumps(guide, option=orjson.OPT_INDENT_2))


def _known_users(path: Path) -> dict[str, dict[str, Any]]:
    try:
        stored = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return {user["login"]: user for user in stored["users"]}


def _user(hub: Hub, login: str, role: str, known: dict[str, Any]) -> dict[str, Any]:
    token = known.get("token")
    if not isinstance(token, str) or find_token(hub, token) is None:
        account = account_by_login(hub.database, login)
        if account is None:
            raise LookupError(f"writing playground.json: the database has no account {login}; delete the data folder")
        revoke_personal_tokens(hub, account)
        token = mint_personal_token(hub, account)
    return {"login": login, "role": role, "token": token, "slipway_token": known.get("slipway_token")}


def _repositories(hub: Hub) -> list[dict[str, Any]]:
    return [
        {
            "full_name": full_name(hub, repository),
            "clone_url": clone_url(hub, repository),
            "default_branch": repository.default_branch,
            "pull_requests": sorted(pull.number for pull in pulls_of(hub, repository, "open")),
        }
        for repository in all_repositories(hub)
    ]


def _workspace(slack: Slack, team: Team) -> dict[str, Any]:
    channels = [one for one in channels_of(slack, team.id) if one.kind != "im"]
    return {
        "team_id": team.id,
        "name": team.name,
        "channels": [{"id": one.id, "name": one.name, "kind": one.kind} for one in channels],
        "users": [{"id": one.id, "login": one.name} for one in people_of(slack, team.id)],
    }
