"""What the check run of an inspection says, and what it shows at lines."""

from dataclasses import replace
from typing import Any

import pytest

from engine.domain.inspection import InspectionState
from engine.readiness.report import RuleWords, Told
from engine.reports.actions import DESCRIPTION_LIMIT, IDENTIFIER_LIMIT, LABEL_LIMIT, MOST_ACTIONS
from engine.reports.escape import CHECK_LIMIT
from engine.reports.readiness_check import MOST_REMARKS, ReadinessCheck, readiness_check_of, remarks_of
from engine.reports.readiness_view import ReadinessView
from tests.readiness.report_sample import BASE_SHA, BLOCKING, NOTE, SHA, WARNING, a_finding, a_waiver, an_offer, seen
from tests.reports.readiness import LINKS, view_of

WORDS = RuleWords(
    "blocks", "Debug is off", "Anybody could run code.", "Set `debug=False`.", "https://flask.example/debug"
)


def check(view: ReadinessView) -> ReadinessCheck:
    """The check run as it should be."""
    return readiness_check_of(view, LINKS)


def with_words(view: ReadinessView) -> ReadinessView:
    """The same, where the rule says something of itself."""

    def told(each: Told) -> Told:
        return replace(each, rule=WORDS) if each.finding.rule == "blocks" else each

    return replace(view, report=replace(view.report, findings=tuple(map(told, view.report.findings))))


@pytest.mark.parametrize(
    ("findings", "changes", "conclusion", "title"),
    [
        ([a_finding("x", BLOCKING)], {}, "failure", "Not ready to ship: 1 finding blocks it"),
        ([a_finding("x", WARNING)], {}, "neutral", "Ready to ship, with warnings: 1 warning"),
        ([a_finding("x", NOTE)], {}, "success", "Ready to ship: 1 note"),
        ([], {}, "success", "Ready to ship: nothing speaks against it"),
        ([], {"state": InspectionState.WAITING}, None, "Still looking. Ready to ship: nothing speaks against it"),
        ([], {"state": InspectionState.FAILED}, "cancelled", "Looking again ended early. Ready to ship: nothing "),
        ([a_finding("x", BLOCKING)], {"state": InspectionState.FAILED}, "failure", "Looking again ended early. Not "),
    ],
)
def test_the_conclusion_is_the_light(
    findings: list[Any], changes: dict[str, Any], conclusion: str | None, title: str
) -> None:
    run = check(view_of(seen(*findings), **changes)).run
    assert (run.conclusion, run.name, run.sha) == (conclusion, "Slipway readiness", SHA)
    assert run.title.startswith(title)
    assert bool(run.completed_at) is (conclusion is not None)


@pytest.mark.parametrize(
    ("state", "conclusion", "title"),
    [
        (InspectionState.WAITING, None, "Looking whether it is ready to ship"),
        (InspectionState.LOOKING, None, "Looking whether it is ready to ship"),
        (InspectionState.FAILED, "cancelled", "It could not be looked at"),
    ],
)
def test_what_was_never_seen_passes_nothing(state: InspectionState, conclusion: str | None, title: str) -> None:
    shown = check(view_of(None, state=state, status_message="GitHub was away"))
    assert (shown.run.conclusion, shown.run.title, shown.remarks) == (conclusion, title, ())
    assert "[The whole report](http://localhost:8080/projects/acme/shop/pulls/12/readiness)" in shown.run.summary


def test_the_summary_has_what_blocks_with_why_and_how_and_the_paths() -> None:
    base = seen(sha=BASE_SHA)
    view = with_words(view_of(seen(a_finding("blocks", BLOCKING), a_finding("warns")), base))
    assert check(view).run.summary.startswith(
        "## 🔴 Not ready to ship\n\n"
        "1 finding blocks it, 1 warning. Against the base, commit `bbbbbbb`: 2 new.\n\n"
        "**Security scan:** secrets ✅ nothing found; risky code ✅ nothing found; "
        "vulnerable dependencies ✅ nothing found.\n\n"
        "### What blocks\n\n"
        "- `app.py:3` It says `blocks` here. ([`blocks`](https://flask.example/debug), new here)\n\n"
        "> **Why:** Anybody could run code.\n>\n> **Fix:** Set `debug=False`.\n\n"
        "**Where it could run**\n\n"
        "- 🔧 **Railway**: It needs a start command. No file says how it is started.\n\n"
        "**Slipway can write these for you.**"
    )
    assert "### Warnings" in check(view).run.text
    assert check(view).run.details_url == "http://localhost:8080/projects/acme/shop/pulls/12/readiness"


def test_findings_of_one_rule_share_its_advice() -> None:
    view = with_words(view_of(seen(a_finding("blocks", BLOCKING, "a.py"), a_finding("blocks", BLOCKING, "b.py"))))
    summary = check(view).run.summary
    assert summary.count("**Why:**") == 1
    assert "- `a.py:3` It says" in summary
    assert "- `b.py:3` It says" in summary


def test_each_finding_with_a_place_is_a_remark_at_its_line() -> None:
    findings = [a_finding("blocks", BLOCKING), a_finding("warns", WARNING, "b.py", 0), a_finding("notes", NOTE, "", 0)]
    remarks = remarks_of(with_words(view_of(seen(*findings))).report)
    assert [(each.path, each.line, each.level) for each in remarks] == [
        ("app.py", 3, "failure"),
        ("b.py", 1, "warning"),
    ]
    assert (remarks[0].title, remarks[0].message) == (
        "Debug is off",
        "It says `blocks` here\n\nAnybody could run code.\n\nFix: Set `debug=False`.",
    )


def test_what_is_waived_is_no_remark_and_a_name_that_is_no_text_neither() -> None:
    findings = [a_finding("waived", BLOCKING), a_finding("odd", BLOCKING, "\udcff.py")]
    assert remarks_of(view_of(seen(*findings), None, a_waiver("waived")).report) == ()


def test_three_fixes_at_most_are_buttons_that_fit_githubs_limits() -> None:
    fixes = tuple(an_offer(name) for name in ("procfile", "env-example", "health-route", "gitignore"))
    actions = check(view_of(seen(fixes=fixes))).run.actions
    assert [each.identifier for each in actions] == ["fix:procfile", "fix:env-example", "fix:health-route"]
    assert len(actions) == MOST_ACTIONS
    for each in actions:
        assert len(each.identifier) <= IDENTIFIER_LIMIT
        assert len(each.label) <= LABEL_LIMIT
        assert len(each.description) <= DESCRIPTION_LIMIT


@pytest.mark.parametrize("changes", [{"number": 0}, {"state": InspectionState.LOOKING}])
def test_nothing_can_be_pressed_without_a_branch_or_while_it_goes_on(changes: dict[str, Any]) -> None:
    assert check(view_of(seen(), **changes)).run.actions == ()


def test_thousands_of_findings_fit() -> None:
    many = [a_finding(f"r-{number % 50}", BLOCKING, f"{'d' * 150}/{number}.py") for number in range(3000)]
    shown = check(view_of(seen(*many)))
    assert len(shown.remarks) == MOST_REMARKS
    assert len(shown.run.summary.encode()) <= CHECK_LIMIT
    assert "… and 2970 more, which the whole report has." in shown.run.summary
