"""What has to be shown anew in Slack when a release or a preview changes. It stands in the way of every such change."""

import time
from collections.abc import Collection

from sqlalchemy import Connection, select

from engine.domain.build import BuildState
from engine.domain.release import DeployState
from engine.reports.slack_audience import APPROVALS, DEPLOYS, FAILURES, PREVIEWS, READINESS, Listener, listeners
from engine.reports.slack_subjects import Place, mark_home, mark_messages
from engine.store.deploy_schema import releases
from engine.store.schema import builds, previews
from engine.store.slack_schema import slack_homes, slack_messages

#: Seconds after which an App Home that was opened is no longer kept up to date by itself.
LOOKED_AT = 3600.0
#: How many homes of a workspace follow each change at most: those that were opened last.
HOMES = 20
#: States in which a release may be a failure. One that is deployed may have died since.
MAY_HAVE_FAILED = frozenset(
    {DeployState.FAILED, DeployState.SECURITY_FAILED, DeployState.ROLLED_BACK, DeployState.DEPLOYED}
)
BUILD_MAY_HAVE_FAILED = frozenset({BuildState.FAILED, BuildState.READY})


def mark_about(connection: Connection, repository_id: int, about: str) -> None:
    """Every message about the release (`dep_…`), preview (`pv_…`) or inspection (`ins_…`) should show the state of now,
    in each channel that hears of it. Where nobody does, that is one small read and no more.
    """
    found = listeners(connection, repository_id, about)
    if not found:
        return
    news = _news(connection, about, found)
    hearing = [each for each in found if each.told or each.hears(*news)]
    mark_messages(connection, [Place(repository_id, each.workspace_id, each.channel, about) for each in hearing])
    _mark_the_one_before(connection, repository_id, about)
    for workspace_id in sorted({each.workspace_id for each in found}):
        _mark_homes(connection, workspace_id)


def _news(connection: Connection, about: str, found: Collection[Listener]) -> tuple[str, ...]:
    """What a channel must have subscribed to so as to hear of it now. The state is read only where that matters."""
    if about.startswith("ins_"):
        return (READINESS,)
    always = PREVIEWS if about.startswith("pv_") else DEPLOYS
    if all(each.told or each.hears(always) for each in found):
        return (always,)
    return (always, *(_of_preview if always == PREVIEWS else _of_release)(connection, about))


def _of_release(connection: Connection, release_id: str) -> tuple[str, ...]:
    mine = select(releases.c.state, releases.c.approvals_needed).where(releases.c.id == release_id)
    row = connection.execute(mine).one_or_none()
    if row is None:
        return ()
    if DeployState(row.state) in MAY_HAVE_FAILED:
        return (FAILURES,)
    return (APPROVALS,) if row.approvals_needed and row.state == DeployState.PENDING else ()


def _of_preview(connection: Connection, preview_id: str) -> tuple[str, ...]:
    newest = select(builds.c.state).join(previews, previews.c.newest_build_id == builds.c.id)
    state = connection.execute(newest.where(previews.c.id == preview_id)).scalar_one_or_none()
    return (FAILURES,) if state is not None and BuildState(state) in BUILD_MAY_HAVE_FAILED else ()


def _mark_the_one_before(connection: Connection, repository_id: int, about: str) -> None:
    """A release that was asked for anew: the one before it offers no retry any more."""
    asked, before = releases.alias("asked"), releases.alias("before")
    found = (
        select(slack_messages.c.workspace_id, slack_messages.c.channel, before.c.id)
        .distinct()
        .select_from(asked)
        .join(before, (before.c.environment_id == asked.c.environment_id) & (before.c.number == asked.c.number - 1))
        .join(slack_messages, slack_messages.c.about == before.c.id)
        .where(asked.c.id == about, asked.c.state == DeployState.PENDING)
    )
    rows = connection.execute(found).all()
    mark_messages(connection, [Place(repository_id, row.workspace_id, row.channel, row.id) for row in rows])


def _mark_homes(connection: Connection, workspace_id: int) -> None:
    """The homes that somebody may be looking at."""
    opened = select(slack_homes.c.user_id).where(
        slack_homes.c.workspace_id == workspace_id, slack_homes.c.opened_at >= time.time() - LOOKED_AT
    )
    for user_id in connection.execute(opened.order_by(slack_homes.c.opened_at.desc()).limit(HOMES)).scalars().all():
        mark_home(connection, workspace_id=workspace_id, user_id=user_id)
