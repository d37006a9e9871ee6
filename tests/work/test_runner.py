"""The runner: what a handler answers or raises decides how its job goes on (faults J8 to J10)."""

from typing import cast

import pytest
from sqlalchemy import Connection

from engine.domain.job import Job, JobKind, JobState
from engine.errors import Denied, Superseded, Unreachable
from engine.store import jobs
from engine.work.handler import Again, Done, Running
from engine.work.runner import Runner
from tests.store.building import INTERVALS, a_job
from tests.work.conftest import Workshop
from tests.work.handlers import raising


def test_without_due_jobs_it_does_nothing(shop: Workshop) -> None:
    assert shop.work() is False


def test_a_job_that_succeeds_is_done_with_its_effects(shop: Workshop) -> None:
    job_id = shop.add(a_job())
    assert shop.work() is True
    assert (shop.column(job_id, "state"), shop.count("effects")) == ("done", 1)


def test_a_job_that_raises_is_tried_three_times_with_growing_pauses_then_dead_with_a_report(shop: Workshop) -> None:
    job_id = shop.add(a_job())
    shop.handler.act = raising(ValueError("internal"))
    for pause in (2, 8):
        assert shop.work()
        assert not shop.work()
        shop.clock.advance(pause)
    assert shop.work()
    assert (shop.column(job_id, "state"), shop.count("burials")) == ("dead", 1)
    [sentence] = shop.handler.buried
    assert "ValueError" in sentence
    assert job_id in sentence
    assert "internal" not in sentence


@pytest.mark.parametrize("error", [SystemExit(3), MemoryError(), RecursionError(), GeneratorExit()])
def test_even_what_is_no_ordinary_exception_ends_the_job_not_the_worker(shop: Workshop, error: BaseException) -> None:
    job_id = shop.add(a_job())
    shop.handler.act = raising(error)
    assert shop.work()
    assert type(error).__name__ in str(shop.column(job_id, "error"))


def test_an_answer_that_is_none_is_an_attempt_and_in_the_end_the_job_is_dead(shop: Workshop) -> None:
    job_id = shop.add(a_job())
    shop.handler.act = lambda _job, _running: cast("Done", object())
    for pause in (2, 8, 0):
        assert shop.work()
        shop.clock.advance(pause)
    assert (shop.column(job_id, "state"), shop.count("burials")) == ("dead", 1)


def test_an_outside_that_is_away_is_waited_for_longer_than_a_slip_of_ours(shop: Workshop) -> None:
    job_id = shop.add(a_job())
    shop.handler.act = raising(Unreachable("asking GitHub: it is away"))
    for pause in (2, 48):
        assert shop.work()
        shop.clock.advance(pause - 1)
        assert not shop.work()
        shop.clock.advance(1)
    assert shop.work()
    assert shop.column(job_id, "state") == "dead"


def test_an_outside_that_asks_to_wait_is_given_that_time(shop: Workshop) -> None:
    shop.add(a_job())
    shop.handler.act = raising(Unreachable("asking GitHub: it is busy", retry_after=50))
    shop.work()
    shop.clock.advance(49)
    assert not shop.work()
    shop.clock.advance(1)
    assert shop.work()


def test_again_waits_as_long_as_the_handler_says_and_counts(shop: Workshop) -> None:
    job_id = shop.add(a_job())
    shop.handler.act = lambda _job, _running: Again(5, "the sandbox host is away")
    for _ in range(3):
        assert shop.work()
        shop.clock.advance(5)
    assert shop.column(job_id, "state") == "dead"
    assert shop.handler.buried == ["the sandbox host is away"]


def test_our_own_error_is_told_as_it_is(shop: Workshop) -> None:
    shop.add(a_job())
    shop.handler.act = raising(Denied("posting the check: GitHub refused our credentials"))
    for pause in (2, 8, 0):
        shop.work()
        shop.clock.advance(pause)
    assert shop.handler.buried == ["posting the check: GitHub refused our credentials"]


def test_a_job_whose_worker_dies_each_time_is_buried_at_the_fourth_claim(shop: Workshop) -> None:
    job_id = shop.add(a_job())
    for _ in range(3):
        shop.claim()
        shop.clock.advance(31)
    assert shop.work()
    assert (shop.handler.ran, shop.column(job_id, "state")) == ([], "dead")
    assert shop.handler.buried == ["Its worker died each of 3 times that it was tried."]


def test_a_job_past_its_deadline_is_buried_not_run(shop: Workshop) -> None:
    shop.add(a_job())
    shop.claim()
    shop.clock.advance(901)
    assert shop.work()
    assert (len(shop.handler.ran), len(shop.handler.buried)) == (0, 1)


@pytest.mark.parametrize("why", ["cancelled", "superseded"])
def test_an_end_that_was_wanted_reaches_the_handler_and_becomes_the_jobs_state(shop: Workshop, why: str) -> None:
    job_id = shop.add(a_job("k"))

    def stopped_meanwhile(_job: Job, running: Running) -> Done:
        with shop.database.write() as connection:
            jobs.want_stop(connection, subject="bld_k", kind=JobKind.BUILD, why=why)
        shop.heartbeat.beat()
        running.check()
        raise AssertionError("it went on")

    shop.handler.act = stopped_meanwhile
    assert shop.work()
    assert (shop.column(job_id, "state"), shop.count("burials")) == (why, 1)


def test_a_handler_may_end_a_superseded_job_itself(shop: Workshop) -> None:
    job_id = shop.add(a_job())

    def tidy(_job: Job, running: Running) -> Done:
        try:
            raise Superseded("a newer commit")
        except Superseded:
            return Done(JobState.SUPERSEDED, error="tidied up")

    shop.handler.act = tidy
    shop.work()
    assert (shop.column(job_id, "state"), shop.column(job_id, "error")) == ("superseded", "tidied up")
    assert shop.handler.buried == []


def test_effects_that_break_are_an_attempt_and_in_the_end_the_job_is_dead_without_them(shop: Workshop) -> None:
    job_id = shop.add(a_job())

    def broken(_connection: Connection) -> None:
        raise ZeroDivisionError

    shop.handler.act = lambda _job, _running: Done(JobState.DONE, broken)
    for pause in (2, 8, 0):
        assert shop.work()
        shop.clock.advance(pause)
    assert (shop.column(job_id, "state"), shop.count("burials")) == ("dead", 1)


def test_a_zombie_that_finishes_late_writes_nothing(shop: Workshop) -> None:
    job_id = shop.add(a_job())

    def frozen(job: Job, running: Running) -> Done:
        shop.clock.advance(31)
        assert shop.claim(owner="heir").id == job.id
        return Done(JobState.DONE, shop.handler.bury(job, "twice"))

    shop.handler.act = frozen
    shop.work()
    assert (shop.column(job_id, "state"), shop.column(job_id, "owner"), shop.count("burials")) == (
        "running",
        "heir",
        0,
    )


def test_a_job_without_a_handler_here_waits_for_another_worker(shop: Workshop) -> None:
    job_id = shop.add(a_job())
    bare = Runner(shop.store, {}, INTERVALS, "bare", heartbeat=shop.heartbeat)
    assert bare.run_one(["work"])
    assert (shop.column(job_id, "state"), shop.column(job_id, "attempts")) == ("pending", 0)
