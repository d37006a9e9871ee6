"""The few fields of Slack's deliveries that Slipway reads.

Source of the shapes: https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/apis/events-api.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

#: Values within values: Slack's own go four deep.
DEEPEST = 20


def _text(value: object) -> object:
    """No database holds a NUL; what Slack leaves open is null or not there."""
    if value is None:
        return ""
    return value.replace("\x00", "") if isinstance(value, str) else value


def _without_nul(value: object, depth: int = 0) -> object:
    """The same of everything in a nested value."""
    if depth > DEEPEST:
        raise ValueError("values within values without end")
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {str(_text(key)): _without_nul(each, depth + 1) for key, each in value.items()}
    return [_without_nul(each, depth + 1) for each in value] if isinstance(value, list) else value


def _clean(value: object) -> object:
    return _without_nul(value)


def _blocks(value: dict[str, object]) -> dict[str, dict[str, object]]:
    """Block → action → value; what isn't built so is left out."""
    return {key: each for key, each in value.items() if isinstance(each, dict)}


Text = Annotated[str, BeforeValidator(_text)]
#: Of a workspace, person, channel or view: it becomes a part of keys, so it is held to Slack's own letters.
Id = Annotated[str, Field(pattern=r"\A[A-Za-z0-9]{1,64}\z")]
#: The same where it may be left out.
AnyId = Annotated[str, BeforeValidator(_text), Field(pattern=r"\A[A-Za-z0-9]{0,64}\z")]
#: A message's `ts`, such as `1790000000.000100`.
Ts = Annotated[str, BeforeValidator(_text), Field(pattern=r"\A[0-9.]{0,32}\z")]
Values = Annotated[dict[str, object], BeforeValidator(_clean), AfterValidator(_blocks)]


class Json(BaseModel):
    """An object of Slack's; unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Command(Json):
    """A slash command: the fields of its form."""

    team_id: Id
    user_id: Id
    user_name: Text = ""
    channel_id: AnyId = ""
    channel_name: Text = ""
    text: Text = ""
    trigger_id: Text = ""
    response_url: Text = ""
    ssl_check: Text = ""


class Named(Json):
    """Something with an id, and mostly a name."""

    id: Id
    name: Text = ""
    username: Text = ""
    #: Of a user: the workspace that they are of.
    team_id: AnyId = ""


class Chosen(Json):
    """An option of a menu."""

    value: Text = ""


class Action(Json):
    """What was pressed or chosen."""

    action_id: Text
    value: Text = ""
    selected_option: Chosen | None = None


class Container(Json):
    """Where it stands."""

    message_ts: Ts = ""
    thread_ts: Ts = ""
    channel_id: AnyId = ""


class Message(Json):
    """The message that it stands on."""

    ts: Ts = ""
    thread_ts: Ts = ""


class State(Json):
    """What a modal's inputs hold."""

    values: Values = Field(default_factory=dict)


class View(Json):
    """A modal or App Home."""

    id: Id
    type: Text = ""
    callback_id: Text = ""
    private_metadata: Text = ""
    state: State | None = None


class Interaction(Json):
    """A button, menu or modal: the JSON in the form's `payload`."""

    type: Text
    team: Named | None = None
    enterprise: Named | None = None
    user: Named
    channel: Named | None = None
    container: Container = Container()
    message: Message | None = None
    view: View | None = None
    actions: tuple[Action, ...] = ()
    trigger_id: Text = ""
    response_url: Text = ""


class Tokens(Json):
    """Whose tokens were revoked."""

    bot: tuple[str, ...] = ()


class Authorization(Json):
    """The installation that an event is for; its user is the bot's."""

    enterprise_id: AnyId = ""
    team_id: AnyId = ""
    user_id: AnyId = ""


class Kind(Json):
    """An event inside its envelope, of which only the type is known yet."""

    type: Text


class Mention(Json):
    """`app_mention`."""

    user: AnyId = ""
    text: Text = ""
    channel: Id
    ts: Ts = ""
    thread_ts: Ts = ""
    bot_id: Text = ""
    edited: object = None
    #: The workspace that its user is of; the first that says something counts.
    user_team: AnyId = ""
    source_team: AnyId = ""
    team: AnyId = ""


class HomeOpened(Json):
    """`app_home_opened`: the Home tab, or the messages beside it."""

    user: Id
    tab: Text = "home"


class TokensRevoked(Json):
    """`tokens_revoked`."""

    tokens: Tokens = Tokens()


class ChannelEvent(Json):
    """`channel_archive` and its like: `channel` is an id, or an object where its name changed."""

    channel: Id | Named
    user: AnyId = ""


class Envelope(Json):
    """What every event comes in."""

    type: Text
    team_id: AnyId = ""
    event: dict[str, object] = Field(default_factory=dict)
    #: Unix seconds, whole ones.
    event_time: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    authorizations: tuple[Authorization, ...] = ()
