"""What a script asks for: who, where, and what with."""

from dataclasses import dataclass
from typing import Any

from playground.refusals import Invalid, NotFound
from playground.slack.channels import Channel, channel_by_name, find_channel, may_look
from playground.slack.messages import Message, find_message
from playground.slack.slack import Slack
from playground.slack.teams import Team, find_team, teams
from playground.slack.users import User, find_user, user_of_team
from playground.slack.views import View, find_view, home_of, modals_of


@dataclass(frozen=True)
class Asked:
    """One request of a script; people and channels are named by id, or by name within a workspace."""

    slack: Slack
    said: dict[str, Any]

    def text(self, name: str) -> str:
        value = self.said.get(name)
        return "" if value is None else str(value)

    @property
    def team(self) -> Team:
        """The workspace that is named, that of the channel or the user, or the first."""
        if self.text("team"):
            found = find_team(self.slack, self.text("team"))
            if found is None:
                raise NotFound(f"There is no workspace {self.text('team')}.")
            return found
        known = find_channel(self.slack, self.text("channel")) or find_user(self.slack, self.text("user"))
        every = teams(self.slack)
        return next((one for one in every if known is not None and one.id == known.team_id), every[0])

    @property
    def channel(self) -> Channel:
        word = self.text("channel")
        found = find_channel(self.slack, word) or channel_by_name(self.slack, self.team.id, word)
        if found is None:
            raise NotFound(f"There is no channel {word}.")
        return found

    @property
    def user(self) -> User:
        return self.somebody("user")

    def somebody(self, name: str) -> User:
        """A person or the app's bot, by the field that names them."""
        found = user_of_team(self.slack, self.team.id, self.text(name))
        if found is None:
            raise NotFound(f"There is no user {self.text(name)} in this workspace.")
        return found

    @property
    def place(self) -> Channel:
        """The channel, if the user may open it."""
        if not may_look(self.slack, self.channel, self.user):
            raise NotFound(f"{self.user.name} sees no channel {self.text('channel')}.")
        return self.channel

    @property
    def message(self) -> Message:
        """The message that is named, if the user sees it."""
        found = find_message(self.slack, self.place.id, self.text("ts"))
        if found is None or found.visible_to not in (None, self.user.id):
            raise NotFound(f"{self.user.name} sees no message {self.text('ts')}.")
        return found

    @property
    def view(self) -> View:
        """The view that is named; `home`, or the modal on top where none is."""
        word = self.text("view")
        if word == "home":
            found = home_of(self.slack, self.user.id)
        elif word:
            found = find_view(self.slack, self.user.team_id, word)
        else:
            found = next(iter(modals_of(self.slack, self.user.id)[-1:]), None)
        if found is None or found.user_id != self.user.id:
            raise NotFound(f"{self.user.name} has no such view open.")
        return found

    @property
    def values(self) -> dict[str, Any]:
        found = self.said.get("values") or {}
        if not isinstance(found, dict):
            raise Invalid("values: is not an object.")
        return found
