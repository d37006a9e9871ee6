"""The report as bytes: one form for the same facts, and room for whatever stands in them."""

import json
from dataclasses import replace
from datetime import date

from engine.readiness.inspected import Inspected
from engine.readiness.report import About, report_of
from engine.readiness.report_json import report_json
from tests.readiness.report_sample import BASE_SHA, BLOCKING, NOTE, SHA, a_finding, a_waiver, seen
from tests.reports.hostile import HOSTILE

TODAY = date(2026, 11, 21)
ABOUT = About("acme/shop", 12, SHA, "done", looked_at=1_795_230_240.0)
FULL = seen(a_finding("blocks", BLOCKING), a_finding("notes", NOTE, "", 0), a_finding("waived", BLOCKING))
BASE = seen(a_finding("mended"), sha=BASE_SHA)


def said(inspected: Inspected | None = FULL, about: About = ABOUT) -> bytes:
    """The bytes."""
    return report_json(
        report_of(inspected, base=BASE, waivers=[a_waiver("waived")], today=TODAY, about=about),
    )


def test_the_same_facts_are_the_same_bytes_also_after_they_were_stored() -> None:
    assert said() == said()
    assert said(Inspected.from_json(FULL.json())) == said()


def test_it_says_what_there_is_to_say() -> None:
    told = json.loads(said())
    assert (told["light"], told["repository"], told["pull_request"], told["sha"]) == ("red", "acme/shop", 12, SHA)
    assert told["counts"] == {"blocking": 1, "warning": 0, "note": 1, "waived": 1, "passed": 1, "not_looked": 1}
    first, note, waived = told["findings"]
    assert (first["rule"], first["path"], first["line"], first["new"]) == ("blocks", "app.py", 3, True)
    assert (note["path"], note["line"], note["waived"]) == (None, None, None)
    assert (waived["waived"]["owner"], waived["waived"]["until"]) == ("ada", "2026-11-22")
    assert [each["rule"] for each in told["trend"]["mended"]] == ["mended"]
    assert [each["name"] for each in told["paths"]] == ["railway"]
    assert told["looked_at"] == "2026-11-21T03:04:00Z"


def test_nothing_seen_is_unknown() -> None:
    told = json.loads(said(None, About("acme/shop")))
    assert (told["light"], told["pull_request"], told["sha"], told["state"]) == ("unknown", None, None, None)
    assert (told["findings"], told["application"], told["scan"], told["trend"]) == ([], None, None, None)


def test_whatever_stands_in_it_comes_back_as_it_was() -> None:
    for hostile in HOSTILE:
        finding = replace(a_finding("blocks", BLOCKING, hostile or "x"), message=hostile)
        told = json.loads(said(seen(finding)))
        assert told["findings"][0]["message"] == hostile


def test_it_is_one_line_of_ascii() -> None:
    told = said(seen(replace(a_finding(), message="Zeichen: é \u2028 😀")))
    assert told.isascii()
    assert told.count(b"\n") == 1
    assert told.endswith(b"\n")
