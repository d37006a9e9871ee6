"""Claiming: what is due, whose turn it is, and the order of jobs that share a key (faults J12 to J14, J16, I20)."""

from dataclasses import replace

from sqlalchemy import update

from engine.domain.job import JobKind, JobState
from engine.store import jobs
from engine.store.schema import jobs as jobs_table
from tests.store.building import INTERVALS, House, a_job


def test_a_job_is_claimed_once(house: House) -> None:
    job_id = house.add(a_job())
    job = house.claim(owner="a")
    assert (job.id, job.fence, job.attempts, job.overdue, job.stop_wanted) == (job_id, 1, 1, False, "")
    assert house.store.claim("b", ["work"]) is None
    assert (house.column(job_id, "state"), house.column(job_id, "owner")) == ("running", "a")


def test_a_job_of_another_queue_is_left_there(house: House) -> None:
    house.add(a_job(queue="quick"))
    assert house.store.claim("a", ["work"]) is None
    assert house.store.claim("a", ["work", "quick"]) is not None


def test_a_delayed_job_is_due_when_its_time_has_come(house: House) -> None:
    house.add(a_job(delay=5))
    assert house.store.claim("a", ["work"]) is None
    house.clock.advance(5)
    assert house.store.claim("a", ["work"]) is not None


def test_a_delay_from_before_a_reboot_is_over(house: House) -> None:
    house.add(a_job(delay=500))
    house.clock.reboot()
    assert house.store.claim("a", ["work"]) is not None


def test_a_second_job_of_a_live_key_is_not_made(house: House) -> None:
    house.add(a_job("k"))
    with house.database.write() as connection:
        assert jobs.add(connection, a_job("k")) is None
    house.store.finish(house.claim(), JobState.DONE)
    house.add(a_job("k"))


def test_the_oldest_goes_first_and_a_hint_decides_within_its_installation(house: House) -> None:
    first, second, third = (house.add(a_job(key)) for key in "abc")
    assert house.claim(hint=third).id == third
    assert house.claim(hint="job_unknown").id == first
    assert house.claim().id == second


def test_the_installation_with_fewer_running_jobs_goes_first_whatever_the_hint(house: House) -> None:
    house.add(a_job("a1", installation=1))
    hinted = house.add(a_job("a2", installation=1))
    other = house.add(a_job("b1", installation=2))
    assert house.claim().installation_id == 1
    assert house.claim(hint=hinted).id == other


def test_on_one_worker_a_flood_does_not_starve_others(house: House) -> None:
    for number in range(30):
        house.add(a_job(f"flood{number}", installation=1))
    house.add(a_job("late", installation=2))
    served = []
    for _ in range(4):
        job = house.claim()
        served.append(job.installation_id)
        house.store.finish(job, JobState.FAILED)
    assert served == [1, 2, 1, 1]


def test_jobs_of_one_order_key_run_one_at_a_time_and_others_go_past(house: House) -> None:
    house.add(a_job("a", order="preview:1"))
    waiting = house.add(a_job("b", order="preview:1"))
    other = house.add(a_job("c", order="preview:2"))
    first = house.claim()
    assert house.claim().id == other
    assert house.store.claim("x", ["work"], hint=waiting) is None
    house.store.finish(first, JobState.DONE)
    assert house.claim().id == waiting


def test_an_expired_runner_frees_its_order_key_in_the_claim_itself(house: House) -> None:
    dead = house.add(a_job("a", order="preview:1"))
    newer = house.add(a_job("b", order="preview:1"))
    zombie = house.claim()
    house.clock.advance(31)
    assert house.claim(hint=newer).id == newer
    assert (zombie.id, house.column(dead, "state")) == (dead, "pending")
    assert house.store.finish(zombie, JobState.DONE) is False


def test_a_job_kind_of_a_newer_version_is_left_waiting(house: House) -> None:
    job_id = house.add(a_job())
    with house.database.write() as connection:
        connection.execute(update(jobs_table).values(kind="unheard_of"))
    assert house.store.claim("a", ["work"]) is None
    assert house.column(job_id, "state") == "pending"


def test_a_running_job_is_claimed_again_after_its_lease_or_a_reboot_with_a_higher_fence(house: House) -> None:
    house.add(a_job())
    assert house.claim().fence == 1
    house.clock.advance(31)
    assert house.claim().fence == 2
    house.clock.reboot()
    job = house.claim()
    assert (job.fence, job.attempts, job.overdue) == (3, 3, False)


def test_a_job_past_its_deadline_says_so(house: House) -> None:
    house.add(a_job())
    house.claim()
    house.clock.advance(901)
    assert house.claim().overdue


def test_a_deploy_may_take_longer_than_a_build(house: House) -> None:
    build, deploy = house.add(a_job("build")), house.add(replace(a_job("deploy"), kind=JobKind.DEPLOY))
    taken = [house.claim().id for _ in range(2)]
    longer = INTERVALS.deploy_deadline - INTERVALS.build_deadline
    assert sorted(taken) == sorted([build, deploy])
    assert house.column(deploy, "deadline") - house.column(build, "deadline") == longer  # type: ignore[operator]
