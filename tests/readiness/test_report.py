"""What the findings of a commit come to, on a day, beside its base and under its waivers."""

from datetime import UTC, date, datetime

import pytest

from engine.readiness.finding import Finding
from engine.readiness.inspected import Inspected, Unseen
from engine.readiness.light import Light
from engine.readiness.report import About, Report, report_of
from engine.readiness.waiver import Waiver
from engine.readiness.waiving import covers, turns_at, waiver_for
from engine.scan.result import ScanResult
from tests.readiness.report_sample import (
    BASE_SHA,
    BLOCKING,
    CLEAN,
    INCONCLUSIVE,
    NOTE,
    WARNING,
    a_finding,
    a_waiver,
    scanned,
    seen,
)

TODAY = date(2026, 11, 21)
ABOUT = About("acme/shop", 12, "a" * 40, "done")
BLOCKS, WARNS, NOTES = a_finding("blocks", BLOCKING), a_finding("warns", WARNING), a_finding("notes", NOTE)


def reported(
    inspected: Inspected | None, base: Inspected | None = None, *waivers: Waiver, today: date = TODAY
) -> Report:
    """The report on that day."""
    return report_of(inspected, base=base, waivers=waivers, today=today, about=ABOUT)


def based(*findings: Finding, **changes: object) -> Inspected:
    """What was seen of the base."""
    return seen(*findings, sha=BASE_SHA, **changes)


@pytest.mark.parametrize(
    ("findings", "light"),
    [
        ((), Light.GREEN),
        ((NOTES,), Light.GREEN),
        ((NOTES, WARNS), Light.YELLOW),
        ((NOTES, WARNS, BLOCKS), Light.RED),
        ((BLOCKS,), Light.RED),
    ],
)
def test_the_light_is_that_of_the_gravest_finding(findings: tuple[Finding, ...], light: Light) -> None:
    assert reported(seen(*findings)).light is light


def test_nothing_is_known_of_what_nobody_looked_at() -> None:
    report = reported(None)
    assert (report.light, report.findings, report.trend) == (Light.UNKNOWN, (), None)


@pytest.mark.parametrize("scan", [None, INCONCLUSIVE])
def test_without_a_scan_that_could_say_all_nothing_is_green_not_even_by_a_waiver(scan: ScanResult | None) -> None:
    incomplete = a_finding("scan-complete", WARNING, "", 0)
    assert reported(seen(NOTES, scan=scan)).light is Light.YELLOW
    assert reported(seen(incomplete, scan=scan), None, a_waiver("scan-complete")).light is Light.YELLOW
    assert reported(seen(BLOCKS, scan=scan)).light is Light.RED


def test_blocking_findings_come_first_and_waived_ones_last() -> None:
    waived = a_finding("a-waived-one", BLOCKING)
    report = reported(seen(waived, NOTES, WARNS, BLOCKS), None, a_waiver("a-waived-one"))
    assert [each.finding.rule for each in report.findings] == ["blocks", "warns", "notes", "a-waived-one"]


def test_a_waiver_holds_through_its_last_day_and_then_no_more() -> None:
    waiver = a_waiver("blocks", until="2026-11-21")
    held, over = reported(seen(BLOCKS), None, waiver), reported(seen(BLOCKS), None, waiver, today=date(2026, 11, 22))
    assert (held.light, held.findings[0].waived, held.ended) == (Light.GREEN, waiver, ())
    assert (over.light, over.findings[0].waived, over.ended) == (Light.RED, None, (waiver,))


def test_of_two_waivers_the_one_that_holds_longest_is_told() -> None:
    short, long = a_waiver(until="2026-11-22"), a_waiver(until="2026-12-24")
    assert waiver_for([short, long], TODAY, "made-up", "app.py") == long
    assert waiver_for([short, long], date(2027, 1, 1), "made-up", "app.py") is None


