"""Quiet hours: what they are, and what is said during and after them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from engine.domain.build import BuildState
from engine.domain.release import Waiting
from engine.slack.quiet import Quiet, quiet_of, quiet_until
from tests.reports.project import SHA_A, SHA_B
from tests.reports_slack.office import Office
from tests.reports_slack.slack import Slack

NIGHT = "22:00-07:00 Europe/Berlin"
#: The project's time begins at 03:04 UTC.
EARLY = "03:00-04:00"


@pytest.fixture
def office(quick_office: Office) -> Office:
    """What is decided here is the same on each kind of database."""
    return quick_office


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> float:
    """Unix seconds of a time on the wall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-21T21:59:59", None),
        ("2026-11-21T22:00:00", "2026-11-22T07:00:00"),
        ("2026-11-21T23:59:59", "2026-11-22T07:00:00"),
        ("2026-11-22T00:00:00", "2026-11-22T07:00:00"),
        ("2026-11-22T06:59:59", "2026-11-22T07:00:00"),
        ("2026-11-22T07:00:00", None),
        # The night in which the clocks go forward, and the one in which they go back.
        ("2026-03-28T22:30:00", "2026-03-29T07:00:00"),
        ("2026-10-24T22:30:00", "2026-10-25T07:00:00"),
    ],
)
def test_quiet_hours_go_over_midnight_by_the_clocks_on_the_wall(moment: str, end: str | None) -> None:
    assert quiet_until(NIGHT, at(moment)) == (0.0 if end is None else at(end))


def test_a_night_with_a_change_of_time_is_an_hour_shorter_or_longer() -> None:
    assert quiet_until(NIGHT, at("2026-03-28T22:00:00")) - at("2026-03-28T22:00:00") == 8 * 3600
    assert quiet_until(NIGHT, at("2026-10-24T22:00:00")) - at("2026-10-24T22:00:00") == 10 * 3600


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:
    hours = "02:15-02:45 Europe/Berlin"
    first, second = at("2026-10-25T02:30:00"), at("2026-10-25T02:30:00", fold=1)
    assert second - first == 3600
    assert quiet_until(hours, first) == quiet_until(hours, second) == at("2026-10-25T02:45:00", fold=1)


def test_hours_that_do_not_exist_on_a_day_end_nevertheless() -> None:
    begin = at("2026-03-29T01:30:00")
    assert begin < quiet_until("01:00-02:30 Europe/Berlin", begin) <= at("2026-03-29T03:30:00")


def test_hours_of_one_day_and_without_a_zone_are_in_utc() -> None:
    assert quiet_until("12:00-13:30", at("2026-11-21T12:10", "UTC")) == at("2026-11-21T13:30", "UTC")
    assert quiet_until("12:00-13:30", at("2026-11-21T13:30", "UTC")) == 0.0


@pytest.mark.parametrize("text", ["", "off", " OFF "])
def test_there_may_be_none(text: str) -> None:
    assert quiet_of(text) is None


@pytest.mark.parametrize(
    "text", ["22-7", "22:00", "25:00-07:00", "22:00-22:00", "22:00-07:00 Mars/Base", "22:00-07:00 ../../etc", "x y z"]
)
def test_what_is_no_quiet_hours_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"are no quiet hours\. Write them such as"):
        quiet_of(text)
    assert quiet_until(text, 0.0) == 0.0


def test_hours_are_kept_as_they_are_written() -> None:
    assert str(quiet_of("22:00-07:00 Europe/Berlin")) == NIGHT
    assert quiet_of(str(quiet_of("09:00-07:30"))) == Quiet(540, 450, "UTC")


def test_what_goes_well_in_quiet_hours_is_never_said(office: Office, slack: Slack) -> None:
    office.subscribe(quiet=EARLY)
    office.project.deploy(office.project.release())
    office.go(office.build(office.preview(), SHA_A), BuildState.STARTING, BuildState.READY)
    office.send()
    assert slack.calls == {}
    office.send(3600)
    assert office.waiting() == []
    assert slack.calls == {}


def test_what_failed_or_still_waits_is_said_when_they_end(office: Office, slack: Slack) -> None:
    office.subscribe(quiet=EARLY)
    office.project.fail(office.project.release())
    waiting = office.project.release(sha=SHA_B, waiting=Waiting.APPROVAL, message="Waits for an approval")
    office.project.gate(waiting)
    for _ in range(5):
        office.send(600)
    assert slack.calls == {}
    office.send(600)
    office.settle()
    assert [each.text for each in slack.roots()] == [
        "acme/shop → production: failed v1",
        "acme/shop → production: waiting v2",
    ]


def test_what_was_said_before_goes_on_being_edited_and_says_nothing_new(office: Office, slack: Slack) -> None:
    office.subscribe(quiet="03:10-04:00")
    release = office.project.release()
    office.send()
    office.clock.advance(600)
    for _ in range(600):
        office.project.now()
    office.project.fail(release)
    office.send()
    (root,) = slack.roots()
    assert root.text == "acme/shop → production: failed v1"
    assert len(slack.thread(root)) == 1
    office.send(3600)
    assert [each.broadcast for each in slack.thread(root)] == [False, True]


def test_what_may_have_been_said_before_is_found_and_edited_in_quiet_hours(office: Office, slack: Slack) -> None:
    office.subscribe(quiet="03:10-04:00")
    slack.unanswered["chat.postMessage"] = 1
    release = office.project.release()
    office.send()
    office.clock.advance(600)
    office.project.deploy(release)
    office.send()
    (root,) = slack.roots()
    assert (root.text, slack.thread(root)) == ("acme/shop → production: deployed v1", [])


def test_whoever_asks_in_quiet_hours_is_answered_there_and_nowhere_else(office: Office, slack: Slack) -> None:
    office.subscribe("C1", quiet=EARLY)
    office.subscribe("C2", quiet=EARLY)
    release = office.project.release()
    office.asked(release.id, "C2")
    office.send()
    assert (slack.roots("C1"), len(slack.roots("C2"))) == ([], 1)
