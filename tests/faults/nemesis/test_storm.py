"""The whole house in a storm (faults J1, J4, J9, J13, J15, P1, P6, P9), and twenty pushes on a quiet day (fault E3)."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from engine.store import schema
from tests.faults.conftest import Effort, Figures
from tests.faults.nemesis.load import Pull, Size
from tests.faults.nemesis.storm import Storm, storm
from tests.postgres import RunningPostgres, running_postgres

SHORT, SHORTER = Size(repositories=1, pulls=2, acts=4), Size(repositories=1, pulls=1, acts=4)
#: More than 500 jobs.
LONG = Size(repositories=2, pulls=5, acts=9)
STRIKES, STRIKES_ON_POSTGRES, STRIKES_OF_LONG = 12, 6, 230
#: Seconds between two strikes, from and to.
PAUSE = (0.3, 0.9)
PUSHES = 20


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory, effort: Effort) -> Iterator[Storm]:
    """A house over SQLite."""
    size = LONG if effort.long else SHORT
    with storm(tmp_path_factory.mktemp("storm"), size, effort.dice("storm on SQLite"), severe=effort.long) as made:
        yield made


@pytest.fixture(scope="module")
def on_postgres(
    tmp_path_factory: pytest.TempPathFactory, effort: Effort, request: pytest.FixtureRequest
) -> Iterator[Storm]:
    """A house over PostgreSQL: in the long version over one of its own, which is killed too."""
    folder, dice = tmp_path_factory.mktemp("storm"), effort.dice("storm on PostgreSQL")
    if effort.long:
        with running_postgres() as server:
            url = server.new_database()
            with storm(folder, LONG, dice, url, postgres=server, severe=True) as made:
                yield made
    else:
        shared: RunningPostgres = request.getfixturevalue("postgres")
        with storm(folder, SHORTER, dice, shared.new_database()) as made:
            yield made


def jobs_of(made: Storm, pull: Pull) -> Counter[str]:
    """How many build jobs of a pull request wait and run."""
    jobs, builds, previews = schema.jobs, schema.builds, schema.previews
    found = (
        select(jobs.c.state, func.count())
        .join(builds, builds.c.id == jobs.c.subject)
        .join(previews, previews.c.id == builds.c.preview_id)
        .join(schema.repositories, schema.repositories.c.id == previews.c.repository_id)
        .where(jobs.c.kind == "build", previews.c.number == pull.number)
        .where(schema.repositories.c.full_name == pull.repository)
        .group_by(jobs.c.state)
    )
    with made.database.read() as connection:
        return Counter({state: int(count) for state, count in connection.execute(found)})


def test_twenty_pushes_at_once_leave_one_comment_and_twenty_check_runs_that_ended(
    on_sqlite: Storm, figures: Figures
) -> None:
    (pull,) = on_sqlite.load.repository("writer", "pushes", Size(1, 1, PUSHES))
    on_sqlite.load.open(pull)
    first = on_sqlite.auditor.get(f"/repos/{pull.repository}/pulls/{pull.number}")["head"]["sha"]
    shas = [first, *on_sqlite.load.push_at_once(pull, PUSHES)]
    most: Counter[str] = Counter()

    def at_rest() -> bool:
        for state, count in jobs_of(on_sqlite, pull).items():
            most[state] = max(most[state], count)
        return on_sqlite.checker.at_rest()

    on_sqlite.tend_until(at_rest, "everything comes to rest")
    on_sqlite.load.close(pull)
    assert most["running"] == 1
    assert most["pending"] <= 1
    effects = [each for each in on_sqlite.auditor.effects() if each.get("repository") == pull.repository]
    comments = Counter(each["kind"] for each in effects if str(each.get("actor")).endswith("[bot]"))
    conclusions = {sha: conclusion_of(on_sqlite, pull, sha) for sha in shas}
    figures.say(f"E3: {comments['comment_created']} comment, edited {comments['comment_edited']} times; "
                f"{Counter(conclusions.values())}")  # fmt: skip
    assert comments["comment_created"] == 1
    assert conclusions[shas[-1]] == "success"
    assert set(conclusions.values()) <= {"success", "neutral"}


def conclusion_of(made: Storm, pull: Pull, sha: str) -> str:
    """Of the one check run of a commit, which has ended."""
    (run,) = made.auditor.get(f"/repos/{pull.repository}/commits/{sha}/check-runs?filter=all")["check_runs"]
    assert run["status"] == "completed", run
    return str(run["conclusion"])


def survive(made: Storm, strikes: int, effort: Effort, figures: Figures, where: str) -> None:
    """A storm; rest; every pull request closed; rest; each time counted."""
    hits = made.blow(strikes, PAUSE, effort.seed)
    made.come_to_rest()
    wrong = made.checker.wrong()
    made.load.close_all()
    made.come_to_rest()
    made.tend_until(made.nothing_left(), "no sandbox is left")
    wrong += made.checker.wrong()
    jobs, done = made.jobs(), made.nemesis.done
    figures.say(f"{where}: {sum(jobs.values())} jobs {jobs}; {made.nemesis.kills} kills; {dict(sorted(done.items()))}")
    figures.say(f"{where}: people {made.load.acts}; {hits} faults of GitHub; {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(3600)
def test_a_storm_loses_nothing_doubles_nothing_and_leaves_nothing_pending(
    on_sqlite: Storm, effort: Effort, figures: Figures
) -> None:
    survive(on_sqlite, STRIKES_OF_LONG if effort.long else STRIKES, effort, figures, "storm on SQLite")


@pytest.mark.timeout(3600)
def test_the_same_on_postgresql_which_is_killed_too(on_postgres: Storm, effort: Effort, figures: Figures) -> None:
    strikes = STRIKES_OF_LONG if effort.long else STRIKES_ON_POSTGRES
    survive(on_postgres, strikes, effort, figures, "storm on PostgreSQL")
