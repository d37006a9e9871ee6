"""No status stays pending: what has no job any more is asked for once more, ended or answered."""

from sqlalchemy import text

from engine.domain.build import BuildState
from engine.store import asks
from engine.store.asks import Ask
from tests.pipeline.acting import flask
from tests.pipeline.rig import NOW, Rig


def lose_jobs(rig: Rig) -> None:
    """As a bug or a restored database does it."""
    with rig.database.write() as connection:
        connection.execute(text("DELETE FROM jobs"))


def an_ask(rig: Rig, **fields: object) -> Ask:
    """A command of comment 5, received."""
    ask = Ask("one", 1, 7, 12, 5, "octo", "/preview", created_at=NOW)
    with rig.database.write() as connection:
        asks.receive(connection, ask)
        for name, value in fields.items():
            connection.execute(text(f"UPDATE asks SET {name} = :value"), {"value": value})
    return ask


def answer(rig: Rig) -> Ask:
    """The command as it stands."""
    with rig.database.read() as connection:
        found = asks.by_delivery(connection, "one")
    assert found is not None
    return found


def test_a_build_without_a_job_is_asked_for_again(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    lose_jobs(rig)
    rig.reaper.beat()
    rig.run()
    assert rig.build(build.id).state is BuildState.READY
    assert "asked_again" in rig.kinds(build.id)


def test_one_that_loses_its_job_twice_fails_with_a_reason(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    for _ in range(2):
        lose_jobs(rig)
        rig.reaper.beat()
    ended = rig.build(build.id)
    assert (ended.state, ended.cause) == (
        BuildState.FAILED,
        "The job of this build was lost twice; Slipway's log may say why.",
    )
    assert rig.route()["state"] == "failed"


def test_one_that_was_to_be_cancelled_is(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    assert rig.store.claim("busy", ["work"]) is not None
    rig.cancel(build.id)
    lose_jobs(rig)
    rig.reaper.beat()
    assert rig.build(build.id).state is BuildState.CANCELLED


def test_an_older_one_is_superseded(rig: Rig) -> None:
    older = rig.ask(rig.push(flask("one")))
    with rig.database.write() as connection:
        connection.execute(text("UPDATE builds SET state = 'ready'"))
    rig.ask(rig.push(flask("two")))
    with rig.database.write() as connection:
        connection.execute(text("UPDATE builds SET state = 'source' WHERE id = :id"), {"id": older.id})
        connection.execute(text("DELETE FROM jobs WHERE subject = :id"), {"id": older.id})
    rig.reaper.beat()
    assert rig.build(older.id).state is BuildState.SUPERSEDED


def test_a_build_that_has_a_job_is_left_alone(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    rig.reaper.beat()
    assert rig.build(build.id) == build
    assert rig.jobs("build") == ["pending"]


def test_a_build_of_a_moment_ago_is_not_called_lost(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    lose_jobs(rig)
    rig.ahead = NOW - rig.time()
    rig.reaper.beat()
    assert rig.kinds(build.id) == ["queued"]


def test_a_command_that_nobody_reads_any_more_is_answered(rig: Rig) -> None:
    an_ask(rig)
    rig.reaper.beat()
    assert answer(rig).state == asks.FAILED
    assert "Comment it again" in answer(rig).answer


def test_a_command_whose_build_is_over_ends_with_it(rig: Rig) -> None:
    build = rig.built(flask("one"))
    an_ask(rig, state=asks.WORKING, build_id=build.id)
    rig.reaper.beat()
    assert (answer(rig).state, answer(rig).answer) == (asks.DONE, "")


def test_a_command_that_is_being_worked_on_is_left_alone(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    an_ask(rig, state=asks.WORKING, build_id=build.id)
    rig.reaper.beat()
    assert answer(rig).state == asks.WORKING


def test_a_command_whose_delivery_is_still_to_be_read_is_left_alone(rig: Rig) -> None:
    an_ask(rig)
    with rig.database.write() as connection:
        connection.execute(
            text(
                "INSERT INTO jobs (id, kind, key, installation_id, subject, created_at)"
                " VALUES ('job_x', 'intake', 'gh:one', 1, 'gh:one', 0)"
            )
        )
    rig.reaper.beat()
    assert answer(rig).state == asks.RECEIVED
