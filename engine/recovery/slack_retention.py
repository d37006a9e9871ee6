"""What is kept how long of what was said in Slack. What is deleted must never be said again."""

from sqlalchemy import ColumnElement, FromClause, String, and_, cast, literal, or_, select

from engine.reports.slack_message_render import NEWS
from engine.reports.slack_subjects import FAILURE, HOME, MESSAGE, REPLY
from engine.store.deploy_schema import environments, releases
from engine.store.schema import outbox, previews
from engine.store.slack_schema import slack_asks, slack_messages, slack_workspaces

#: Seconds that a message is known for at least: then what it is about is no news any more, and is not posted anew.
KNOWN = NEWS + 86_400.0

Condition = ColumnElement[bool]


def message_is_over(now: float, keep: float) -> Condition:
    """Of a release that was over long ago, serves nowhere, and was followed by another: nothing can be done there.

    Of a preview only its failures go: like its comment, its message stays for as long as it may come back.
    """
    moment, about = now - max(keep, KNOWN), slack_messages.c.about
    later = releases.alias("later")
    followed = select(later.c.id).where(
        later.c.environment_id == releases.c.environment_id, later.c.number > releases.c.number
    )
    left = select(releases.c.id).where(releases.c.id == about, releases.c.finished_at < moment, followed.exists())
    serving = select(environments.c.id).where(environments.c.release_id == about)
    removed = select(previews.c.id).where(previews.c.id == about, previews.c.life == "removed")
    failure = slack_messages.c.subject.like(f"%:{FAILURE}.%")
    gone = or_(and_(left.exists(), ~serving.exists()), and_(failure, removed.exists()))
    return and_(slack_messages.c.posted_at < moment, gone)


def mark_is_over(now: float, keep: float) -> Condition:
    """Whose message isn't known any more; that of a workspace that left; of other things every old one."""
    old = outbox.c.marked_at < now - max(keep, KNOWN)
    known = select(slack_messages.c.ts).where(slack_messages.c.subject == outbox.c.subject)
    # Of what is under way, one that was never settled may have been said.
    settled = outbox.c.posted == outbox.c.version
    unsaid = and_(outbox.c.reporter == MESSAGE, ~known.exists(), or_(settled, ~_is_under_way()))
    left = select(slack_workspaces.c.id).where(
        slack_workspaces.c.id == -outbox.c.installation_id, slack_workspaces.c.gone_at.is_not(None)
    )
    of_slack = outbox.c.installation_id < 0
    return and_(of_slack, or_(left.exists(), and_(old, or_(unsaid, outbox.c.reporter.in_([HOME, REPLY])))))


def ask_is_over(moment: float) -> Condition:
    """Asked before then, and for nothing that is told of still: the channel hears of it by who asked there."""
    unfinished = select(releases.c.id).where(releases.c.id == slack_asks.c.about, releases.c.finished_at.is_(None))
    removed = select(previews.c.id).where(previews.c.id == slack_asks.c.about, previews.c.life == "removed")
    told = select(slack_messages.c.ts).where(slack_messages.c.about == slack_asks.c.about)
    told_of = or_(unfinished.exists(), and_(told.exists(), ~removed.exists()))
    return and_(slack_asks.c.created_at < moment, ~told_of)


def _is_under_way() -> Condition:
    """The mark is about a release that isn't over, or a preview that isn't removed."""
    unfinished = select(releases.c.id).where(_is_about(releases), releases.c.finished_at.is_(None))
    living = select(previews.c.id).where(_is_about(previews), previews.c.life != "removed")
    return or_(unfinished.exists(), living.exists())


def _is_about(things: FromClause) -> Condition:
    part = literal("%:") + cast(things.c.id, String) + literal(":%")
    return and_(things.c.repository_id == outbox.c.repository_id, outbox.c.subject.like(part))
