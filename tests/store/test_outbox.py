"""The outbox: marked subjects are leased to one sender, and go again when they were marked meanwhile (R6, P6, J15)."""

import time

from sqlalchemy import select, update

from engine.reports.port import Impossible, Later, Outcome, Posted
from engine.store import creations, outbox, pauses
from engine.store.outbox import Leased, Trouble
from engine.store.schema import installations
from engine.store.schema import outbox as outbox_table
from tests.store.building import House


def mark(house: House, key: str = "comment:1:2", installation: int = 7) -> None:
    with house.database.write() as connection:
        outbox.mark(connection, key, "github_comment", installation_id=installation, repository_id=1)


def take(house: House, limit: int = 10) -> list[Leased]:
    with house.database.write() as connection:
        return outbox.take_due(connection, house.clock.now(connection), time.time(), 30, limit)


def settle(house: House, leased: Leased, outcome: Outcome) -> None:
    with house.database.write() as connection:
        outbox.settle(connection, leased, outcome, time.time(), house.clock.now(connection))


def row(house: House) -> dict[str, object]:
    with house.database.read() as connection:
        return dict(connection.execute(select(outbox_table)).mappings().one())


def test_a_mark_is_leased_to_one_sender_only(house: House) -> None:
    mark(house)
    [leased] = take(house)
    assert (leased.key, leased.installation_id, leased.version, leased.attempts) == ("comment:1:2", 7, 1, 0)
    assert take(house) == []
    mark(house)
    assert take(house) == []


def test_posted_keeps_what_the_reporter_noted_and_is_due_no_more(house: House) -> None:
    mark(house)
    settle(house, take(house)[0], Posted({"id": 17}))
    assert take(house) == []
    mark(house)
    assert dict(take(house)[0].remote) == {"id": 17}


def test_a_mark_during_the_post_makes_it_go_again(house: House) -> None:
    mark(house)
    leased = take(house)[0]
    mark(house)
    settle(house, leased, Posted({"id": 17}))
    assert take(house)[0].version == 2


def test_later_waits_and_says_that_a_try_was_made(house: House) -> None:
    mark(house)
    settle(house, take(house)[0], Later(20, "rate limit"))
    assert take(house) == []
    house.clock.advance(20)
    assert take(house)[0].attempts == 1


def test_a_new_mark_after_an_uncertain_try_does_not_forget_it(house: House) -> None:
    mark(house)
    settle(house, take(house)[0], Later(20, "connection cut"))
    mark(house)
    assert take(house)[0].attempts == 1


def test_a_sender_that_died_leaves_the_subject_to_the_next_one_which_knows_of_the_try(house: House) -> None:
    mark(house)
    dead = take(house)[0]
    house.clock.advance(31)
    heir = take(house)[0]
    assert (heir.fence, heir.attempts) == (2, 1)
    settle(house, dead, Posted({"id": 1}))
    assert row(house)["posted"] == 0
    settle(house, heir, Posted({"id": 2}))
    assert row(house)["posted"] == 1


def test_impossible_is_given_up_until_somebody_marks_it_again(house: House) -> None:
    mark(house)
    settle(house, take(house)[0], Impossible("the commit is gone"))
    assert take(house) == []
    assert row(house)["error"] == "the commit is gone"
    mark(house)
    assert len(take(house)) == 1


def test_a_mark_during_an_impossible_post_gets_a_try_of_its_own(house: House) -> None:
    mark(house)
    leased = take(house)[0]
    mark(house)
    settle(house, leased, Impossible("the commit is gone"))
    assert len(take(house)) == 1


def test_a_lease_of_before_a_reboot_is_over(house: House) -> None:
    mark(house)
    take(house)
    house.clock.reboot()
    assert len(take(house)) == 1


def test_one_subject_of_an_installation_is_under_way_at_a_time(house: House) -> None:
    for number in range(2):
        mark(house, f"comment:1:{number}")
    first = take(house)
    assert [leased.key for leased in first] == ["comment:1:0"]
    assert take(house) == []
    settle(house, first[0], Posted({}))
    assert [leased.key for leased in take(house)] == ["comment:1:1"]


def test_a_sender_that_died_holds_up_its_installation_for_a_lease(house: House) -> None:
    for number in range(2):
        mark(house, f"comment:1:{number}")
    take(house)
    house.clock.advance(31)
    assert len(take(house)) == 1


def test_the_limit_holds_and_the_longest_due_goes_first(house: House) -> None:
    for number in range(3):
        mark(house, f"comment:1:{number}", installation=7 + number)
    assert [leased.key for leased in take(house, limit=2)] == ["comment:1:0", "comment:1:1"]
    assert [leased.key for leased in take(house, limit=2)] == ["comment:1:2"]


def test_an_installation_that_has_to_wait_is_left_out(house: House) -> None:
    mark(house)
    mark(house, "comment:2:1", installation=8)
    with house.database.write() as connection:
        pauses.pause(connection, 7, 60, "slow down", time.time())
    assert [leased.key for leased in take(house)] == ["comment:2:1"]


def test_nothing_is_posted_for_a_suspended_installation_until_it_is_active_again(house: House) -> None:
    mark(house)
    with house.database.write() as connection:
        pauses.pause(connection, 7, 1, "", 0.0)
        connection.execute(update(installations).values(state="suspended"))
    assert take(house) == []
    with house.database.write() as connection:
        connection.execute(update(installations).values(state="active"))
    assert len(take(house)) == 1


def test_where_no_more_may_be_created_what_is_there_is_still_edited(house: House) -> None:
    mark(house, "comment:1:1")
    settle(house, take(house)[0], Posted({"id": 17}))
    mark(house, "comment:1:2")
    mark(house, "comment:1:1")
    with house.database.write() as connection:
        for _ in range(creations.MINUTE[0]):
            assert creations.reserve(connection, 7, time.time()) == 0
    assert [leased.key for leased in take(house)] == ["comment:1:1"]


def test_a_try_that_sent_nothing_is_no_try(house: House) -> None:
    mark(house)
    settle(house, take(house)[0], Later(20, "no room", tried=False))
    house.clock.advance(20)
    assert take(house)[0].attempts == 0


def test_what_was_made_before_it_stopped_is_kept(house: House) -> None:
    mark(house)
    settle(house, take(house)[0], Later(20, "502", remote={"there": ["eyes"]}))
    house.clock.advance(20)
    assert dict(take(house)[0].remote) == {"there": ["eyes"]}


def test_a_repository_that_moved_is_posted_for_by_its_new_installation(house: House) -> None:
    mark(house)
    mark(house, installation=8)
    assert take(house)[0].installation_id == 8


def test_troubles_are_told_until_they_are_over(house: House) -> None:
    mark(house)
    settle(house, take(house)[0], Impossible("the commit is gone"))
    with house.database.read() as connection:
        told = outbox.troubles(connection, ["comment:1:2", "comment:1:3"])
    assert told == [Trouble("comment:1:2", "github_comment", "the commit is gone", given_up=True)]
    mark(house)
    settle(house, take(house)[0], Posted({}))
    with house.database.read() as connection:
        assert outbox.troubles(connection, ["comment:1:2"]) == []
