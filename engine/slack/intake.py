"""Deliveries of Slack's become asks, answers and changes: each once, with the end of its job."""

import time
from collections.abc import Callable

from sqlalchemy import Connection, update

from engine.commands.parse import Help, Mistake
from engine.commands.places import GITHUB
from engine.commands.spoken import ChatCommand, read_spoken
from engine.domain.job import Job, JobState
from engine.errors import Denied, Gone
from engine.forge.commits import Commits
from engine.forge.port import Forge
from engine.intake import deliveries
from engine.intake.counter import Counter
from engine.intake.deliveries import HANDLED, IGNORED, StoredDelivery
from engine.intake.endings import GIVEN_UP
from engine.reasons import Reason
from engine.reports.slack_subjects import mark_home
from engine.settings import Settings
from engine.slack import at_web, buttons, channels, departed, identity, submissions
from engine.slack.asked import Asked, Asking, Finish, Reply, asked_by, done, here, record, refused, settle
from engine.slack.chat import Chat
from engine.slack.commanded import Commanded, dead
from engine.slack.events import ChannelChanged, Departed, HomeOpened, NotForUs, Pressed, Submitted, Typed
from engine.slack.payloads import read_slack_event
from engine.slack.sealed_values import scrubbed
from engine.slack.stale import UNKNOWN
from engine.slack.submitted import Modals
from engine.store import slack_asks
from engine.store.asks import REFUSED
from engine.store.database import Database
from engine.store.port import Effects
from engine.store.schema import inbox
from engine.variables.variables import Variables
from engine.variables.vault import Vault
from engine.work.handler import Again, Done, Running

#: Where its deliveries come from.
SLACK = "slack"
#: Buttons that ask something at once; every other one opens a modal or leads somewhere.
AT_ONCE = frozenset({buttons.APPROVE, buttons.CANCEL, buttons.RETRY, buttons.FIX})
#: What is stored in the place of words that may hold a value (engine.slack.at_web): `web` has read them.
LEFT_OUT = " …"
NOT_INSTALLED = "Slipway isn't installed in that workspace"
REMEDIES = {
    Reason.UNREACHABLE: "Ask once more in a minute.",
}


class SlackIntake:
    """The intake of deliveries whose source is `slack`."""

    def __init__(
        self,
        database: Database,
        forge: Forge,
        commits: Commits,
        variables: Variables,
        settings: Settings,
        vault: Vault,
    ) -> None:
        self._database = database
        self._web_url = settings.github.web_url if settings.github is not None else GITHUB
        self._chat = Chat(database, forge)
        self._commanded = Commanded(database, forge, Counter(database, forge, commits, variables, settings))
        self._modals = Modals(database, forge, commits, variables, settings, vault)

    def run(self, job: Job, delivery: StoredDelivery, running: Running) -> Done | Again:
        """Notes what is asked, asks GitHub, and decides on fresh rows inside the last transaction.

        Raises Unreachable: then it is tried again.
        """
        event = read_slack_event(delivery)
        match event:
            case NotForUs(why=why):
                return _settled(delivery, IGNORED, why)
            case Departed():
                return _told(delivery, lambda connection: departed.leave(connection, event, time.time()))
            case ChannelChanged():
                return _told(delivery, lambda connection: _changed(connection, event))
            case HomeOpened():
                return _told(delivery, lambda connection: _opened(connection, event))
            case Typed() | Pressed() | Submitted():
                return self._asked(delivery, event, running)

    def bury(self, job: Job, delivery: StoredDelivery, error: str) -> Effects:
        """Whoever asked is told in words that it couldn't be done."""
        event = read_slack_event(delivery)

        def write(connection: Connection) -> None:
            asked = None
            if isinstance(event, Typed | Pressed | Submitted) and not self._left(event):
                asked = asked_by(connection, event, delivery.received_at)
            if asked is not None:
                slack_asks.receive(connection, asked.ask)
                _give_up(connection, asked, Reason.UNREACHABLE)
            _settle(connection, delivery, HANDLED, f"given up: {error}")

        return write

    def _asked(self, delivery: StoredDelivery, event: Asking, running: Running) -> Done:
        with self._database.read() as connection:
            asked = asked_by(connection, event, delivery.received_at)
        if asked is None:
            return _settled(delivery, IGNORED, NOT_INSTALLED)
        if isinstance(event, Typed) and at_web.is_answered(event, self._web_url):
            return _told(delivery, lambda connection: self._answered(connection, asked, event))
        if left := self._left(event):
            return _settled(delivery, *left)
        running.note(lambda connection: slack_asks.receive(connection, asked.ask))
        try:
            finish = self._prepare(asked, event)
        except (Denied, Gone) as error:
            reason = Reason.REPOSITORY_REMOVED if isinstance(error, Gone) else Reason.DENIED
            return Done(JobState.FAILED, _ending(delivery, asked, _giving_up(asked, reason)), error=str(error))
        return Done(JobState.DONE, _ending(delivery, asked, finish))

    def _prepare(self, asked: Asked, event: Asking) -> Finish:
        match event:
            case Typed():
                return self._typed(asked, event)
            case Pressed():
                return self._pressed(asked, event)
            case Submitted():
                return self._modals.prepare(asked, event)

    def _typed(self, asked: Asked, event: Typed) -> Finish:
        spoken = read_spoken(event.text, self._web_url)
        if isinstance(spoken, Help):
            return lambda _: done(at_web.told_of(spoken))
        if isinstance(spoken, Mistake):
            return lambda connection: _mistaken(connection, asked, spoken)
        if isinstance(spoken.command, ChatCommand):
            return self._chat.prepare(asked, spoken, spoken.command)
        return self._commanded.typed(asked, spoken, spoken.command)

    def _answered(self, connection: Connection, asked: Asked, event: Typed) -> str:
        """The answer to its delivery was the whole answer."""
        spoken = read_spoken(event.text, self._web_url)
        if event.text.endswith(LEFT_OUT):
            return "answered at once, and what may be a value was left out"
        if isinstance(spoken, Mistake):
            _mistaken(connection, asked, spoken)
        return "answered at once"

    def _left(self, event: Asking) -> tuple[str, str] | None:
        """The state and the note of what asks nothing of the intake; None: it does."""
        match event:
            case Typed() if at_web.is_answered(event, self._web_url):
                return HANDLED, "answered at once"
            case Typed() | Pressed() if modal := at_web.opens(event, self._web_url):
                return HANDLED, f"done in web: {modal}"
            case Pressed(action=action) if action in buttons.LEADING:
                return IGNORED, "the button only leads somewhere"
            case Pressed(action=action, view_id=view_id) if view_id or action not in AT_ONCE | {buttons.UNLINK}:
                return IGNORED, "it is not one of our buttons"
            case Submitted(callback=callback) if callback not in submissions.ASKING:
                return IGNORED, "it is not one of our modals"
            case _:
                return None

    def _pressed(self, asked: Asked, event: Pressed) -> Finish:
        if event.action == buttons.UNLINK:
            return lambda connection: identity.unlink(connection, asked, time.time())
        bound = buttons.decode(event.value)
        if bound is None:
            return lambda connection: record(connection, asked, dead(UNKNOWN), event.action, "", time.time())
        return self._commanded.pressed(asked, event.action, bound)


