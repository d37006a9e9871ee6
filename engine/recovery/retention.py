"""What is kept how long: for each table, the rows that can go at a moment."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, Table, and_, cast, literal, or_, select

from engine.domain.job import OVER
from engine.recovery.readiness_retention import (
    fix_is_over,
    inspection_is_over,
    readiness_history_is_over,
    readiness_mark_is_over,
    readiness_message_is_over,
    scan_is_over,
)
from engine.recovery.slack_retention import ask_is_over, mark_is_over, message_is_over
from engine.reports.slack_subjects import REPLY
from engine.reports.subjects import CHECK, COMMIT, DEPLOYMENT, DRIFT, GATE, REACTION
from engine.settings import Intervals
from engine.store.deploy_schema import environments, releases
from engine.store.history_schema import log_chunks, skips, timeline
from engine.store.jobs import is_live
from engine.store.readiness_schema import fixes, inspections, scans
from engine.store.schema import (
    builds,
    creations,
    heads,
    inbox,
    jobs,
    missed_deliveries,
    outbox,
    previews,
    pull_requests,
)
from engine.store.slack_schema import slack_asks, slack_links, slack_messages

#: Seconds that GitHub counts what was created in.
COUNTED = 3600.0

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Rule:
    """Rows of a table that can go, and how many go in one transaction: few where a row may hold megabytes."""

    table: Table
    over: Callable[[float], Condition]
    batch: int = 200


def rules_of(intervals: Intervals) -> tuple[Rule, ...]:
    """Every rule; what none names is kept.

    A comment's mark stays for as long as its pull request may be reopened, since it knows the comment: for ever.
    """
    deliveries, over, logs = intervals.keep_deliveries, intervals.keep_jobs, intervals.keep_logs
    return (
        Rule(inbox, lambda now: _delivery_is_over(now - deliveries), batch=20),
        Rule(missed_deliveries, lambda now: _is_lost(now - deliveries)),
        Rule(jobs, lambda now: and_(jobs.c.state.in_(sorted(OVER)), jobs.c.finished_at < now - over)),
        Rule(
            outbox,
            lambda now: or_(_answer_is_old(now - over), _check_is_old(now - logs), _deploy_is_old(now - logs)),
        ),
        Rule(
            log_chunks,
            lambda now: and_(
                log_chunks.c.at < now - logs, or_(_is_gone(log_chunks.c.subject), _has_left(log_chunks.c.subject))
            ),
            batch=20,
        ),
        Rule(timeline, lambda now: and_(timeline.c.at < now - logs, _is_gone(timeline.c.subject))),
        Rule(skips, lambda now: and_(skips.c.created_at < now - logs, ~_is_open(skips))),
        Rule(heads, lambda now: and_(heads.c.received_at < now - logs, ~_is_newest_head())),
        Rule(creations, lambda now: creations.c.at < now - COUNTED),
        Rule(slack_links, lambda now: slack_links.c.expires_at < now),
        Rule(slack_asks, lambda now: ask_is_over(now - logs)),
        # Before the marks: those that nothing is known of go with them.
        Rule(slack_messages, lambda now: message_is_over(now, logs)),
        Rule(outbox, lambda now: mark_is_over(now, logs)),
        Rule(inspections, lambda now: inspection_is_over(now - logs), batch=20),
        Rule(scans, lambda now: scan_is_over(now - logs), batch=20),
        Rule(fixes, lambda now: fix_is_over(now - logs)),
        # After them: what is only about them goes too.
        Rule(outbox, lambda now: readiness_mark_is_over(now - logs)),
        Rule(slack_messages, lambda now: readiness_message_is_over(now - logs)),
        Rule(timeline, lambda now: readiness_history_is_over(now - logs)),
    )


def _delivery_is_over(moment: float) -> Condition:
    """Handled, ignored or rejected; or left behind by a job that is dead."""
    waits = select(jobs.c.id).where(is_live(jobs), jobs.c.key == literal("intake:") + inbox.c.key).exists()
    return and_(inbox.c.received_at < moment, or_(inbox.c.state != "stored", ~waits))


def _is_lost(moment: float) -> Condition:
    return and_(missed_deliveries.c.given_up, missed_deliveries.c.delivered_at < moment)


def _settled(moment: float) -> Condition:
    return and_(outbox.c.marked_at < moment, or_(outbox.c.posted == outbox.c.version, outbox.c.given_up))


def _answer_is_old(moment: float) -> Condition:
    return and_(outbox.c.reporter.in_([REACTION, REPLY]), _settled(moment))


def _check_is_old(moment: float) -> Condition:
    """Of a commit that no living preview was built of and no open pull request has as its head."""
    built = (
        select(builds.c.id)
        .join(previews, previews.c.id == builds.c.preview_id)
        .where(previews.c.life != "removed", _check_of(builds.c.repository_id, builds.c.sha))
    )
    headed = select(pull_requests.c.number).where(
        pull_requests.c.open, _check_of(pull_requests.c.repository_id, pull_requests.c.head_sha)
    )
    return and_(outbox.c.reporter == CHECK, _settled(moment), ~built.exists(), ~headed.exists())


def _deploy_is_old(moment: float) -> Condition:
    """About a release that serves nowhere, or a preview that is gone: nothing will be said of it any more."""
    prefix = literal("deployment:") + cast(outbox.c.repository_id, String) + literal(":")
    serving = select(environments.c.id).where(outbox.c.subject == prefix + environments.c.release_id)
    living = select(previews.c.id).where(outbox.c.subject == prefix + previews.c.id, previews.c.life != "removed")
    about = outbox.c.reporter.in_([DEPLOYMENT, GATE, COMMIT, DRIFT])
    return and_(about, _settled(moment), ~serving.exists(), ~living.exists())


def _check_of(repository_id: ColumnElement[int], sha: ColumnElement[str]) -> Condition:
    """The commit is the one that the mark is about."""
    subject = literal("check:") + cast(repository_id, String) + literal(":") + sha
    return and_(outbox.c.repository_id == repository_id, outbox.c.subject == subject)


def _is_gone(subject: ColumnElement[str]) -> Condition:
    """It is a removed preview, or a build of one."""
    preview = select(previews.c.id).where(previews.c.id == subject, previews.c.life == "removed")
    build = (
        select(builds.c.id)
        .join(previews, previews.c.id == builds.c.preview_id)
        .where(builds.c.id == subject, previews.c.life == "removed")
    )
    return or_(preview.exists(), build.exists())


def _has_left(subject: ColumnElement[str]) -> Condition:
    """It is a release that is over and serves nowhere. Its timeline stays: it is the environment's history."""
    served = select(environments.c.id).where(environments.c.release_id == subject)
    over = select(releases.c.id).where(releases.c.id == subject, releases.c.finished_at.is_not(None))
    return and_(over.exists(), ~served.exists())


def _is_open(table: Table) -> Condition:
    same = pull_requests.c.repository_id == table.c.repository_id, pull_requests.c.number == table.c.number
    return select(pull_requests.c.number).where(*same, pull_requests.c.open).exists()


def _is_newest_head() -> Condition:
    same = pull_requests.c.repository_id == heads.c.repository_id, pull_requests.c.number == heads.c.number
    return select(pull_requests.c.number).where(*same, pull_requests.c.head_sha == heads.c.sha).exists()
