"""Dies at every commit, every call outside and every wake-up, of every kind of work; another goes on (fault J17)."""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import Effort, Figures
from tests.faults.crash.fuse import Side
from tests.faults.crash.kinds import KINDS, Kind
from tests.faults.crash.life import Role
from tests.faults.crash.playing import Run, Theatre, theatre
from tests.faults.rooms import Rooms
from tests.postgres import RunningPostgres

#: In the short version a process dies at every so-manieth point only, and the seed says at which first: which differs
#: from run to run. A build takes longest.
STEP, STEP_OF_BUILDS, STEP_ON_POSTGRES = 4, 9, 6
#: What is tried on PostgreSQL in the short version.
BRIEFLY = ("intake of /preview", "posting comment, check run and reactions, new and changed")
#: What is left to the long version: near to another kind.
NOT_BRIEFLY = ("intake of /readiness", "posting what was seen")


@pytest.fixture(scope="module")
def on_sqlite(grounds: Rooms) -> Iterator[Theatre]:
    """Runs on SQLite."""
    with theatre(grounds) as playing:
        yield playing


@pytest.fixture(scope="module")
def on_postgres(grounds: Rooms, postgres: RunningPostgres) -> Iterator[Theatre]:
    """Runs on PostgreSQL."""
    url = postgres.new_database()
    with theatre(grounds, url) as playing:
        yield playing
    postgres.drop(url)


def crash_everywhere(playing: Theatre, kind: Kind, effort: Effort, step: int) -> list[Run]:
    """Every point on both sides in the long version. Dying after one effect leaves what dying before the next does, so
    that one side is enough for the short one.
    """
    if effort.long:
        return playing.crash_everywhere(kind.name, (Side.BEFORE, Side.AFTER))
    first = effort.dice(kind.name).randint(1, step)
    return playing.crash_everywhere(kind.name, (Side.AFTER,), first=first, step=step)


def all_is_right(runs: list[Run], figures: Figures, what: str) -> None:
    """Fails with every point that was not recovered from."""
    wrong = [run for run in runs if run.wrong]
    points, deaths = max(run.points for run in runs), sum(bool(run.died_at) for run in runs)
    figures.say(f"J17 {what}: {points} points, died {deaths} times, {len(wrong)} wrong")
    assert not wrong, "\n".join(f"{run.side} {run.at} ({run.died_at}): {'; '.join(run.wrong)}" for run in wrong)
    assert points > 0


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_whoever_dies_at_any_point_is_followed_by_one_who_ends_it_well(
    on_sqlite: Theatre, kind: Kind, effort: Effort, figures: Figures
) -> None:
    if not effort.long and kind.name in NOT_BRIEFLY:
        pytest.skip("tried in `make faults`")
    step = {Role.WORK: STEP_OF_BUILDS, Role.WEB: 1, Role.DEADLINES: 1}.get(kind.armed, STEP)
    all_is_right(crash_everywhere(on_sqlite, kind, effort, step), figures, f"SQLite, {kind.name}")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_same_on_postgresql(on_postgres: Theatre, kind: Kind, effort: Effort, figures: Figures) -> None:
    if not effort.long and kind.name not in BRIEFLY:
        pytest.skip("tried in `make faults`")
    all_is_right(crash_everywhere(on_postgres, kind, effort, STEP_ON_POSTGRES), figures, f"PostgreSQL, {kind.name}")
