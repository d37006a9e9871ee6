"""Whatever the repository, its log and its slipway.yml say: a readiness report keeps its structure, and nothing in it
mentions or refers.
"""

from dataclasses import replace
from functools import cache

import pytest

from engine.domain.inspection import InspectionState
from engine.readiness.facts import NoTrial
from engine.readiness.inspected import DeployPath, FixOffer, Inspected, PathFile, Unseen
from engine.reports.escape import one_line
from engine.reports.readiness_check import readiness_check_of
from engine.reports.readiness_section import readiness_section
from engine.reports.readiness_view import ReadinessView
from engine.scan.result import PartName, PartState, ScanPart, ScanResult
from tests.readiness.report_sample import BASE_SHA, BLOCKING, CLEAN, NOTE, a_finding, a_path, a_waiver, an_offer, seen
from tests.reports.hostile import HOSTILE
from tests.reports.readiness import LINKS, view_of
from tests.reports.test_hostile import LIVE, UNSEEN, Page, rendered


def everywhere(value: str) -> ReadinessView:
    """A report in which all that others can write says this."""
    findings = tuple(
        replace(a_finding(rule, weight), message=value, path=value, key=rule)
        for rule, weight in (("blocks", BLOCKING), ("notes", NOTE), ("waived", NOTE))
    )
    waiver = a_waiver("waived", owner=value, reason=value)
    ended = a_waiver(value, owner=value, until="2026-01-01")
    unknown = a_waiver(value, owner=value, reason=value)
    return view_of(_seen(value, findings), seen(sha=BASE_SHA), waiver, ended, unknown, asked_by=value)


def _seen(value: str, findings: tuple[object, ...]) -> Inspected:
    part = ScanPart(PartName.DEPENDENCIES, PartState.INCONCLUSIVE, value, value)
    path: DeployPath = replace(
        a_path(),
        title=value,
        sentence=value,
        missing=(value,),
        steps=(f"Add `{value}` (below).", value),
        price=value,
        files=(PathFile(value, value),),
    )
    offer: FixOffer = replace(an_offer(), sentence=value, paths=(value,))
    return replace(
        seen(findings=findings, unseen=(Unseen("unseen-one", value),), paths=(path,), fixes=(offer,)),
        runtime=value,
        framework=value,
        evidence=(value,),
        scan=ScanResult((*CLEAN.parts[:2], part)),
        trial=NoTrial(value),
    )


def texts(view: ReadinessView) -> tuple[str, str, str]:
    """Everything of it that is Markdown."""
    run = readiness_check_of(view, LINKS).run
    return "\n\n".join(readiness_section(view, "c" * 40, LINKS)), run.summary, run.text


@cache
def shown(value: str) -> tuple[tuple[str, Page], ...]:
    """Each of those texts that say this, with the page that it becomes."""
    return tuple((each, rendered(each)) for each in texts(everywhere(value)))


def test_whatever_it_says_a_report_keeps_its_structure() -> None:
    usual = [page.tags for _, page in shown("word")]
    for value in HOSTILE:
        if one_line(value):
            assert [page.tags for _, page in shown(value)] == usual, repr(value)


def test_whatever_it_says_nothing_in_it_is_live_and_nothing_hides() -> None:
    for value in HOSTILE:
        for markdown, page in shown(value):
            assert not UNSEEN.search(markdown), repr(value)
            for words in page.words:
                for kind, pattern in LIVE.items():
                    assert not pattern.search(words), f"{kind} in {words!r} of {value!r}"


def test_whatever_it_says_a_title_and_a_remark_are_plain_words() -> None:
    for value in HOSTILE:
        check = readiness_check_of(everywhere(value), LINKS)
        for said in (check.run.title, *(each.message for each in check.remarks)):
            assert not UNSEEN.search(said), repr(value)
            for kind in ("mention", "link"):
                assert not LIVE[kind].search(said), f"{kind} in {said!r}"
        for each in check.remarks:
            assert len(each.title) <= 255
            assert each.message
            each.path.encode()


@pytest.mark.parametrize("value", ["@writer Closes #1 </details> | `", "\n\n# heading\n\n@writer", ""])
def test_why_it_could_not_be_looked_at_is_foreign_too(value: str) -> None:
    plain = texts(view_of(None, state=InspectionState.FAILED, status_message="word"))
    hostile = texts(view_of(None, state=InspectionState.FAILED, status_message=value))
    if value:
        assert [rendered(each).tags for each in hostile] == [rendered(each).tags for each in plain]
    for words in (words for each in hostile for words in rendered(each).words):
        assert not any(pattern.search(words) for pattern in LIVE.values())
