"""One call of the Web API: who calls, and what with."""

from dataclasses import dataclass
from typing import Any

import orjson

from playground.slack.channels import Channel, channel_by_name, find_channel, is_member
from playground.slack.installs import Install
from playground.slack.refusals import NotOk
from playground.slack.slack import Slack
from playground.slack.users import User, user_by_id

TRUE = (True, 1, "1", "true")


@dataclass(frozen=True)
class Call:
    """A call whose token was good and had the scope."""

    slack: Slack
    install: Install
    arguments: dict[str, Any]

    @property
    def bot(self) -> User:
        return user_by_id(self.slack, self.install.bot_user_id)

    @property
    def team_id(self) -> str:
        return self.install.team_id

    def text(self, name: str) -> str:
        """An argument as text; empty where it isn't given."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        """An argument without which nothing can be done."""
        value = self.text(name)
        if not value:
            raise NotOk(error, [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        return self.arguments.get(name) in TRUE

    def number(self, name: str, usually: int, most: int) -> int:
        text = self.text(name) or str(usually)
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= most:
            raise NotOk("invalid_limit", [f"[ERROR] {name} must be a number from 1 to {most}"])
        return int(text)

    def structure(self, name: str, error: str) -> Any:
        """An argument that is JSON: written into a text in forms, and perhaps in JSON too."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as problem:
            raise NotOk(error) from problem

    def needs(self, *scopes: str) -> None:
        """Refused where none of these scopes is granted."""
        if not self.install.granted & set(scopes):
            raise NotOk("missing_scope", needed=",".join(scopes), provided=self.install.scopes)

    def channel(self, name: str = "channel") -> Channel:
        """The conversation that is meant, if the bot may know of it; by its id, or a public one by its name."""
        word = self.text(name)
        found = find_channel(self.slack, word) or channel_by_name(self.slack, self.team_id, word)
        if found is None or found.team_id != self.team_id:
            raise NotOk("channel_not_found")
        if found.kind != "public" and not self.is_in(found):
            raise NotOk("channel_not_found")
        return found

    def is_in(self, channel: Channel) -> bool:
        """Whether the bot is a member."""
        return is_member(self.slack, channel.id, self.install.bot_user_id)
