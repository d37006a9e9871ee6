"""Missed deliveries come back (requirement G8; faults M1 to M5, D18)."""

import pytest
from structlog.testing import capture_logs

from engine.errors import Denied, Gone, OutsideError, Unreachable
from engine.recovery.missed import BUDGET, ENOUGH
from engine.store import meta, missed, schema
from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID, a_comment_event, a_pull_request_event, in_bytes
from tests.recovery.house import DAY, HOUR, MINUTE, NOON, RecoveringHouse


def test_200_deliveries_that_were_lost_come_back_within_one_beat_each_once(house: RecoveringHouse) -> None:
    for number in range(200):
        house.github_logs(f"lost-{number}", age=200 - number)
    house.missed.beat()
    assert sorted(house.taken()) == sorted(f"gh:lost-{number}" for number in range(200))
    house.now += MINUTE
    house.missed.beat()
    house.another_loop().beat()
    assert len(house.taken()) == 200
    assert house.directory.calls["payload"] == 200


def test_a_delivery_is_taken_in_as_if_it_had_come_through_the_door(house: RecoveringHouse) -> None:
    payload = a_pull_request_event()
    house.github_logs("lost", payload)
    house.missed.beat()
    assert house.delivery("gh:lost").body == in_bytes(payload)
    assert house.values(schema.inbox, "source") == ["log"]
    assert house.values(schema.jobs, "order_key") == [f"repository:{REPOSITORY_ID}"]
    assert house.values(schema.jobs, "installation_id") == [INSTALLATION_ID]
    assert house.wakeups.take("quick") in house.values(schema.jobs, "id")


def test_deliveries_come_back_in_the_order_in_which_they_were_sent(house: RecoveringHouse) -> None:
    house.github_logs("first", age=30)
    house.github_logs("second", a_comment_event("/preview"), event="issue_comment", age=20)
    house.github_logs("third", age=10)
    house.missed.beat()
    assert house.taken() == ["gh:first", "gh:second", "gh:third"]
    moments = house.values(schema.inbox, "received_at")
    assert len(set(moments)) == 3


def test_attempts_of_one_webhook_are_one_delivery_read_by_the_newest(house: RecoveringHouse) -> None:
    for age in (50.0, 40.0, 30.0):
        attempt = house.github_logs("again", age=age)
    with house.database.read() as connection:
        assert missed.waiting(connection) == 0
    house.directory.unreadable = {number: Gone("over") for number in range(1, attempt.id)}
    house.missed.beat()
    assert house.taken() == ["gh:again"]


def test_what_the_inbox_holds_is_not_asked_for_whatever_its_attempts_say(house: RecoveringHouse) -> None:
    house.receive_bytes("gh:mixed", "pull_request", in_bytes(a_pull_request_event()))
    house.github_logs("mixed", age=50)
    house.github_logs("mixed", age=40, accepted=True)
    house.github_logs("mixed", age=30)
    house.missed.beat()
    assert house.taken() == ["gh:mixed"]
    assert "payload" not in house.directory.calls


def test_what_was_answered_well_comes_back_to_a_database_that_lost_it(house: RecoveringHouse) -> None:
    house.github_logs("before-the-backup", age=HOUR)
    house.receive_bytes("gh:before-the-backup", "pull_request", in_bytes(a_pull_request_event()))
    with house.database.write() as connection:
        meta.keep(connection, "deliveries_read_until", repr(NOON - HOUR))
    house.github_logs("after-the-backup", age=MINUTE, accepted=True)
    house.missed.beat()
    assert set(house.taken()) == {"gh:before-the-backup", "gh:after-the-backup"}


def test_a_new_house_leaves_alone_what_is_older_than_itself(house: RecoveringHouse) -> None:
    house.github_logs("anothers", age=2 * DAY)
    house.github_logs("ours", age=MINUTE)
    house.missed.beat()
    assert house.taken() == ["gh:ours"]


def test_a_house_that_was_down_for_days_gets_all_that_the_log_has(house: RecoveringHouse) -> None:
    house.missed.beat()
    house.now += 2 * DAY
    house.github_logs("long-ago", age=2 * DAY - HOUR)
    house.another_loop().beat()
    assert house.taken() == ["gh:long-ago"]


@pytest.mark.parametrize("error", [Unreachable("GitHub answered 502"), Denied("GitHub answered 403")])
def test_trouble_with_a_later_page_skips_nothing(house: RecoveringHouse, error: OutsideError) -> None:
    house.directory.page_size = 10
    for number in range(25):
        house.github_logs(f"lost-{number}", age=60 - number)
    house.directory.cut = error
    house.missed.beat()
    assert len(house.taken()) == 10
    house.now += MINUTE
    house.directory.cut = None
    house.missed.beat()
    assert len(house.taken()) == 25


