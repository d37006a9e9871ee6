"""What a pull request's comment tells of readiness."""

from dataclasses import replace

from engine.domain.inspection import InspectionState
from engine.readiness.finding import Severity
from engine.readiness.inspected import Fits, Unseen
from engine.reports.links import Links
from engine.reports.readiness_section import readiness_section
from engine.reports.readiness_view import ReadinessView
from engine.settings import GitHubApp, Secret
from tests.readiness.report_sample import (
    BASE_SHA,
    BLOCKING,
    INCONCLUSIVE,
    NOTE,
    SHA,
    a_finding,
    a_path,
    a_waiver,
    an_offer,
    seen,
)
from tests.reports.readiness import LINKS, view_of

PAGE = "[The whole report](http://localhost:8080/projects/acme/shop/pulls/12/readiness)"


def section(view: ReadinessView, head: str = SHA, links: Links = LINKS) -> str:
    """The section as it stands in the comment."""
    return "\n\n".join(readiness_section(view, head, links))


def test_a_red_report_in_the_comment() -> None:
    base = seen(a_finding("warns"), a_finding("gone"), sha=BASE_SHA)
    view = view_of(seen(a_finding("blocks", BLOCKING), a_finding("warns"), a_finding("notes", NOTE, "", 0)), base)
    assert section(view).startswith(
        "### 🔴 Readiness: not ready to ship\n\n"
        "Commit `aaaaaaa`: 1 finding blocks it, 1 warning, 1 note. "
        "Against the base, commit `bbbbbbb`: 2 new, 1 mended, 1 as before.\n\n"
        "**What blocks**\n\n"
        "- `app.py:3` It says `blocks` here. (`blocks`, new here)\n\n"
        "<details><summary>1 warning, 1 note, 1 not looked at, 1 kept</summary>\n\n"
        "**Warnings**\n\n"
        "- `app.py:3` It says `warns` here. (`warns`, there before)\n\n"
        "**Notes**\n\n"
        "- It says `notes` here. (`notes`, new here)\n\n"
        "**Not looked at**, so not known\n\n"
        "- `unseen-one`: no preview of this commit runs.\n\n"
    )
    assert section(view).endswith(f"- `/fix procfile`: Writes the start command.\n\n{PAGE}")


def test_a_green_report_is_short() -> None:
    body = section(view_of(seen(unseen=(), passed=(), paths=(), fixes=())))
    assert body.startswith(
        "### 🟢 Readiness: ready to ship\n\nCommit `aaaaaaa`: nothing speaks against it.\n\n<details><summary>More"
    )
    assert "What blocks" not in body


def test_a_place_leads_to_the_line_of_that_very_commit() -> None:
    app = GitHubApp("1", "x", Secret("x"), Secret("x"), (Secret("x"),), "https://api.example", "https://git.example")
    links = Links(replace(LINKS.settings, github=app))
    body = section(view_of(seen(a_finding("blocks", BLOCKING, "a dir/#1 (x).py", 7))), links=links)
    assert f"[`a dir/#1 (x).py:7`](https://git.example/acme/shop/blob/{SHA}/a%20dir/%231%20%28x%29.py#L7)" in body


def test_a_waived_finding_names_who_answers_for_it_and_until_when() -> None:
    ended = a_waiver("old", until="2026-11-20")
    body = section(view_of(seen(a_finding("blocks", BLOCKING)), None, a_waiver("blocks"), ended))
    assert "### 🟢" in body
    assert "(`blocks`) Waived by `ada` until 2026-11-22: It is mended next week." in body
    assert "The waiver of `old` by `ada` ended on 2026-11-20." in body


def test_the_three_paths_have_a_line_each_and_their_steps_are_folded_away() -> None:
    paths = (a_path(), replace(a_path(Fits.FITS), title="Vercel"), replace(a_path(Fits.DOES_NOT), title="AWS"))
    body = section(view_of(seen(paths=paths)))
    told = "It needs a start command. No file says how it is started."
    assert f"- 🔧 **Railway**: {told}\n- ✅ **Vercel**: {told}\n- ⛔ **AWS**: {told}" in body
    steps = body.partition("<summary>How to deploy it there</summary>")[2]
    assert "1. Write `Procfile` (below).\n2. Run `railway up`" in steps
    assert "`Procfile`:\n\n```text\nweb: python app.py\n```" in steps
    assert "Price: about \\$5 a month (Hobby plan)." in steps


def test_an_inconclusive_scan_is_said_with_its_reason() -> None:
    body = section(view_of(seen(scan=INCONCLUSIVE)))
    assert "### 🟡" in body
    assert "vulnerable dependencies ❔ inconclusive (OSV didn't answer in time)" in body
    assert "nobody scanned this commit" in section(view_of(seen(scan=None)))


def test_while_it_is_looked_at_the_older_report_stays() -> None:
    first = section(view_of(None, state=InspectionState.LOOKING))
    assert first == (
        "### ⚪ Readiness: looking whether it is ready to ship\n\nCommit `aaaaaaa` is being looked at.\n\n" + PAGE
    )
    again = section(view_of(seen(a_finding("blocks", BLOCKING)), state=InspectionState.WAITING))
    assert "### 🔴 Readiness: not ready to ship" in again
    assert "It is about to be looked at again. This is what was seen so far." in again
    trying = view_of(seen(), state=InspectionState.LOOKING, status_message="Trying it on its preview")
    assert "Trying it on its preview. This is what was seen so far." in section(trying)


def test_what_could_not_be_looked_at_says_why_and_what_to_do() -> None:
    body = section(view_of(None, state=InspectionState.FAILED, status_message="GitHub was away for too long"))
    assert "### ⚪ Readiness: it could not be looked at" in body
    assert "Looking ended early: GitHub was away for too long. Comment `/readiness` to look again." in body


def test_a_report_of_an_older_commit_says_so() -> None:
    body = section(view_of(seen()), "c" * 40)
    assert "Commit `ccccccc` came since: comment `/readiness` to look at it." in body


def test_of_many_findings_the_comment_names_some_and_says_how_many_are_left() -> None:
    many = [a_finding(f"blocks-{number:03}", BLOCKING) for number in range(500)]
    body = section(view_of(seen(*many)))
    assert "- … and 490 more, which the whole report has" in body
    assert len(body) < 10_000


def test_without_a_pull_request_no_fix_is_offered() -> None:
    assert "/fix" not in section(view_of(seen(fixes=(an_offer(),)), number=0))


def test_nothing_is_said_where_nobody_asked() -> None:
    assert readiness_section(None, SHA, LINKS) == []


def test_every_weight_has_its_word() -> None:
    body = section(view_of(seen(*(a_finding(weight, weight) for weight in Severity))))
    assert "1 finding blocks it, 1 warning, 1 note" in body


def test_rules_that_could_not_be_looked_at_for_one_reason_share_a_line() -> None:
    unseen = tuple(Unseen(rule, "no preview runs") for rule in ("log-clean", "stops-gracefully"))
    assert "- `log-clean`, `stops-gracefully`: no preview runs." in section(view_of(seen(unseen=unseen)))


def test_of_many_things_that_a_path_lacks_its_line_names_two() -> None:
    path = replace(a_path(), missing=("One.", "Two.", "Three.", "Four."))
    assert "- 🔧 **Railway**: It needs a start command. One. Two. … and 2 more" in section(view_of(seen(paths=(path,))))
