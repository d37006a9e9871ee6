"""The web room dies, is told to end, has a twin: nothing that it answered for is missing (faults I5, I17, I18)."""

import asyncio
import random
import signal

import pytest

from tests.ingest.pouring import LONG, Pour, deliveries
from tests.ingest.rooms import WebRoom, stored

KILLS = 30 if LONG else 3
SEED = random.randrange(1_000_000)


async def poured_until(room: WebRoom, pour: Pour, answers: int, number: signal.Signals) -> None:
    """Pours, and sends the room a signal after so many answers."""
    pouring = asyncio.ensure_future(pour.run(room.address, 50))
    await pour.until(answers)
    room.send(number)
    await pouring


@pytest.mark.timeout(900)
def test_a_kill_at_any_moment_of_a_burst_loses_nothing_that_was_answered(room: WebRoom) -> None:
    print(f"seed {SEED}")
    dice = random.Random(SEED)
    accepted: set[str] = set()
    for kill in range(KILLS):
        room.start()
        pour = Pour(deliveries(400, tag=f"{kill}-"))
        asyncio.run(poured_until(room, pour, dice.randrange(1, 350), signal.SIGKILL))
        room.kill()
        accepted |= pour.accepted()
        keys, asked, integrity = stored(room.database_url)
        assert accepted - keys == set()
        assert (asked, integrity) == (len(keys), "ok")
    room.start()
    for kill in range(KILLS):
        # As GitHub does on demand: everything once more, under the same ids.
        again = Pour(deliveries(400, tag=f"{kill}-"))
        asyncio.run(again.run(room.address, 20))
        assert len(again.accepted()) == 400
    assert stored(room.database_url)[1] == 400 * KILLS


def test_told_to_end_in_a_burst_it_finishes_what_it_accepted_and_ends_well(room: WebRoom) -> None:
    room.start()
    pour = Pour(deliveries(2000))
    asyncio.run(poured_until(room, pour, 200, signal.SIGTERM))
    # uvicorn ends by the signal itself once everything is done.
    assert room.ended() == -signal.SIGTERM
    assert "Finished server process" in (room.folder / "log").read_text()
    keys, asked, _ = stored(room.database_url)
    assert pour.accepted() - keys == set()
    assert asked == len(keys)
    assert set(pour.count()) <= {202, 503}


def test_two_rooms_on_one_file_keep_each_delivery_once(room: WebRoom) -> None:
    twin = WebRoom(room.folder)
    room.start()
    twin.start()
    pours = [Pour(deliveries(400)), Pour(deliveries(400))]

    async def both() -> None:
        await asyncio.gather(pours[0].run(room.address, 20), pours[1].run(twin.address, 20))

    asyncio.run(both())
    twin.kill()
    assert pours[0].count() + pours[1].count() == {202: 400, 200: 400}
    keys, asked, integrity = stored(room.database_url)
    assert (len(keys), asked, integrity) == (400, 400, "ok")
