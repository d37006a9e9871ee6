"""Many claim from one database at once, processes and threads: each job once (faults J1, J3, J13, J14, I18)."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from engine.domain.job import JobState
from engine.store import generations, jobs
from tests.databases import Databases
from tests.store.building import House, a_job
from tests.store.crowd import Going, crowd

ROOT = Path(__file__).parents[2]

CLAIMER = """
import os
from engine.domain.job import JobState
from engine.settings import Intervals
from engine.store import generations
from engine.store.database import Database
from engine.store.sql import SqlStore

store = SqlStore(Database(os.environ["DATABASE_URL"]), Intervals())
while (job := store.claim(os.environ["OWNER"], ["work"])) is not None:
    store.finish(job, JobState.DONE, lambda connection: generations.bump(connection, job.id))
    print(job.id, job.fence)
"""

MIGRATOR = """
import os
from engine.store.database import Database
from engine.store.migrate import upgrade

upgrade(Database(os.environ["DATABASE_URL"]))
"""


def together(code: str, url: str, count: int) -> list[str]:
    """Runs the code in several processes at once; what they printed."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url, "OWNER": str(number)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(count)
    ]
    printed = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    return printed


def test_three_processes_run_sixty_jobs_once_each(house: House) -> None:
    expected = {house.add(a_job(f"k{number}", order=f"o{number % 9}")) for number in range(60)}
    lines = "".join(together(CLAIMER, house.database.url, 3)).splitlines()
    while (left := house.store.claim("last", ["work"])) is not None:
        # Whoever finds nothing goes home, though another still holds the order that the last ones wait for.
        house.store.finish(left, JobState.DONE)
        lines.append(f"{left.id} {left.fence}")
    assert sorted(line.split()[0] for line in lines) == sorted(expected)
    assert {line.split()[1] for line in lines} == {"1"}
    assert house.states() == {"done": 60}


def test_two_processes_that_migrate_at_once_both_succeed(databases: Databases) -> None:
    database = databases.bare()
    together(MIGRATOR, database.url, 2)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM meta").scalar_one() == 1


def test_eight_threads_run_eighty_jobs_once_each_and_of_one_key_one_at_a_time(house: House) -> None:
    expected = {house.add(a_job(f"k{number}", order=f"o{number % 5}", installation=number % 3)) for number in range(80)}
    ran: list[str] = []
    running: set[str] = set()
    lock = threading.Lock()

    def work(number: int, going: Going) -> None:
        while len(ran) < len(expected) and going():
            job = house.store.claim(f"worker-{number}", ["work"])
            if job is None:
                continue
            with lock:
                assert job.order_key not in running
                running.add(job.order_key)
                ran.append(job.id)
            assert house.store.renew([job]) == {job.id: ""}
            with lock:
                # Free before the commit that frees it for others.
                running.remove(job.order_key)
            assert house.store.finish(job, JobState.DONE)

    crowd(8, work)
    assert sorted(ran) == sorted(expected)
    assert house.states() == {"done": 80}


def test_a_job_asked_for_ten_times_at_once_has_one_effect(house: House) -> None:
    made: list[str | None] = []

    def ask(_number: int, _going: Going) -> None:
        with house.database.write() as connection:
            made.append(jobs.add(connection, a_job("same")))

    def work(number: int, _going: Going) -> None:
        job = house.store.claim(f"worker-{number}", ["work"])
        if job is not None:
            house.store.finish(job, JobState.DONE, lambda connection: generations.bump(connection, "effects"))

    crowd(10, ask)
    crowd(10, work)
    with house.database.read() as connection:
        assert generations.read(connection, "effects") == 1
    assert (len(made), len([job_id for job_id in made if job_id])) == (10, 1)
