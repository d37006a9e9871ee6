"""Taking deliveries in (requirement G2, faults I2 and I16)."""

from dataclasses import replace

from sqlalchemy import select

from engine.store.port import Taken
from engine.store.schema import inbox, jobs
from tests.store.building import House, a_delivery

ORDERS = {"gh:a": "repository:1", "gh:b": "repository:1", "gh:c": "repository:2"}


def outcomes(house: House, *deliveries: tuple[str, bytes]) -> list[Taken]:
    taken = house.store.take([a_delivery(key, body) for key, body in deliveries])
    return [outcome for outcome, _ in taken]


def test_a_delivery_is_stored_raw_with_one_intake_job_on_the_quick_queue(house: House) -> None:
    [(taken, job_id)] = house.store.take([a_delivery("gh:a", b"\xff not json", installation=9)])
    with house.database.read() as connection:
        row = connection.execute(select(inbox)).one()
        job = connection.execute(select(jobs)).one()
    assert (taken, row.body, row.state) == (Taken.NEW, b"\xff not json", "stored")
    assert (job.id, job.kind, job.subject, job.installation_id, job.queue) == (job_id, "intake", "gh:a", 9, "quick")


def test_the_same_delivery_again_is_a_duplicate_and_makes_no_second_job(house: House) -> None:
    assert outcomes(house, ("gh:a", b"1")) == [Taken.NEW]
    assert outcomes(house, ("gh:a", b"1")) == [Taken.DUPLICATE]
    assert house.states() == {"pending": 1}


def test_another_body_under_the_same_key_is_counted_and_the_first_stays(house: House) -> None:
    assert outcomes(house, ("gh:a", b"1")) == [Taken.NEW]
    assert outcomes(house, ("gh:a", b"2"), ("gh:a", b"3")) == [Taken.CONFLICT, Taken.CONFLICT]
    with house.database.read() as connection:
        row = connection.execute(select(inbox.c.body, inbox.c.conflicts)).one()
    assert tuple(row) == (b"1", 2)
    assert house.states() == {"pending": 1}


def test_within_one_batch_the_first_wins(house: House) -> None:
    batch = [("gh:a", b"1"), ("gh:b", b"1"), ("gh:a", b"1"), ("gh:a", b"other")]
    assert outcomes(house, *batch) == [Taken.NEW, Taken.NEW, Taken.DUPLICATE, Taken.CONFLICT]
    assert house.states() == {"pending": 2}


def test_a_thousand_deliveries_with_duplicates_make_a_row_and_a_job_each(house: House) -> None:
    keys = [f"gh:{number}" for number in range(1000)] + [f"gh:{number}" for number in range(0, 1000, 5)]
    taken: list[Taken] = []
    for start in range(0, len(keys), 64):
        taken += outcomes(house, *((key, b"{}") for key in keys[start : start + 64]))
    assert (taken.count(Taken.NEW), taken.count(Taken.DUPLICATE)) == (1000, 200)
    assert house.states() == {"pending": 1000}


def test_deliveries_of_one_repository_are_read_one_at_a_time(house: House) -> None:
    first, second, other = (replace(a_delivery(key), order_key=order) for key, order in ORDERS.items())
    house.store.take([first, second, other])
    running = house.claim(queue="quick")
    assert [running.subject, house.claim(queue="quick").subject] == ["gh:a", "gh:c"]
    assert house.store.claim("x", ["quick"]) is None
    house.store.give_back(running, delay=60, counts=True)
    assert house.claim(queue="quick").subject == "gh:b"