@pytest.mark.parametrize(
    ("said", "path", "names", "covered"),
    [
        ({}, "app.py", (), True),
        ({"path": "web/**"}, "web/a/b.py", (), True),
        ({"path": "web/"}, "web/b.py", (), True),
        ({"path": "*.py"}, "web/b.py", (), False),
        ({"path": "**"}, "", (), False),
        ({"id": "S602"}, "app.py", ("S602", "key"), True),
        ({"id": "S602"}, "app.py", ("S603",), False),
        ({"id": "S602", "path": "web/*"}, "app.py", ("S602",), False),
        ({"rule": "another"}, "app.py", (), False),
    ],
)
def test_a_waiver_is_about_its_rule_its_path_and_its_name(
    said: dict[str, str], path: str, names: tuple[str, ...], covered: bool
) -> None:
    assert covers(a_waiver(**said), "made-up", path, names) is covered


def test_a_scans_finding_can_be_waived_by_what_its_tool_calls_it() -> None:
    told, found = scanned("config.py")
    other, more = scanned("other.py", name="Slack Token")
    both = seen(told, other, scan=ScanResult(CLEAN.parts, (found, more)))
    report = reported(both, None, a_waiver("no-secrets", id="AWS Access Key"))
    assert [(each.finding.path, each.waived is None) for each in report.findings] == [
        ("other.py", True),
        ("config.py", False),
    ]


def test_a_waiver_of_a_rule_that_there_is_not_is_told() -> None:
    unknown = a_waiver("no-such-rule")
    assert reported(seen(), None, unknown).unknown == (unknown,)


def test_what_a_scan_found_in_the_base_too_only_warns() -> None:
    told, _ = scanned("config.py")
    report = reported(seen(told), based(told))
    assert (report.light, report.findings[0].weight, report.findings[0].before) == (Light.YELLOW, WARNING, True)
    assert reported(seen(told), based()).light is Light.RED
    assert reported(seen(told)).light is Light.RED


def test_it_is_the_same_on_another_line_but_a_second_of_its_kind_is_new() -> None:
    old, second = scanned("config.py", 7)[0], scanned("config.py", 90)[0]
    moved = scanned("config.py", 8)[0]
    assert reported(seen(moved), based(old)).light is Light.YELLOW
    report = reported(seen(old, second), based(old))
    assert report.light is Light.RED
    assert [(each.finding.line, each.new) for each in report.findings] == [(90, True), (7, False)]


def test_what_no_scan_found_blocks_also_where_the_base_has_it() -> None:
    assert reported(seen(BLOCKS), based(BLOCKS)).light is Light.RED


def test_the_trend_tells_what_came_what_went_and_what_stayed() -> None:
    trend = reported(seen(BLOCKS, WARNS), based(WARNS, NOTES)).trend
    assert trend is not None
    assert (trend.base_sha, trend.added, trend.mended, trend.same) == (BASE_SHA, (BLOCKS,), (NOTES,), 1)


def test_what_one_side_was_not_asked_is_neither_new_nor_mended() -> None:
    report = reported(
        seen(BLOCKS, unseen=(Unseen("notes", "no preview"),)), based(NOTES, unseen=(Unseen("blocks", "no preview"),))
    )
    assert report.trend is not None
    assert (report.trend.added, report.trend.mended, report.findings[0].new) == ((), (), False)


def test_without_a_base_nothing_is_called_new() -> None:
    assert [each.new for each in reported(seen(BLOCKS, WARNS)).findings] == [False, False]


def test_a_report_turns_at_the_midnight_after_the_next_waivers_last_day() -> None:
    waivers = [a_waiver(until=day) for day in ("2026-11-30", "2026-11-21", "2026-11-20")]
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
    midnight = datetime(2026, 11, 22, tzinfo=UTC).timestamp()
    assert turns_at(waivers, noon) == midnight
    assert turns_at(waivers, midnight) == datetime(2026, 12, 1, tzinfo=UTC).timestamp()
    assert turns_at(waivers[1:], midnight) is None
    assert turns_at([a_waiver(until="9999-12-31")], noon) is not None
