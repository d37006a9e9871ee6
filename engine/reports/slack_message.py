"""Messages in Slack's channels and threads (https://docs.slack.dev/reference/methods/chat.postMessage).

One message for one thing: what was posted is edited, and what may have been posted is looked for first.
"""

import hashlib
import json
from dataclasses import replace

from sqlalchemy import Connection

from engine.errors import OutsideError, SlipwayError
from engine.reports.port import Impossible, Later, Outcome, Posted, Renders, Subject
from engine.reports.slack_blocks import Words
from engine.reports.slack_message_render import Message, Wait
from engine.reports.slack_message_search import find, metadata_of
from engine.reports.slack_outcomes import closed_by, note_closed, outcome_of_slack
from engine.reports.slack_readers import SlackReaders
from engine.reports.slack_subjects import FAILURE, Place, mark_messages
from engine.slack.client import SlackApi
from engine.slack.failures import SlackLimited, SlackRefused, SlackUnreached, TokenUnreadable
from engine.store import slack_messages, slack_workspaces

#: Seconds at least until the next try where Slack couldn't be asked.
UNREACHED = 5.0
#: Slack lets an app post in public channels that it isn't in, and read none of them.
UNREADABLE = frozenset({"not_in_channel", "channel_not_found", "missing_scope"})


class Unseen(SlipwayError):
    """Whether it was posted can't be looked up."""

    def __init__(self, refused: SlackRefused) -> None:
        super().__init__(str(refused))
        self.refused = refused


class SlackMessage:
    """Posts a message once, edits it from then on, and asks for what belongs in its thread."""

    def __init__(self, api: SlackApi, renders: Renders, readers: SlackReaders) -> None:
        self.api = api
        self.renders = renders
        self.readers = readers

    def render(self, connection: Connection, subject: Subject) -> object | None:
        """The message as it should be now."""
        return self.renders.render(connection, subject)

    def post(self, subject: Subject, content: object) -> Outcome:
        """Makes Slack show it, unless it shows it already."""
        if isinstance(content, Wait):
            return Later(content.seconds, content.why, tried=False)
        assert isinstance(content, Message)
        if not self.readers.may_hear(content.place):
            return _not_theirs(content.place)
        try:
            with self.api.within(subject.until):
                ts = self._shown(subject, content)
        except Unseen as unseen:
            return _given_up(content.place, unseen.refused)
        except OutsideError as error:
            return self._trouble(content, error)
        if ts:
            return Posted({"ts": ts, "said": digest_of(content.words)})
        held = content.held
        return Later(held.seconds, held.why, tried=False) if isinstance(held, Wait) else Posted(subject.remote)

    def _shown(self, subject: Subject, message: Message) -> str:
        """The message's `ts`, once it says what it should; empty when it isn't there and isn't to be."""
        ts = message.ts
        if not ts and subject.uncertain:
            ts = self._found(message)
        if not ts and message.held is not None:
            return ""
        if not ts:
            ts = self._posted(message)
        elif not message.place.part.startswith(FAILURE):
            self._edited(subject, message, ts)
        self._note(message, ts)
        return ts

    def _found(self, message: Message) -> str:
        try:
            return find(self.api, message)
        except SlackRefused as refused:
            if refused.code in UNREADABLE:
                raise Unseen(refused) from refused
            raise

    def _posted(self, message: Message) -> str:
        answer = self._call(
            "chat.postMessage",
            message,
            thread_ts=message.thread or None,
            reply_broadcast=True if message.broadcast and message.thread else None,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer.get("ts", ""))

    def _edited(self, subject: Subject, message: Message, ts: str) -> None:
        same = subject.remote.get("said") == digest_of(message.words) and not subject.uncertain
        if not same:
            self._call("chat.update", message, ts=ts)

    def _call(self, method: str, message: Message, **more: object) -> dict[str, object]:
        return self.api.call(
            message.place.workspace_id,
            method,
            channel=message.place.channel,
            text=message.words.text,
            blocks=list(message.words.blocks),
            metadata=metadata_of(message.place),
            **more,
        )

    def _note(self, message: Message, ts: str) -> None:
        """Notes where it stands, and has its thread follow."""
        place = message.place
        if message.ts and not message.parts:
            return
        with self.api.database.write() as connection:
            if not _is_here(connection, place):
                return
            if not message.ts:
                row = (place.workspace_id, place.channel, ts, place.key, place.about, self.api.wall())
                slack_messages.note(connection, slack_messages.Message(*row))
            for part in message.parts:
                below = replace(place, part=part)
                said = part.startswith(FAILURE) and slack_messages.by_subject(connection, below.key) is not None
                if not said:
                    mark_messages(connection, [below])

    def _trouble(self, message: Message, error: OutsideError) -> Outcome:
        word = closed_by(error)
        if word:
            with self.api.database.write() as connection:
                if _is_here(connection, message.place):
                    note_closed(connection, message.place, word, self.api.wall())
        return outcome_of_try(error)


def _is_here(connection: Connection, place: Place) -> bool:
    """False once the workspace has left, be it while it was posted there: what is erased stays so."""
    workspace = slack_workspaces.by_id(connection, place.workspace_id)
    return workspace is not None and workspace.here


def outcome_of_try(error: OutsideError) -> Outcome:
    """As `outcome_of_slack`; a try that surely had no effect doesn't count, so that nothing is looked for after it."""
    outcome = outcome_of_slack(error)
    if not isinstance(outcome, Later) or not isinstance(error, SlackLimited | SlackUnreached | TokenUnreadable):
        return outcome
    return replace(outcome, seconds=max(outcome.seconds, UNREACHED), for_all=True, tried=False)


def digest_of(words: Words) -> str:
    """What tells whether a message says the same as before."""
    said = json.dumps([words.text, words.blocks], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _not_theirs(place: Place) -> Impossible:
    return Impossible(
        f"posting in {place.channel}: nobody who subscribed it, or asked there, may read the repository any more; "
        "somebody who may can subscribe it anew with `/slipway subscribe`"
    )


def _given_up(place: Place, refused: SlackRefused) -> Impossible:
    return Impossible(
        f"posting in {place.channel}: whether an earlier try was shown can't be looked up there ({refused.code}), and "
        "nothing is said twice; invite Slipway to the channel with `/invite @Slipway`"
    )
