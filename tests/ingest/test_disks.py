"""Disks that fill up, and power that goes (faults I6 and I7): 503 at most, and nothing answered 2xx is ever missing."""

import asyncio
import base64
import random
import resource
import shutil
import signal
from pathlib import Path

import pytest

from tests.ingest.disks import make_disk, mounted
from tests.ingest.pouring import LONG, Pour, deliveries
from tests.ingest.rooms import WebRoom, stored

CUTS = 20 if LONG else 2
SEED = random.randrange(1_000_000)
#: It hardly packs, so that it fills a disk.
BODY = b'{"pad": "' + base64.b64encode(random.Random(7).randbytes(15_000)) + b'"}'


def poured(room: WebRoom, count: int, tag: str, connections: int = 4) -> Pour:
    """Deliveries sent, and answered one way or the other."""
    pour = Pour(deliveries(count, BODY, tag=tag))
    asyncio.run(pour.run(room.address, connections))
    return pour


async def cut(room: WebRoom, pour: Pour, answers: int, disk: Path, copy: Path) -> None:
    """The power goes after so many answers: the copy holds what had reached the disk at that moment, no more.

    What was written but not synced is in the memory of the mounted file system, which the copy of its image lacks.
    """
    pouring = asyncio.ensure_future(pour.run(room.address, 16))
    await pour.until(answers)
    room.send(signal.SIGSTOP)
    await asyncio.to_thread(shutil.copyfile, disk, copy)
    room.kill()
    await pouring


@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", range(CUTS))
def test_a_power_cut_at_any_moment_loses_nothing_that_was_answered(tmp_path: Path, number: int) -> None:
    print(f"seed {SEED + number}")
    disk, copy = tmp_path / "disk.img", tmp_path / "copy.img"
    make_disk(disk, 128)
    with mounted(disk) as folder:
        room = WebRoom(folder)
        room.start()
        pour = Pour(deliveries(2000, BODY))
        asyncio.run(cut(room, pour, random.Random(SEED + number).randrange(1, 1500), disk, copy))
    with mounted(copy) as folder:
        keys, asked, integrity = stored(f"sqlite:///{folder}/slipway.sqlite3")
    assert pour.accepted() - keys == set()
    assert (asked, integrity) == (len(keys), "ok")


@pytest.mark.timeout(600)
def test_a_full_disk_is_503_and_never_2xx_and_freed_it_works_without_a_restart(tmp_path: Path) -> None:
    disk = tmp_path / "disk.img"
    make_disk(disk, 24)
    with mounted(disk) as folder:
        room = WebRoom(folder)
        room.start()
        (folder / "filler").write_bytes(b"x" * (6 << 20))
        full = poured(room, 1000, "full")
        assert set(full.count()) == {202, 503}
        (folder / "filler").unlink()
        freed = poured(room, 50, "freed")
        assert freed.count() == {202: 50}
        keys, _, integrity = stored(room.database_url)
        room.kill()
    assert (full.accepted() | freed.accepted()) - keys == set()
    assert integrity == "ok"


def test_a_file_that_may_not_grow_is_503_and_never_2xx_and_later_it_works_again(room: WebRoom) -> None:
    room.start()
    assert poured(room, 20, "before").count() == {202: 20}
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(room.pid, resource.RLIMIT_FSIZE, (2 << 20, resource.RLIM_INFINITY))
    full = poured(room, 300, "full")
    assert set(full.count()) == {202, 503}
    resource.prlimit(room.pid, resource.RLIMIT_FSIZE, unlimited)
    assert poured(room, 20, "after").count() == {202: 20}
    keys, asked, integrity = stored(room.database_url)
    assert full.accepted() - keys == set()
    assert (asked, integrity) == (len(keys), "ok")