def test_a_cursor_that_github_no_longer_knows_starts_the_reading_anew(house: RecoveringHouse) -> None:
    house.directory.page_size = 10
    for number in range(25):
        house.github_logs(f"lost-{number}", age=60 - number)
    house.directory.cut = Unreachable("GitHub is away")
    house.missed.beat()
    house.directory.cut = Gone("the cursor has expired")
    house.missed.beat()
    assert len(house.taken()) == 10
    house.directory.cut = None
    house.github_logs("newest", age=1)
    house.missed.beat()
    assert len(house.taken()) == 26


def test_a_reading_that_was_ended_by_trouble_goes_on_where_it_was(house: RecoveringHouse) -> None:
    house.directory.page_size = 10
    for number in range(25):
        house.github_logs(f"lost-{number}", age=60 - number)
    house.directory.cut = Unreachable("GitHub is away")
    house.missed.beat()
    house.directory.cut = None
    house.missed.beat()
    assert house.directory.cursors == ["", "16", "16", "6"]


def test_a_payload_that_fails_again_and_again_is_asked_for_less_and_less(house: RecoveringHouse) -> None:
    lost = house.github_logs("stubborn")
    house.directory.unreadable[lost.id] = Unreachable("GitHub answered 502")
    for _ in range(24 * 60):
        house.missed.beat()
        house.now += MINUTE
    assert 20 <= house.directory.calls["payload"] <= 40
    del house.directory.unreadable[lost.id]
    house.now += HOUR
    house.missed.beat()
    assert house.taken() == ["gh:stubborn"]


def test_people_are_told_before_github_forgets_and_when_it_has_forgotten(house: RecoveringHouse) -> None:
    lost = house.github_logs("stubborn")
    house.directory.unreadable[lost.id] = Unreachable("GitHub answered 502")
    told: list[str] = []
    for hours in range(80):
        house.now = NOON + hours * HOUR
        with capture_logs() as logs:
            house.missed.beat()
        told += [f"{hours // 24}:{each['event']}" for each in logs if each["log_level"] == "error"]
    assert {each for each in told if "about_to_be_lost" in each} == {"2:missed.about_to_be_lost"}
    assert told.count("3:missed.lost") == 1
    assert told[-1] == "3:missed.lost"


def test_a_payload_that_github_gives_again_later_is_taken(house: RecoveringHouse) -> None:
    lost = house.github_logs("stubborn")
    house.directory.unreadable[lost.id] = Gone("GitHub answered 404")
    house.missed.beat()
    house.now += 4 * DAY
    house.missed.beat()
    with house.database.read() as connection:
        assert missed.waiting(connection) == 0
    house.github_logs("stubborn")
    house.missed.beat()
    assert house.taken() == ["gh:stubborn"]


def test_an_outage_of_github_is_no_storm(house: RecoveringHouse) -> None:
    for number in range(100):
        house.github_logs(f"lost-{number}")
    house.directory.unreadable = {number: Unreachable("GitHub is away") for number in range(1, 101)}
    house.missed.beat()
    assert house.directory.calls["payload"] == ENOUGH


def test_a_limit_of_github_is_kept(house: RecoveringHouse) -> None:
    for number in range(5):
        house.github_logs(f"lost-{number}")
    house.directory.outage = Unreachable("GitHub answered 403, a rate limit", retry_after=600)
    house.missed.beat()
    house.directory.outage = None
    house.now += 599
    house.missed.beat()
    assert house.directory.calls == {"deliveries": 1}
    house.now += 2
    house.missed.beat()
    assert len(house.taken()) == 5


def test_a_beat_has_a_budget_and_the_oldest_come_first(house: RecoveringHouse) -> None:
    for number in range(BUDGET + 10):
        house.github_logs(f"lost-{number:04}", age=500 - number)
    house.missed.beat()
    assert house.taken() == [f"gh:lost-{number:04}" for number in range(BUDGET)]
    house.now += 1
    house.missed.beat()
    assert len(house.taken()) == BUDGET + 10


def test_a_delivery_that_comes_through_the_door_after_all_is_not_asked_for(house: RecoveringHouse) -> None:
    lost = house.github_logs("late")
    house.directory.unreadable[lost.id] = Unreachable("GitHub answered 502")
    house.missed.beat()
    house.receive_bytes("gh:late", "pull_request", in_bytes(a_pull_request_event()))
    house.now += HOUR
    house.missed.beat()
    assert house.directory.calls["payload"] == 1
    assert house.count(schema.missed_deliveries) == 0


def test_a_quiet_log_costs_one_call_and_no_write_lock(house: RecoveringHouse) -> None:
    house.missed.beat()
    with house.database.write():
        house.missed.beat()
    assert house.directory.calls == {"deliveries": 2}
