"""What the playground's Slack holds at first: two workspaces, people, channels."""

from dataclasses import dataclass

from playground.accounts import PEOPLE, account_by_login
from playground.slack.channels import add_member, create_channel
from playground.slack.ids import new_id
from playground.slack.slack import Slack


@dataclass(frozen=True)
class Newcomer:
    """Somebody in a workspace; a login of the playground's, or somebody without one."""

    name: str
    real_name: str


@dataclass(frozen=True)
class Plan:
    """A workspace as it is at first: channels are (name, kind, topic)."""

    name: str
    people: tuple[Newcomer, ...]
    channels: tuple[tuple[str, str, str], ...]


ACME = Plan(
    "Acme",
    tuple(Newcomer(one.login, one.name) for one in PEOPLE),
    (
        ("general", "public", "Everything and everybody"),
        ("deploys", "public", "What goes live, and who says so"),
        ("shop", "public", "The shop"),
        ("ops", "private", "Where few read along"),
    ),
)
#: Its people never had anything to do with Acme; Gina hasn't even an account at GitHub.
GLOBEX = Plan(
    "Globex",
    (Newcomer("gina", "Gina Globex"), Newcomer("reader", "Remy Reader")),
    (("general", "public", "All of Globex"), ("random", "public", "Anything at all")),
)


def furnish_slack(slack: Slack) -> None:
    """Everything at the first start; nothing later."""
    with slack.database.writing():
        if not slack.database.scalar("SELECT count(*) FROM slack_teams"):
            for plan in (ACME, GLOBEX):
                _team(slack, plan)


def _team(slack: Slack, plan: Plan) -> None:
    team_id = new_id("T")
    slack.database.insert("slack_teams", id=team_id, name=plan.name, domain=plan.name.lower())
    users = [_user(slack, team_id, person) for person in plan.people]
    for name, kind, topic in plan.channels:
        channel = create_channel(slack, team_id, name, kind, topic=topic)
        # The private channel is for those who deploy: its last person looks at it from outside.
        for user_id in users if kind == "public" else users[:-1]:
            add_member(slack, channel.id, user_id)


def _user(slack: Slack, team_id: str, person: Newcomer) -> str:
    account = account_by_login(slack.database, person.name)
    user_id = new_id("U")
    slack.database.insert(
        "slack_users",
        id=user_id,
        team_id=team_id,
        name=person.name,
        real_name=person.real_name,
        account_id=None if account is None else account.id,
    )
    return user_id
