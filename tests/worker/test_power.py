"""The power goes while jobs end: what was done stays done, what wasn't is done, each effect once (fault J5)."""

import random
import shutil
import signal
from contextlib import closing
from pathlib import Path

import pytest

from tests.ingest.disks import make_disk, mounted
from tests.wakeups.running import RunningRedis
from tests.wakeups.waiting import wait_until
from tests.worker.running import Backroom

JOBS = 60
SEED = random.randrange(1_000_000)


def done_of(backroom: Backroom, ids: list[str]) -> set[str]:
    return {job_id for job_id in ids if backroom.state(job_id)[0] == "done"}


def work_until_the_power_goes(backroom: Backroom, ids: list[str], after: int, disk: Path, copy: Path) -> set[str]:
    """The copy is what had reached the disk at that moment; answers which jobs had been seen as done by then."""
    rooms = [backroom.start("worker"), backroom.start("clock")]
    wait_until(lambda: len(done_of(backroom, ids)) >= after, f"{after} jobs are done", 60)
    # Twice: the first time a work-horse may just have been born.
    for room in (*rooms, *rooms):
        backroom.signal_all(room, signal.SIGSTOP)
    seen = done_of(backroom, ids)
    shutil.copyfile(disk, copy)
    for room in rooms:
        backroom.signal_all(room, signal.SIGKILL)
    return seen


@pytest.mark.parametrize("number", range(3))
def test_a_power_cut_undoes_no_job_and_doubles_no_effect(tmp_path: Path, redis: RunningRedis, number: int) -> None:
    print(f"seed {SEED + number}")
    disk, copy = tmp_path / "disk.img", tmp_path / "copy.img"
    make_disk(disk, 64)
    with mounted(disk) as folder, closing(Backroom(folder, redis.url)) as before:
        ids = [before.ask(f"quick-{each}", ("work", "quick")[each % 2]) for each in range(JOBS)]
        after = random.Random(SEED + number).randrange(1, JOBS // 2)
        seen = work_until_the_power_goes(before, ids, after, disk, copy)
    with mounted(copy) as folder, closing(Backroom(folder, redis.url)) as again:
        assert seen <= done_of(again, ids)
        again.start("worker")
        again.tick()
        for job_id in ids:
            again.wait_for(job_id, "done")
        assert [again.count(f"done:{job_id}") for job_id in ids] == [1] * JOBS
