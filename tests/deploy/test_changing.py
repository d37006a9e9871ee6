"""Variables, `/restart` and `/cancel`: who may, what is told, what is written."""

import pytest
from sqlalchemy import select

from engine.deploy.asks import Action, NewVariable
from engine.domain.job import JobKind
from engine.domain.release import DeployState
from engine.reasons import Reason
from engine.settings import Secret
from engine.store.schema import jobs as job_rows
from tests.deploy.world import B, World, reasons_of, sentence_of, told

NEWS = (NewVariable("TOKEN", Secret("s3cret")), NewVariable("MODE", Secret("fast"), is_secret=False))


def test_secrets_are_listed_by_name_and_plain_values_are_shown(world: World) -> None:
    told(world.do(Action.ENV_SET, environment="production", variables=NEWS))
    said = told(world.do(Action.ENV_LIST))
    assert "`TOKEN`" in said and "s3cret" not in said and "`fast`" in said and "@ada" in said


@pytest.mark.parametrize("door", ["comment", "slack"])
def test_where_others_read_the_answer_no_value_is_shown(world: World, door: str) -> None:
    told(world.do(Action.ENV_SET, environment="production", variables=NEWS))
    said = told(world.do(Action.ENV_LIST, door=door))
    assert "`MODE`" in said and "fast" not in said and "s3cret" not in said


def test_an_environment_without_variables_says_so(world: World) -> None:
    assert "has no variables" in told(world.do(Action.ENV_LIST, "production"))


def test_no_answer_to_setting_a_secret_repeats_it(world: World) -> None:
    assert "s3cret" not in told(world.do(Action.ENV_SET, variables=NEWS))
    assert world.environment().variables_version == 1


def test_a_variable_is_unset_in_a_version_of_its_own(world: World) -> None:
    world.do(Action.ENV_SET, variables=NEWS)
    told(world.do(Action.ENV_UNSET, "production", "TOKEN"))
    told(world.do(Action.ENV_UNSET, "MODE"))
    assert world.environment().variables_version == 3
    assert "has no variables" in told(world.do(Action.ENV_LIST))


def test_a_variable_that_isnt_there_cant_be_unset(world: World) -> None:
    assert reasons_of(world.do(Action.ENV_UNSET, "NOPE")) == [Reason.NO_SUCH_VARIABLE]


@pytest.mark.parametrize("action", [Action.ENV_SET, Action.ENV_UNSET])
def test_nothing_named_is_nothing_done(world: World, action: Action) -> None:
    assert reasons_of(world.do(action)) == [Reason.BAD_ARGUMENTS]


@pytest.mark.parametrize("action", [Action.ENV_LIST, Action.ENV_SET, Action.ENV_UNSET, Action.RESTART, Action.CANCEL])
def test_readers_and_others_than_deployers_change_nothing(world: World, action: Action) -> None:
    world.write_project(b"environments: {production: {deployers: [grace]}}\n")
    words = ("KEY",) if action is Action.ENV_UNSET else ()
    assert reasons_of(world.do(action, *words, login="eve")) == [Reason.NOT_PERMITTED]
    assert Reason.NOT_DEPLOYER in reasons_of(world.do(action, *words))


def test_a_restart_is_a_job_in_the_environments_order(world: World) -> None:
    serving = world.deployed()
    said = told(world.do(Action.RESTART))
    told(world.do(Action.RESTART))
    with world.database.read() as connection:
        rows = connection.execute(select(job_rows).where(job_rows.c.kind == JobKind.RESTART)).all()
    assert [(row.subject, row.order_key) for row in rows] == [
        (serving.environment_id, f"environment:{serving.environment_id}")
    ]
    assert f"`{serving.name}`" in said


def test_what_serves_nothing_cant_be_restarted(world: World) -> None:
    assert reasons_of(world.do(Action.RESTART)) == [Reason.NOTHING_DEPLOYED]


def test_what_another_locked_is_not_restarted(world: World) -> None:
    world.deployed()
    world.do(Action.LOCK)
    assert reasons_of(world.do(Action.RESTART, login="bob")) == [Reason.LOCKED]


def test_a_waiting_deploy_is_cancelled_at_once_with_its_lock_and_job(world: World) -> None:
    release = world.start()
    assert "is cancelled" in told(world.do(Action.CANCEL))
    assert world.release(release.id).state is DeployState.CANCELLED
    assert (world.line(), world.due_jobs()) == ([], {})


def test_what_runs_is_cancelled_before_what_waits(world: World) -> None:
    world.write_project(b"environments: {production: {up_to_date: false}}\n")
    running = world.start()
    world.commit(B)
    waits = world.start()
    world.begin(running)
    assert "being ended" in told(world.do(Action.CANCEL))
    assert world.release(running.id).stop_wanted == "cancelled"
    assert world.release(waits.id).stop_wanted == ""


def test_where_nothing_is_under_way_nothing_is_cancelled(world: World) -> None:
    assert reasons_of(world.do(Action.CANCEL)) == [Reason.NOTHING_TO_CANCEL]


def test_what_is_over_is_said_to_be(world: World) -> None:
    release = world.deployed()
    refused = world.do(Action.CANCEL, release=release.id)
    assert reasons_of(refused) == [Reason.ALREADY_FINISHED] and "deployed" in sentence_of(refused)
