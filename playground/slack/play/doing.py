"""Everything that a script can let somebody do."""

import time
from collections.abc import Callable
from typing import Any

from playground.refusals import Invalid, NotFound
from playground.slack import changes
from playground.slack.commands import type_command
from playground.slack.deliveries import deliveries_of, find_delivery, send_again
from playground.slack.done import Done
from playground.slack.installs import bot_of, install_of
from playground.slack.interactions import Used, press_on_message, press_on_view
from playground.slack.oauth import ASKED, allow, cancel, check_asked
from playground.slack.play.asked import Asked
from playground.slack.play.told import Told, channel_told, delivery_told, home_told, view_told
from playground.slack.submitting import close, submit, suggest_in_view, suggest_on_message
from playground.slack.talking import open_home, say
from playground.slack.users import User
from playground.slack.views import modals_of

#: So long a script waits for the first answer to an event.
LONGEST_WAIT_SECONDS = 5.0


def command(asked: Asked) -> Told:
    thread = asked.text("thread") or None
    return type_command(asked.slack, asked.user, asked.place, asked.text("text"), thread).shown()


def mention(asked: Asked) -> Told:
    """A message that begins with the app's name; so does one that is only a reply in a thread."""
    return _said(asked, f"@slipway {asked.text('text')}")


def plain(asked: Asked) -> Told:
    return _said(asked, asked.text("text"))


def press(asked: Asked) -> Told:
    """A button or a select, on a message where `ts` is given, else in a view; `value` is what was chosen."""
    used = Used(asked.text("action"), asked.text("block"), asked.said.get("value"))
    if asked.text("ts"):
        return press_on_message(asked.slack, asked.user, asked.message, used).shown()
    return press_on_view(asked.slack, asked.user, asked.view, used, asked.values).shown()


def send_off(asked: Asked) -> Told:
    return submit(asked.slack, asked.user, asked.view, asked.values).shown()


def close_view(asked: Asked) -> Told:
    return close(asked.slack, asked.user, asked.view).shown()


def suggest(asked: Asked) -> Told:
    action, typed = asked.text("action"), asked.text("text")
    if asked.text("ts"):
        options = suggest_on_message(asked.slack, asked.user, asked.place, asked.message, action, typed)
    else:
        options = suggest_in_view(asked.slack, asked.user, asked.view, action, typed)
    return {"options": options}


def home(asked: Asked) -> Told:
    return _told_of(asked, [open_home(asked.slack, asked.user)])


def invite(asked: Asked) -> Told:
    """The app's bot where nobody is named."""
    return _told_of(asked, [changes.join(asked.slack, asked.channel, _who(asked), _actor(asked))])


def kick(asked: Asked) -> Told:
    return _told_of(asked, [changes.leave(asked.slack, asked.channel, _who(asked))])


def archive(asked: Asked) -> Told:
    archived = asked.said.get("archived", True) is True
    return _told_of(asked, [changes.archive(asked.slack, asked.channel, _actor(asked), archived=archived)])


def rename(asked: Asked) -> Told:
    return _told_of(asked, [changes.rename(asked.slack, asked.channel, asked.text("name"))])


def remove(asked: Asked) -> Told:
    return _told_of(asked, [changes.remove(asked.slack, asked.channel, _actor(asked))])


def uninstall(asked: Asked) -> Told:
    return _told_of(asked, list(changes.uninstall(asked.slack, asked.team.id)))


def revoke(asked: Asked) -> Told:
    return _told_of(asked, list(changes.revoke(asked.slack, asked.team.id)))


def authorize(asked: Asked) -> Told:
    """Allows, or with `allow` false refuses, what the app's install page asks for; where the browser goes then."""
    query = asked.said.get("query")
    known = query if isinstance(query, dict) else {}
    wanted = {name: str(known.get(name, "")) for name in ASKED}
    check_asked(asked.slack, wanted)
    if asked.said.get("allow", True) is not True:
        return {"location": cancel(wanted)}
    return {"location": allow(asked.slack, asked.user, wanted)}


def again(asked: Asked) -> Told:
    """Sends an event that was sent before once more, under its id."""
    return _told_of(asked, [send_again(asked.slack, asked.text("event_id"))])


def show_channel(asked: Asked) -> Told:
    return channel_told(asked.slack, asked.place, asked.user)


def show_home(asked: Asked) -> Told:
    return {"home": home_told(asked.slack, asked.user), "modals": show_views(asked)["modals"]}


def show_views(asked: Asked) -> Told:
    return {"modals": [view_told(one) for one in modals_of(asked.slack, asked.user.id)]}


def show_deliveries(asked: Asked) -> Told:
    return {"deliveries": [delivery_told(one) for one in deliveries_of(asked.slack, asked.team.id, 200)]}


def show_install(asked: Asked) -> Told:
    """The app in a workspace, without its token."""
    install = install_of(asked.slack, asked.team.id)
    if install is None:
        return {"installed": False}
    scopes = sorted(install.granted)
    return {"installed": True, "bot_user_id": install.bot_user_id, "scopes": scopes, "ended": install.ended}


def _said(asked: Asked, words: str) -> Told:
    done, delivery = say(asked.slack, asked.user, asked.place, words, asked.text("thread") or None)
    if delivery is None:
        return done.shown()
    return _told_of(asked, [delivery])


def _who(asked: Asked) -> User:
    if asked.text("who"):
        return asked.somebody("who")
    install = install_of(asked.slack, asked.channel.team_id)
    if install is None:
        raise Invalid("The app is not installed in this workspace.")
    return bot_of(asked.slack, install)


def _actor(asked: Asked) -> User:
    return asked.user if asked.text("user") else _who(asked)


def _told_of(asked: Asked, events: list[int | None]) -> Told:
    """How the first attempt at the last of some events went, once all of them were tried."""
    ids = [one for one in events if one is not None]
    if not ids:
        return Done().shown()
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        found = [find_delivery(asked.slack, one) for one in ids]
        if all(one is None or one.attempts for one in found) or time.monotonic() > deadline:
            break
        time.sleep(0.01)
    last = found[-1]
    if last is None:
        raise NotFound("The event is gone.")
    answered = {"status": last.status, "ms": last.ms, "trouble": last.reason or ""}
    return Done(event_id=last.event_id).shown() | answered


Doing = Callable[[Asked], dict[str, Any]]

POSTS: dict[str, Doing] = {
    "command": command,
    "mention": mention,
    "say": plain,
    "press": press,
    "submit": send_off,
    "close": close_view,
    "suggest": suggest,
    "home": home,
    "invite": invite,
    "kick": kick,
    "archive": archive,
    "rename": rename,
    "delete": remove,
    "uninstall": uninstall,
    "revoke": revoke,
    "authorize": authorize,
    "again": again,
}
GETS: dict[str, Doing] = {
    "home": show_home,
    "views": show_views,
    "deliveries": show_deliveries,
    "install": show_install,
}
