"""Many real processes claim from one file: each job once (faults J1, J3, I18)."""

import subprocess
import sys
from pathlib import Path

from engine.store.database import Database
from tests.store.building import House, a_job

ROOT = Path(__file__).parents[2]

CLAIMER = """
import sys
from engine.domain.job import JobState
from engine.settings import Intervals
from engine.store import generations
from engine.store.database import Database
from engine.store.sql import SqlStore

store = SqlStore(Database(sys.argv[1]), Intervals())
while (job := store.claim(sys.argv[2], ["work"])) is not None:
    store.finish(job, JobState.DONE, lambda connection: generations.bump(connection, job.id))
    print(job.id, job.fence)
"""

MIGRATOR = """
import sys
from engine.store.database import Database
from engine.store.migrate import upgrade

upgrade(Database(sys.argv[1]))
"""


def together(code: str, url: str, count: int) -> list[str]:
    """Runs the code in several processes at once; what they printed."""
    processes = [
        subprocess.Popen([sys.executable, "-c", code, url, str(number)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(count)
    ]
    printed = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    return printed


def test_three_processes_run_sixty_jobs_once_each(house: House) -> None:
    expected = {house.add(a_job(f"k{number}", order=f"o{number % 9}")) for number in range(60)}
    lines = "".join(together(CLAIMER, house.database.url, 3)).splitlines()
    assert sorted(line.split()[0] for line in lines) == sorted(expected)
    assert {line.split()[1] for line in lines} == {"1"}
    assert house.states() == {"done": 60}


def test_two_processes_that_migrate_at_once_both_succeed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite3"
    together(MIGRATOR, url, 2)
    database = Database(url)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM meta").scalar_one() == 1
    database.close()
