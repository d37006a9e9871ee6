"""What people asked in Slack, and where its answer goes. The delivery's key is the ask's id, as in `asks`."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, select, text, update

from engine.store.asks import RECEIVED
from engine.store.slack_schema import slack_asks, slack_homes
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class SlackAsk:
    """One command, mention, button or modal."""

    delivery: str
    workspace_id: int
    user_id: str
    #: Empty: asked in App Home.
    channel: str = ""
    #: `ts` of its thread's root; empty: not in a thread.
    thread: str = ""
    #: Slack takes answers there for 30 minutes, five at most. Whoever has it may post.
    response_url: str = field(default="", repr=False)
    #: As understood, such as `deploy acme/shop@main to production`; without values.
    written: str = ""
    #: Who they are at GitHub; empty: not known.
    login: str = ""
    repository_id: int = 0
    #: The release or preview that it started or follows.
    about: str = ""
    #: As in engine.store.asks.
    state: str = RECEIVED
    #: A reason code once refused.
    reason: str = ""
    #: Markdown of ours; foreign text in it is escaped.
    answer: str = ""
    #: `link` or `invite`: what is offered beside the answer.
    offer: str = ""
    #: Unix seconds.
    created_at: float = 0.0


def receive(connection: Connection, ask: SlackAsk) -> None:
    """Notes an ask once; told again, the first stays."""
    row = {name: getattr(ask, name) for name in SlackAsk.__dataclass_fields__}
    connection.execute(insert_into(connection, slack_asks).values(**row).on_conflict_do_nothing())


def settle(connection: Connection, ask: SlackAsk) -> None:
    """Writes how an ask went: everything but where it came from."""
    names = ("login", "repository_id", "about", "state", "reason", "answer", "offer")
    change = update(slack_asks).where(slack_asks.c.delivery == ask.delivery)
    connection.execute(change.values({name: getattr(ask, name) for name in names}))


def by_delivery(connection: Connection, delivery: str) -> SlackAsk | None:
    """The ask of that delivery."""
    row = connection.execute(select(slack_asks).where(slack_asks.c.delivery == delivery)).mappings().one_or_none()
    return None if row is None else _ask(row)


def about(connection: Connection, about_id: str) -> list[SlackAsk]:
    """Everything in Slack that asked for a release or preview, oldest first."""
    # The index is of asks that are about something, and SQLite takes it only where that is said.
    mine = slack_asks.c.about == about_id, text("slack_asks.about <> ''")
    found = select(slack_asks).where(*mine).order_by(slack_asks.c.created_at)
    return [_ask(row) for row in connection.execute(found).mappings()]


def home_opened(connection: Connection, workspace_id: int, user_id: str, now: float) -> None:
    """Somebody looks at their App Home."""
    made = insert_into(connection, slack_homes).values(workspace_id=workspace_id, user_id=user_id, opened_at=now)
    keys = ["workspace_id", "user_id"]
    connection.execute(made.on_conflict_do_update(index_elements=keys, set_={"opened_at": now}))


def homes_since(connection: Connection, since: float) -> list[tuple[int, str]]:
    """Workspace and user of every App Home that was opened since then."""
    found = select(slack_homes.c.workspace_id, slack_homes.c.user_id).where(slack_homes.c.opened_at >= since)
    return [(row.workspace_id, row.user_id) for row in connection.execute(found)]


def _ask(row: RowMapping) -> SlackAsk:
    return SlackAsk(**row)
