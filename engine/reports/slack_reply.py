"""Answers to whoever asked in Slack (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses).

An answer that nobody but the person sees can't be found again: one that Slack took without answering us comes twice
rather than never.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Connection

from engine.errors import OutsideError
from engine.reasons import Reason
from engine.reports.escape import one_line
from engine.reports.outcomes import whole
from engine.reports.port import Outcome, Posted, Subject
from engine.reports.slack_blocks import Words
from engine.reports.slack_outcomes import INVITE, outcome_of_slack
from engine.reports.slack_reply_text import answer_of
from engine.slack.client import SlackApi
from engine.slack.failures import NotAsked, SlackLimited, SlackRefused
from engine.store import asks, slack_asks, slack_people, slack_workspaces
from engine.store.slack_asks import SlackAsk

#: What is offered beside the answer: the way to GitHub's sign-in.
LINK = "link"
#: Seconds that a response_url is good for, less what a call may take; and how often it may be used.
URL_SECONDS = 30 * 60 - 20.0
URL_USES = 5
LONGEST_NAME = 80


@dataclass(frozen=True)
class Reply:
    """What somebody should be told."""

    ask: SlackAsk
    #: Slack's id of the workspace.
    team_id: str

    @property
    def digest(self) -> str:
        """By which it is known that this was said already."""
        return hashlib.sha256(f"{self.ask.answer}\0{self.ask.offer}".encode(errors="replace")).hexdigest()[:16]


class SlackReply:
    """Tells the person alone: where they asked while that can be, else in a direct message."""

    def __init__(self, api: SlackApi, public_url: str) -> None:
        self.api = api
        self.public_url = public_url

    def render(self, connection: Connection, subject: Subject) -> Reply | None:
        """The answer of now; None while there is none, or nobody to tell."""
        ask = slack_asks.by_delivery(connection, subject.key.partition(":")[2])
        if ask is None or ask.state == asks.RECEIVED or not ask.answer:
            return None
        workspace = slack_workspaces.by_id(connection, ask.workspace_id)
        return Reply(ask, workspace.team_id) if workspace is not None and workspace.here else None

    def post(self, subject: Subject, content: object) -> Outcome:
        """Says it, unless the very same was said before."""
        assert isinstance(content, Reply)
        noted: dict[str, object] = {"said": subject.remote.get("said"), "uses": whole(subject.remote.get("uses"))}
        if noted["said"] == content.digest:
            return Posted(noted)
        try:
            with self.api.within(subject.until):
                self._say(content, noted)
        except OutsideError as error:
            return outcome_of_slack(error, noted)
        return Posted(noted | {"said": content.digest})

    def _say(self, reply: Reply, noted: dict[str, object]) -> None:
        ask, link, channel = reply.ask, self._link(reply.ask), self._channel(reply)
        # Whatever keeps it from standing there: the person may be written to all the same.
        with suppress(SlackRefused):
            if self._is_said_there(ask, answer_of(ask, link=link, channel=channel), noted):
                return
        apart = answer_of(ask, link=link, channel=channel, apart=True)
        self._call(ask, "chat.postMessage", apart, channel=ask.user_id, unfurl_links=False, unfurl_media=False)

    def _is_said_there(self, ask: SlackAsk, words: Words, noted: dict[str, object]) -> bool:
        """Says it where it was asked; False where that can't be."""
        if self._takes_answers(ask, noted):
            uses = whole(noted["uses"])
            try:
                # Counted before: an answer that is lost may have been a use.
                noted["uses"] = uses + 1
                self.api.respond(ask.response_url, _ephemeral(ask, words))
            except (NotAsked, SlackLimited):
                noted["uses"] = uses
                raise
            return True
        if ask.response_url or not ask.channel or ask.reason == Reason.CHANNEL_CLOSED:
            return False
        self._call(ask, "chat.postEphemeral", words, channel=ask.channel, user=ask.user_id, thread=ask.thread)
        return True

    def _call(self, ask: SlackAsk, method: str, words: Words, *, thread: str = "", **where: object) -> None:
        said = {"text": words.text, "blocks": list(words.blocks), "thread_ts": thread or None}
        self.api.call(ask.workspace_id, method, **where, **said)

    def _takes_answers(self, ask: SlackAsk, noted: dict[str, object]) -> bool:
        """True while its response_url is young and not used up."""
        age = self.api.wall() - ask.created_at
        return bool(ask.response_url) and age < URL_SECONDS and whole(noted["uses"]) < URL_USES

    def _link(self, ask: SlackAsk) -> str:
        """A fresh link that makes this Slack user somebody at GitHub, where that is offered."""
        if ask.offer != LINK:
            return ""
        name = self._name(ask)
        with self.api.database.write() as connection:
            token = slack_people.offer(connection, ask.workspace_id, ask.user_id, name, self.api.wall())
        return f"{self.public_url}/slack/link?{urlencode({'token': token})}"

    def _name(self, ask: SlackAsk) -> str:
        """As Slack shows them; empty when it won't say."""
        try:
            user = self.api.call(ask.workspace_id, "users.info", user=ask.user_id).get("user")
        except SlackRefused:
            return ""
        name = user.get("real_name") or user.get("name") if isinstance(user, dict) else ""
        return one_line(str(name or ""), LONGEST_NAME)

    def _channel(self, reply: Reply) -> str:
        """The address that opens the channel, where an invitation is offered."""
        if reply.ask.offer != INVITE or not reply.ask.channel:
            return ""
        where = urlencode({"team": reply.team_id, "channel": reply.ask.channel})
        return f"{self.api.app.web_url}/app_redirect?{where}"


def _ephemeral(ask: SlackAsk, words: Words) -> dict[str, object]:
    """As a response_url takes it; the message that a button stands on stays."""
    there = {"thread_ts": ask.thread} if ask.thread else {}
    said = {"text": words.text, "blocks": list(words.blocks)}
    return {"response_type": "ephemeral", "replace_original": False, **said, **there}
