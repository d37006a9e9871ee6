"""No status stays pending: what has no job any more is asked for once more, ended or answered."""

from sqlalchemy import text

from engine.domain.build import BuildState
from engine.domain.release import DeployState, ReleaseKind
from engine.store import asks, environments, releases
from engine.store.asks import Ask
from engine.store.environments import Named
from engine.store.releases import NewRelease
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


def a_release(rig: Rig, state: DeployState) -> str:
    """A deploy that the command follows."""
    with rig.database.write() as connection:
        environment = environments.ensure(
            connection,
            installation_id=1,
            repository_id=7,
            full_name="acme/shop",
            named=Named("production", "local", "public", "{}"),
            now=NOW,
        )
        new = NewRelease(environment, ReleaseKind.DEPLOY, "a" * 40, "", "octo", "comment", "one", 0, "{}", 1)
        release = releases.ask(connection, new, NOW)
        if state is not DeployState.PENDING:
            connection.execute(text("UPDATE releases SET state = :state"), {"state": state.value})
    return release.id


def test_a_command_whose_release_waits_is_left_alone_and_one_whose_release_is_over_ends_with_it(rig: Rig) -> None:
    rig.push(flask("one"))
    an_ask(rig, state=asks.WORKING, release_id=a_release(rig, DeployState.PENDING))
    rig.reaper.beat()
    assert (answer(rig).state, answer(rig).answer) == (asks.WORKING, "")
    a_release(rig, DeployState.CANCELLED)
    rig.reaper.beat()
    assert (answer(rig).state, answer(rig).answer) == (asks.FAILED, "")


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
