"""What people do in the playground's Slack, as a script says it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.playground.running import RunningPlayground, eventually

SCOPES = (
    "commands,chat:write,chat:write.public,app_mentions:read,channels:history,groups:history,channels:read,"
    "groups:read,im:write,users:read"
)
Told = dict[str, Any]


@dataclass(frozen=True)
class Script:
    """`/slack/play/…` of one running playground; people and channels are called by their names."""

    playground: RunningPlayground
    client: httpx.Client

    def do(self, what: str, **said: Any) -> Told:
        """Does something that must be possible."""
        answer = self.try_to(what, **said)
        assert answer.status_code == 200, answer.text
        done: Told = answer.json()
        return done

    def try_to(self, what: str, **said: Any) -> httpx.Response:
        return self.client.post(f"/slack/play/{what}", json=said)

    def look(self, what: str, **asked: Any) -> Told:
        answer = self.client.get(f"/slack/play/{what}", params=asked)
        assert answer.status_code == 200, answer.text
        told: Told = answer.json()
        return told

    def messages(self, channel: str, user: str = "writer", team: str = "Acme") -> list[Told]:
        """What somebody sees in a channel."""
        found: list[Told] = self.look(f"channel/{channel}", user=user, team=team)["messages"]
        return found

    def last(self, channel: str, user: str = "writer") -> Told:
        return self.messages(channel, user)[-1]

    def workspace(self, name: str = "Acme") -> Told:
        found: Told = next(one for one in self.playground.guide["slack"]["workspaces"] if one["name"] == name)
        return found

    def channel_id(self, name: str, team: str = "Acme") -> str:
        return next(str(one["id"]) for one in self.workspace(team)["channels"] if one["name"] == name)

    def user_id(self, login: str, team: str = "Acme") -> str:
        return next(str(one["id"]) for one in self.workspace(team)["users"] if one["login"] == login)

    def code(self, team: str = "Acme", scopes: str = SCOPES, user: str = "") -> str:
        """Somebody allows the app; the code with which the browser comes back."""
        query = {
            "client_id": self.playground.slack["client_id"],
            "scope": scopes,
            "state": "kept",
            "redirect_uri": "http://localhost:8080/slack/oauth",
        }
        who = user or {"Acme": "admin"}.get(team, "gina")
        address = httpx.URL(self.do("authorize", team=team, user=who, query=query)["location"])
        assert address.params["state"] == "kept"
        return address.params["code"]

    def exchange(self, code: str, **other: str) -> Told:
        """`oauth.v2.access`."""
        app = self.playground.slack
        said = {"code": code, "redirect_uri": "http://localhost:8080/slack/oauth"} | other
        answer = self.client.post(
            "/slack/api/oauth.v2.access", data=said, auth=(app["client_id"], other.get("secret", app["client_secret"]))
        )
        found: Told = answer.json()
        return found

    def install(self, team: str = "Acme", scopes: str = SCOPES) -> str:
        """The token of an app that is installed now."""
        return str(self.exchange(self.code(team, scopes))["access_token"])

    def delivered(self, event_id: str) -> Told:
        """An event that is over: taken by the app, or given up."""

        def over() -> Told | None:
            found = [one for one in self.look("deliveries")["deliveries"] if one["event_id"] == event_id]
            return found[0] if found and found[0]["over"] else None

        return eventually(over, f"the event {event_id} to be over", 30)


@contextmanager
def script_of(playground: RunningPlayground) -> Iterator[Script]:
    """The script of a playground that was started with `faults=True`."""
    with httpx.Client(base_url=playground.web_url, timeout=30, trust_env=False, verify=False) as client:
        yield Script(playground, client)
