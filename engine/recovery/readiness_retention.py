"""What is kept how long of inspections, scans and fixes."""

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select

from engine.domain.inspection import FixState, InspectionState
from engine.reports.readiness_marks import READINESS
from engine.store.history_schema import timeline
from engine.store.readiness_schema import fixes, inspections, scans
from engine.store.schema import outbox, pull_requests, repositories
from engine.store.slack_schema import slack_messages

#: How the ids of inspections and fixes begin.
INSPECTION, FIX = "ins\\_%", "fix\\_%"

Condition = ColumnElement[bool]


def inspection_is_over(moment: float) -> Condition:
    """Of a closed pull request, or followed by a newer look at the same thing; ended before then.

    The newest of the default branch stays while the repository is ours, and so does what an open pull request is
    compared with.
    """
    ended = inspections.c.state.in_([state for state in InspectionState if state.over])
    old = ended & (inspections.c.finished_at < moment)
    return and_(old, ~and_(_is_looked_for(), _is_newest()), ~_is_base())


def scan_is_over(moment: float) -> Condition:
    """Made before then: another one says more."""
    return scans.c.made_at < moment


def fix_is_over(moment: float) -> Condition:
    """Ended before then, in a pull request that isn't open any more."""
    ended = fixes.c.state != FixState.WAITING
    return and_(ended, fixes.c.finished_at < moment, ~_is_open(fixes.c.repository_id, fixes.c.number))


def readiness_mark_is_over(moment: float) -> Condition:
    """The inspection that it is about is gone, so that nothing will be said of it any more."""
    known = select(inspections.c.id).where(
        outbox.c.subject
        == literal("readiness:") + cast(inspections.c.repository_id, String) + literal(":") + inspections.c.id
    )
    return and_(outbox.c.reporter == READINESS, outbox.c.marked_at < moment, ~known.exists())


def readiness_message_is_over(moment: float) -> Condition:
    """In Slack, about an inspection that is gone."""
    about = slack_messages.c.about
    known = select(inspections.c.id).where(inspections.c.id == about)
    return and_(slack_messages.c.posted_at < moment, about.like(INSPECTION, escape="\\"), ~known.exists())


def readiness_history_is_over(moment: float) -> Condition:
    """Entries about an inspection or a fix that is gone."""
    subject = timeline.c.subject
    looked = select(inspections.c.id).where(inspections.c.id == subject)
    mended = select(fixes.c.id).where(fixes.c.id == subject)
    ours = or_(subject.like(INSPECTION, escape="\\"), subject.like(FIX, escape="\\"))
    return and_(timeline.c.at < moment, ours, ~looked.exists(), ~mended.exists())


def _is_looked_for() -> Condition:
    """It is of an open pull request, or of a commit by itself of a repository that is ours to work for."""
    ours = select(repositories.c.id).where(
        repositories.c.id == inspections.c.repository_id, repositories.c.removed_at.is_(None)
    )
    by_itself = and_(inspections.c.number == 0, ours.exists())
    return or_(by_itself, _is_open(inspections.c.repository_id, inspections.c.number))


def _is_newest() -> Condition:
    """What is told of its pull request, or of the default branch."""
    later = inspections.alias("later")
    same = later.c.repository_id == inspections.c.repository_id, later.c.number == inspections.c.number
    newer = select(later.c.id).where(*same, later.c.reported, later.c.created_at > inspections.c.created_at)
    return and_(inspections.c.reported, ~newer.exists())


def _is_base() -> Condition:
    """Something that stays is compared with it."""
    head = inspections.alias("head")
    compared = select(head.c.id).where(
        head.c.repository_id == inspections.c.repository_id,
        head.c.base_sha == inspections.c.sha,
        _is_open(head.c.repository_id, head.c.number),
    )
    return and_(inspections.c.number == 0, compared.exists())


def _is_open(repository_id: ColumnElement[int], number: ColumnElement[int]) -> Condition:
    same = pull_requests.c.repository_id == repository_id, pull_requests.c.number == number
    return select(pull_requests.c.number).where(*same, pull_requests.c.open).exists()
