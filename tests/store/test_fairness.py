"""Turns of installations under load: nobody starves (fault J12)."""

from collections import defaultdict, deque

from engine.domain.job import Job, JobState
from engine.store import jobs
from tests.store.building import House, a_job

TENANTS, WAITING, WORKERS = 50, 1000, 2
#: One of them floods: half of all jobs are its own, and the oldest.
FLOOD = 500
#: Enough for all but the flood to get through.
TURNS = 550


def test_a_thousand_jobs_of_fifty_tenants_on_two_workers_starve_none(house: House) -> None:
    owners = [1] * FLOOD + [2 + number % (TENANTS - 1) for number in range(WAITING - FLOOD)]
    with house.database.write() as connection:
        for number, owner in enumerate(owners):
            jobs.add(connection, a_job(f"k{number}", installation=owner), house.clock)
    served: list[int] = []
    # Both are always at work, and end in turn: how long a job takes must not count as somebody's wait.
    running: deque[Job] = deque()
    while len(served) < TURNS:
        running.append(house.claim())
        served.append(running[-1].installation_id)
        if len(running) == WORKERS:
            assert house.store.finish(running.popleft(), JobState.DONE)
    # A fair share: each of those who wait is served once in as many turns.
    assert longest_wait(served) <= 3 * TENANTS
    assert len(served) - served.count(1) == WAITING - FLOOD


def longest_wait(served: list[int]) -> int:
    """The most turns that a tenant with waiting jobs let pass between two of its own, or before its first."""
    last: dict[int, int] = defaultdict(lambda: -1)
    longest = 0
    for turn, tenant in enumerate(served):
        longest = max(longest, turn - last[tenant])
        last[tenant] = turn
    return longest
