"""Signed, but not what it should be: kept raw, set aside with a reason; the next one is worked on (I13, I14; G2)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.domain.job import JobKind
from engine.settings import Intervals
from engine.store.schema import inbox, jobs
from engine.store.sql import SqlStore
from engine.work.runner import Runner
from tests.forge.payloads import SHA_A, a_pull_request_event, in_bytes
from tests.ingest.running import Door
from tests.intake.world import World

GOOD = in_bytes(a_pull_request_event("opened", sha=SHA_A))

CORPUS: dict[str, bytes] = {
    "nothing": b"",
    "a space": b" ",
    "NUL": b"\x00",
    "text": b"not json",
    "a form": b"payload=%7B%22action%22%3A%22opened%22%7D",
    "HTML": b"<!doctype html><title>502</title>",
    "half a payload": GOOD[: len(GOOD) // 2],
    "two payloads": GOOD + GOOD,
    "a comma too much": b'{"action": "opened",}',
    "single quotes": b"{'action': 'opened'}",
    "a comment": b'{"action": "opened"} // opened',
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "Latin-1": '{"action": "geöffnet"}'.encode("latin-1"),
    "bytes that are no UTF-8": b'{"action": "\xff\xfe"}',
    "an overlong NUL": b'{"action": "\xc0\x80"}',
    "a lone surrogate": b'{"action": "\\ud800"}',
    "a lone surrogate in bytes": b'{"action": "\xed\xa0\x80"}',
    "a raw line feed in a string": b'{"action": "op\nened"}',
    "null": b"null",
    "true": b"true",
    "a number": b"42",
    "a string": b'"pull_request"',
    "a list": b"[" + GOOD + b"]",
    "an empty object": b"{}",
    "an empty key": b'{"": {}}',
    "NaN": b'{"number": NaN}',
    "infinity": b'{"number": -Infinity}',
    "a huge exponent": b'{"number": 1e400}',
    "a huge integer": b'{"number": ' + b"9" * 5000 + b"}",
    "100,000 lists in each other": b"[" * 100_000,
    "100,000 lists that end": b'{"action": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "100,000 objects in each other": b'{"a":' * 100_000,
    "keys that are there twice": GOOD[:-1] + b', "pull_request": null, "pull_request": 7}',
    "numbers that are strings": GOOD.replace(b'"number":', b'"number": "one", "was":'),
    "ids beyond 64 bits": GOOD.replace(b'"id":', b'"id": 99999999999999999999999, "was":'),
    "a megabyte of one string": b'{"action": "' + b"a" * (1 << 20) + b'"}',
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A back room beside the door."""
    made = World(tmp_path)
    made.at_github()
    yield made
    made.close()


@pytest.fixture
def open_door(world: World) -> Iterator[Door]:
    """A door into its database."""
    with Door(world.database) as door:
        yield door


def work(world: World) -> None:
    """Runs every job that is due, as a worker does."""
    intervals = Intervals()
    runner = Runner(SqlStore(world.database, intervals), {JobKind.INTAKE: world.handler}, intervals, "a worker")
    while runner.run_one(["quick"]):
        pass


def test_what_can_not_be_read_is_kept_and_rejected_with_its_reason(open_door: Door, world: World) -> None:
    names = list(CORPUS)
    assert len(names) >= 30
    statuses = [open_door.post(f"bad-{at}", CORPUS[name], event="pull_request").status for at, name in enumerate(names)]
    assert statuses == [202] * len(names)
    work(world)
    rows = {name: world.delivery(f"gh:bad-{at}") for at, name in enumerate(names)}
    assert {name: row.state for name, row in rows.items()} == dict.fromkeys(names, "rejected")
    assert all(row.note for row in rows.values())
    assert {name: row.body for name, row in rows.items()} == CORPUS


def test_after_all_of_that_the_worker_does_its_work(open_door: Door, world: World) -> None:
    for at, body in enumerate(CORPUS.values()):
        open_door.post(f"bad-{at}", body, event="issue_comment")
    open_door.post("good", GOOD, event="pull_request")
    work(world)
    assert world.delivery("gh:good").state == "handled"
    with world.database.read() as connection:
        assert connection.execute(select(jobs.c.state).where(jobs.c.kind == "intake").distinct()).scalars().all() == [
            "done"
        ]


def test_events_that_ask_nothing_are_ignored_with_a_reason_and_can_be_counted(open_door: Door, world: World) -> None:
    sent = {
        "star": b'{"action": "created"}',
        "an_event_of_tomorrow": b'{"action": "born"}',
        "pull_request": in_bytes(a_pull_request_event("opened") | {"installation": None}),
        "issue_comment": GOOD,
    }
    for event, body in sent.items():
        assert open_door.post(event, body, event=event).status == 202
    assert open_door.post("star-2", sent["star"], event="star").status == 202
    work(world)
    with world.database.read() as connection:
        query = select(inbox.c.event, inbox.c.state, func.count()).group_by(inbox.c.event, inbox.c.state)
        counted = {(event, state): count for event, state, count in connection.execute(query)}
    assert counted.pop(("issue_comment", "rejected")) == 1
    assert counted == {("star", "ignored"): 2, ("an_event_of_tomorrow", "ignored"): 1, ("pull_request", "ignored"): 1}
    assert world.delivery("gh:star").note


def test_an_action_of_tomorrow_does_no_harm(open_door: Door, world: World) -> None:
    open_door.post("d1", in_bytes(a_pull_request_event("transmogrified")), event="pull_request")
    work(world)
    assert world.delivery("gh:d1").state in ("handled", "ignored")
    assert world.find_preview() is None
