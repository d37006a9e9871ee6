"""Commands that only a chat has: what a channel hears, who somebody is at GitHub, a value that is set unseen."""

import re
from dataclasses import dataclass
from enum import StrEnum

from engine.commands.form import Argument, Form
from engine.commands.table import KEY
from engine.domain.environment import NAME
from engine.domain.permission import Role

#: What a channel may hear of a repository.
TOPICS = ("deploys", "previews", "failures", "approvals")
#: From when until when, on a 24-hour clock.
HOURS = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]-(?:[01]?[0-9]|2[0-3]):[0-5][0-9]|off", re.IGNORECASE)
#: A time zone by its name, such as Europe/Berlin or UTC.
ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,32}){0,2}")


class ChatVerb(StrEnum):
    """What such a command asks for."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    SUBSCRIPTIONS = "subscriptions"
    QUIET = "quiet"
    LINK = "link"
    UNLINK = "unlink"
    ENV_SET = "env set"


@dataclass(frozen=True)
class ChatEntry(Form):
    """One command that only a chat has."""

    verb: ChatVerb
    #: True: it names a repository.
    placed: bool = False


CHAT_TABLE: tuple[ChatEntry, ...] = (
    ChatEntry(
        ChatVerb.SUBSCRIBE,
        placed=True,
        words=("subscribe",),
        arguments=(Argument("what", TOPICS),) * len(TOPICS),
        role=Role.READ,
        help=f"Lets this channel hear of a repository: all of {', '.join(TOPICS)}, or what is named.",
    ),
    ChatEntry(
        ChatVerb.UNSUBSCRIBE,
        placed=True,
        words=("unsubscribe",),
        role=Role.NONE,
        help="Ends that.",
    ),
    ChatEntry(
        ChatVerb.SUBSCRIPTIONS,
        words=("subscriptions",),
        role=Role.NONE,
        help="Shows what this channel hears.",
    ),
    ChatEntry(
        ChatVerb.QUIET,
        words=("quiet",),
        arguments=(Argument("hours", shape=HOURS), Argument("zone", shape=ZONE)),
        role=Role.NONE,
        help="Keeps this channel quiet between two times, such as `/quiet 22:00-07:00 Europe/Berlin`; "
        "`/quiet off` ends it.",
    ),
    ChatEntry(
        ChatVerb.LINK,
        words=("link",),
        role=Role.NONE,
        help="Links your GitHub account.",
    ),
    ChatEntry(
        ChatVerb.UNLINK,
        words=("unlink",),
        role=Role.NONE,
        help="Ends that link.",
    ),
    ChatEntry(
        ChatVerb.ENV_SET,
        placed=True,
        words=("env", "set"),
        # No capitals: `env set API_KEY` names a variable.
        arguments=(Argument("environment", shape=NAME), Argument("key", shape=KEY)),
        role=Role.WRITE,
        help="Opens a form for a value; values are never typed behind a command.",
    ),
)