def _mistaken(connection: Connection, asked: Asked, mistake: Mistake) -> Reply:
    reply = Reply(REFUSED, at_web.told_of(mistake), reason=mistake.reason)
    return record(connection, asked, reply, "command", "", time.time())


def _changed(connection: Connection, event: ChannelChanged) -> str:
    workspace = here(connection, event.team_id)
    return NOT_INSTALLED if workspace is None else channels.change(connection, workspace, event, time.time())


def _opened(connection: Connection, event: HomeOpened) -> str:
    workspace = here(connection, event.where.team_id)
    if workspace is None:
        return NOT_INSTALLED
    slack_asks.home_opened(connection, workspace.id, event.where.user_id, time.time())
    mark_home(connection, workspace_id=workspace.id, user_id=event.where.user_id)
    return "shown"


def _ending(delivery: StoredDelivery, asked: Asked, finish: Finish) -> Effects:
    def write(connection: Connection) -> None:
        if here(connection, asked.workspace.team_id) is None:
            _settle(connection, delivery, IGNORED, NOT_INSTALLED)
            return
        note = settle(connection, asked, finish(connection), time.time())
        _settle(connection, delivery, HANDLED, note)

    return write


def _giving_up(asked: Asked, reason: Reason) -> Finish:
    def finish(connection: Connection) -> Reply:
        reply = refused(reason, GIVEN_UP[reason], remedy=REMEDIES.get(reason, ""))
        return record(connection, asked, reply, asked.ask.written, "", time.time())

    return finish


def _give_up(connection: Connection, asked: Asked, reason: Reason) -> None:
    settle(connection, asked, _giving_up(asked, reason)(connection), time.time())


def _told(delivery: StoredDelivery, write: Callable[[Connection], str]) -> Done:
    """What `write` says it did is the delivery's note."""
    return Done(JobState.DONE, lambda connection: _settle(connection, delivery, HANDLED, write(connection)))


def _settled(delivery: StoredDelivery, state: str, note: str) -> Done:
    return Done(JobState.DONE, lambda connection: _settle(connection, delivery, state, note))


def _settle(connection: Connection, delivery: StoredDelivery, state: str, note: str) -> None:
    """Notes what became of the delivery; what was sealed in it is used, or never will be."""
    deliveries.settle(connection, delivery.key, state, note)
    without = scrubbed(delivery.body)
    if without != delivery.body:
        connection.execute(update(inbox).where(inbox.c.key == delivery.key).values(body=without))
