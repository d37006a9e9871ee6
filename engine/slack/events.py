"""What happened in Slack, in our own words. Deliveries of Slack's become one of these (engine.slack.payloads)."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Where:
    """Who did it, and where in Slack."""

    #: Slack's id of the workspace.
    team_id: str
    user_id: str
    #: As Slack shows them; foreign text, empty where Slack doesn't say.
    user_name: str = ""
    #: Empty in App Home.
    channel: str = ""
    channel_name: str = ""
    #: `ts` of the root of the thread that it happened in; empty: in no thread.
    thread: str = ""
    #: Slack's id of the workspace that they are of, where it is another one; its ids mean other people.
    home: str = ""


@dataclass(frozen=True)
class Typed:
    """Somebody typed `/slipway …`, or mentioned the app."""

    delivery: str
    where: Where
    #: What stands behind `/slipway`, or behind the mention; as it was typed.
    text: str
    #: Opens a modal, within 3 s; empty for a mention.
    trigger_id: str = field(default="", repr=False)
    #: Takes answers; empty for a mention.
    response_url: str = field(default="", repr=False)

    @property
    def mention(self) -> bool:
        """True of a mention: nothing can be said in the answer to its delivery."""
        return not self.trigger_id


@dataclass(frozen=True)
class Pressed:
    """Somebody pressed a button of ours, or chose something in a modal or App Home."""

    delivery: str
    where: Where
    #: What the button does, such as `approve` (engine.slack.buttons).
    action: str
    #: What it is bound to, as we wrote it into the button; for a choice, what was chosen.
    value: str
    #: `ts` of the message that it stands on; empty: a modal or App Home.
    message: str = ""
    #: The modal's id and what we noted in it; empty: no modal.
    view_id: str = ""
    callback: str = ""
    metadata: str = ""
    #: Slack's whole `view.state.values`, block → action → value, of a modal.
    values: dict[str, dict[str, object]] = field(default_factory=dict, repr=False)
    trigger_id: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Submitted:
    """Somebody sent a modal of ours off."""

    delivery: str
    where: Where
    #: Which modal: `deploy`, `rollback`, `secret`, `reject`.
    callback: str
    #: What we noted in it when it was opened.
    metadata: str
    #: Slack's `view.state.values`, block → action → value; a secret value is sealed (engine.slack.sealed_values).
    values: dict[str, dict[str, object]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class HomeOpened:
    """Somebody opened the app's Home tab."""

    delivery: str
    where: Where


@dataclass(frozen=True)
class Departed:
    """The app was uninstalled from a workspace, or its bot token revoked."""

    delivery: str
    team_id: str
    #: `app_uninstalled` or `tokens_revoked`.
    why: str
    #: Unix seconds on Slack's clock: an install after it stays.
    at: float


@dataclass(frozen=True)
class ChannelChanged:
    """A channel was archived, unarchived, renamed or deleted, or the app was invited to it or taken out of it."""

    delivery: str
    team_id: str
    channel: str
    #: Slack's name for what happened, such as `channel_archive` or `member_joined_channel`.
    what: str
    #: The new name; empty where that isn't it.
    name: str = ""
    #: Who came or left; empty where that isn't it.
    user_id: str = ""


@dataclass(frozen=True)
class NotForUs:
    """A delivery that asks nothing of us; `why` is one short sentence."""

    delivery: str
    why: str


SlackEvent = Typed | Pressed | Submitted | HomeOpened | Departed | ChannelChanged | NotForUs
