"""What people asked for in comments and by buttons, and how it went. The delivery is the ask's id."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, select, update

from engine.domain.build import TERMINAL, BuildState
from engine.domain.inspection import FixState, InspectionState
from engine.domain.release import TERMINAL as OVER
from engine.domain.release import DeployState
from engine.store.deploy_schema import releases
from engine.store.history_schema import asks
from engine.store.readiness_schema import fixes, inspections
from engine.store.schema import builds
from engine.store.upsert import insert_into

RECEIVED, WORKING, DONE, REFUSED, FAILED = "received", "working", "done", "refused", "failed"

#: The comment of an ask that came through a button: there is none, and nothing to react to.
NO_COMMENT = 0

#: The doors whose answers the pull request shows: GitHub's own, and the build's page, which has no room for one.
#: Through any other, whoever asked is answered there.
AT_GITHUB = ("comment", "button", "page")

#: How `/cancel` is written down as understood: it went well when the build ended before it was done.
CANCEL = "/cancel"


@dataclass(frozen=True)
class Ask:
    """One command that somebody wrote, or whose button they pressed."""

    delivery: str
    installation_id: int
    repository_id: int
    number: int
    comment_id: int
    login: str
    #: As understood, such as `/preview stop`.
    command: str
    state: str = RECEIVED
    #: A reason code once refused.
    reason: str = ""
    #: Markdown of ours; what others wrote is escaped in it.
    answer: str = ""
    #: The build that it started or waits for.
    build_id: str = ""
    #: The head that we had received when it was written; empty when we knew none.
    sha: str = ""
    #: Unix seconds.
    created_at: float = 0.0
    #: The release that it started or waits for.
    release_id: str = ""
    #: comment | button | page | api | cli | slack
    door: str = "comment"
    #: The inspection or the fix that it started or waits for; of a fix, the inspection that offered it.
    inspection_id: str = ""
    fix_id: str = ""


def receive(connection: Connection, ask: Ask) -> None:
    """Notes an ask once; told again, the first stays."""
    row = {name: getattr(ask, name) for name in Ask.__dataclass_fields__}
    connection.execute(insert_into(connection, asks).values(**row).on_conflict_do_nothing())


def settle(connection: Connection, delivery: str, state: str, answer: str, *, reason: str = "") -> None:
    """Writes the answer to an ask."""
    change = update(asks).where(asks.c.delivery == delivery)
    connection.execute(change.values(state=state, answer=answer, reason=reason))


def follow(connection: Connection, delivery: str, build_id: str) -> None:
    """From now on the ask goes as its build goes."""
    connection.execute(update(asks).where(asks.c.delivery == delivery).values(state=WORKING, build_id=build_id))


def follow_release(connection: Connection, delivery: str, release_id: str) -> None:
    """From now on the ask goes as its release goes; one that is over already ends it with the next mark."""
    change = update(asks).where(asks.c.delivery == delivery)
    connection.execute(change.values(state=WORKING, release_id=release_id))


def follow_inspection(connection: Connection, delivery: str, inspection_id: str) -> None:
    """From now on the ask goes as its inspection goes."""
    change = update(asks).where(asks.c.delivery == delivery)
    connection.execute(change.values(state=WORKING, inspection_id=inspection_id))


def follow_fix(connection: Connection, delivery: str, fix_id: str, inspection_id: str) -> None:
    """From now on the ask goes as its fix goes; `inspection_id` is the inspection that offered it."""
    change = update(asks).where(asks.c.delivery == delivery)
    connection.execute(change.values(state=WORKING, fix_id=fix_id, inspection_id=inspection_id))


def numbers_following(connection: Connection, release_id: str) -> list[int]:
    """The pull requests on which an ask goes as that release goes."""
    mine = select(asks.c.number).where(asks.c.release_id == release_id, asks.c.state == WORKING)
    return list(connection.execute(mine.distinct()).scalars())


def by_delivery(connection: Connection, delivery: str) -> Ask | None:
    """The ask of that delivery."""
    row = connection.execute(select(asks).where(asks.c.delivery == delivery)).one_or_none()
    return None if row is None else _ask(row)


def of_comment(connection: Connection, repository_id: int, comment_id: int) -> Ask | None:
    """The ask that was written in that comment."""
    found = select(asks).where(asks.c.repository_id == repository_id, asks.c.comment_id == comment_id)
    row = connection.execute(found.order_by(asks.c.created_at.desc()).limit(1)).one_or_none()
    return None if row is None else _ask(row)


def newest(connection: Connection, repository_id: int, number: int, count: int) -> list[Ask]:
    """The last answered asks of a pull request that are answered at GitHub, newest first."""
    mine = (asks.c.repository_id == repository_id, asks.c.number == number, asks.c.door.in_(AT_GITHUB))
    found = (
        select(asks)
        .where(*mine, asks.c.state != RECEIVED)
        .order_by(asks.c.created_at.desc(), asks.c.comment_id.desc())
        .limit(count)
    )
    return [_ask(row) for row in connection.execute(found)]


#: The ends of a build and of a release that a command wants, where that isn't its being ready or its serving.
WANTED = {CANCEL: (BuildState.CANCELLED, BuildState.SUPERSEDED)}
WANTED_OF_RELEASES = {CANCEL: (DeployState.CANCELLED, DeployState.ROLLED_BACK)}
#: How an ask ends with its fix.
ENDS_OF_FIXES = {FixState.DONE: DONE, FixState.REFUSED: REFUSED, FixState.FAILED: FAILED}


def end_with_builds(connection: Connection, repository_id: int, number: int) -> list[int]:
    """Ends the asks whose builds are over; answers the comments they were written in."""
    ended = _followers(connection, _of(repository_id, number), asks.c.build_id, builds, TERMINAL)
    for row in ended:
        _end(connection, row, well=row.state in WANTED.get(row.command, (BuildState.READY,)))
    return [row.comment_id for row in ended]


def end_with_releases(connection: Connection, repository_id: int, number: int) -> list[int]:
    """Ends the asks whose releases are over; answers the comments they were written in."""
    ended = _followers(connection, _of(repository_id, number), asks.c.release_id, releases, OVER)
    for row in ended:
        wanted = WANTED_OF_RELEASES.get(row.command.split(" ")[0], (DeployState.DEPLOYED,))
        _end(connection, row, well=DeployState(row.state) in wanted)
    return [row.comment_id for row in ended]


def end_with_inspections(connection: Connection, repository_id: int, number: int) -> list[int]:
    """Ends the asks whose inspections are over; answers the comments they were written in."""
    mine = and_(_of(repository_id, number), asks.c.fix_id == "")
    over = (InspectionState.DONE, InspectionState.FAILED)
    ended = _followers(connection, mine, asks.c.inspection_id, inspections, over)
    for row in ended:
        _end(connection, row, well=row.state == InspectionState.DONE)
    return [row.comment_id for row in ended]


def end_with_fixes(connection: Connection, repository_id: int, number: int) -> list[Ask]:
    """Ends the asks whose fixes are over, with what is to be said of them; those that ended."""
    said = (fixes.c.reason, fixes.c.sentence)
    ended = _followers(connection, _of(repository_id, number), asks.c.fix_id, fixes, ENDS_OF_FIXES, *said)
    for row in ended:
        told = f"{row.sentence}\n\n`{row.reason}`" if row.reason else row.sentence
        settle(connection, row.delivery, ENDS_OF_FIXES[FixState(row.state)], told, reason=row.reason)
    return [ask for row in ended if (ask := by_delivery(connection, row.delivery)) is not None]


def _of(repository_id: int, number: int) -> ColumnElement[bool]:
    """The asks of a pull request that go on."""
    return and_(asks.c.repository_id == repository_id, asks.c.number == number, asks.c.state == WORKING)


def _followers(
    connection: Connection,
    mine: ColumnElement[bool],
    followed: ColumnElement[str],
    table: Table,
    over: Collection[StrEnum],
    *more: ColumnElement[str],
) -> Sequence[Row[Any]]:
    """Those whose row of `table`, which they follow, is in one of these states."""
    states = [state.value for state in over]
    found = (
        select(asks.c.delivery, asks.c.comment_id, asks.c.command, table.c.state, *more)
        .join(table, table.c.id == followed)
        .where(mine, table.c.state.in_(states))
    )
    return connection.execute(found).all()


def _end(connection: Connection, row: Row[Any], *, well: bool) -> None:
    change = update(asks).where(asks.c.delivery == row.delivery)
    connection.execute(change.values(state=DONE if well else FAILED))


def _ask(row: Row[tuple[object, ...]]) -> Ask:
    return Ask(**{name: getattr(row, name) for name in Ask.__dataclass_fields__})
