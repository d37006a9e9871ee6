"""The one message about an inspection: where it was asked for, what it says, what it offers."""

from dataclasses import replace

import pytest

from engine.domain.inspection import Inspection, InspectionState
from engine.readiness.facts import NoTrial
from engine.readiness.inspected import Inspected
from engine.reports.slack_blocks import Words
from engine.reports.slack_message_readiness import InspectionScene, inspection_root
from engine.reports.slack_message_view import scene_of
from engine.reports.slack_subjects import Place
from engine.slack.buttons import FIX, Bound, decode
from tests.readiness.report_sample import BLOCKING, SHA, WARNING, a_finding, an_offer, seen
from tests.reports.hostile import MARKUP, UNSEEN, WORDS
from tests.reports.readiness import LINKS, TODAY, asked, looked, step, view_of
from tests.reports_slack.office import Office
from tests.reports_slack.slack import Slack, wrong_with
from tests.reports_slack.test_hostile import HARMLESS, structures
from tests.slack_client.hostile import FOR_SLACK

RED = seen(a_finding("blocks", BLOCKING), a_finding("warns", WARNING))


def here(office: Office, sha: str = SHA, number: int = 12) -> Inspection:
    """Ada asked for it in channel C2."""
    inspection = asked(office.project, sha, number)
    office.asked(inspection.id, "C2")
    return inspection


def test_it_is_told_where_it_was_asked_for_and_edited_to_its_end(office: Office, slack: Slack) -> None:
    office.subscribe("C1")
    inspection = here(office)
    office.send()
    (root,) = slack.roots("C2")
    assert root.text == "acme/shop #12: looking whether it is ready to ship"
    assert list(root.buttons) == ["Open report"]
    step(office.project, inspection, InspectionState.LOOKING)
    looked(office.project, inspection, RED)
    office.send()
    (root,) = slack.roots("C2")
    assert root.text == "acme/shop #12: not ready to ship: 1 finding blocks it, 1 warning"
    assert root.words.startswith(
        "🔴 *acme/shop* #\u200b12: not ready to ship\nCommit `aaaaaaa`, asked for by `ada`: 1 finding"
    )
    assert "• `app.py:3` It says `blocks` here. (`blocks`)" in root.words
    assert "• 🔧 *Railway*: It needs a start command." in root.words
    assert (slack.thread(root), slack.roots("C1")) == ([], [])


def test_three_fixes_have_buttons_that_are_bound_to_the_commit(office: Office, slack: Slack) -> None:
    names = ("procfile", "gitignore", "lock-file", "health-route")
    offers = tuple(replace(an_offer(name), label=f"Add {name}") for name in names)
    inspection = here(office)
    looked(office.project, inspection, replace(RED, fixes=offers))
    office.send()
    (root,) = slack.roots("C2")
    assert list(root.buttons) == ["Open report", "Add procfile", "Add gitignore", "Add lock-file"]
    assert root.buttons["Open report"]["url"].endswith("/projects/acme/shop/pulls/12/readiness")
    pressed = root.buttons["Add gitignore"]
    assert (pressed["action_id"], decode(pressed["value"])) == (FIX, Bound(inspection.id, SHA, "gitignore"))


def test_after_a_push_it_says_so_and_offers_no_fix_any_more(office: Office, slack: Slack) -> None:
    inspection = here(office)
    looked(office.project, inspection, RED)
    office.head(12, "c" * 40)
    office.asked(inspection.id, "C2")
    office.send()
    (root,) = slack.roots("C2")
    assert "A newer commit came since." in root.words
    assert list(root.buttons) == ["Open report"]


def test_of_the_default_branch_it_names_no_pull_request_and_offers_no_fix(office: Office, slack: Slack) -> None:
    looked(office.project, here(office, number=0), RED)
    office.send()
    (root,) = slack.roots("C2")
    assert root.text.startswith("acme/shop: not ready to ship")
    assert list(root.buttons) == ["Open report"]
    assert root.buttons["Open report"]["url"].endswith("/projects/acme/shop/readiness")


def test_looked_at_again_the_same_message_says_so(office: Office, slack: Slack) -> None:
    looked(office.project, here(office), RED)
    office.send()
    here(office)
    office.send()
    (root,) = slack.roots("C2")
    assert "It is about to be looked at again." in root.words
    assert list(root.buttons) == ["Open report"]


def test_what_could_not_be_looked_at_says_why(office: Office, slack: Slack) -> None:
    step(office.project, here(office), InspectionState.FAILED, "GitHub was away for too long")
    office.send()
    (root,) = slack.roots("C2")
    assert root.text == "acme/shop #12: it could not be looked at"
    assert "Looking ended early: GitHub was away for too long." in root.words


def test_one_that_nobody_is_told_of_or_of_another_repository_has_no_message(quick_office: Office) -> None:
    base = asked(quick_office.project, "b" * 40, 0, reported=False)
    mine = asked(quick_office.project)
    with quick_office.database.read() as connection:
        assert scene_of(connection, Place(7, 1, "C2", base.id), TODAY) is None
        assert scene_of(connection, Place(8, 1, "C2", mine.id), TODAY) is None
        assert scene_of(connection, Place(7, 1, "C2", "ins_none"), TODAY) is None


def test_many_long_findings_fit_into_a_message() -> None:
    many = [
        replace(a_finding(f"r-{number}", BLOCKING, "d" * 900), message="`long` & <wide> " * 200) for number in range(40)
    ]
    words = inspection_root(_scene(seen(*many)), LINKS)
    assert wrong_with(list(words.blocks)) == ""
    assert "and 35 more in the report" in str(words.blocks)


def test_nothing_foreign_comes_alive_in_a_message_about_an_inspection() -> None:
    wanted = structures(_said(HARMLESS))
    for foreign in [*FOR_SLACK, *WORDS, *MARKUP, *UNSEEN]:
        said = _said(foreign)
        assert [wrong_with(list(each.blocks)) for each in said] == ["", ""], foreign
        assert structures(said) <= wanted, foreign


@pytest.mark.parametrize("state", list(InspectionState))
def test_every_state_has_words(state: InspectionState) -> None:
    for inspected in (None, RED):
        assert inspection_root(_scene(inspected, state=state), LINKS).text


def _scene(inspected: Inspected | None, **changes: object) -> InspectionScene:
    return InspectionScene(Place(7, 1, "C2", "ins_1"), view_of(inspected, None, **changes), 0.0, 0.0)


def _said(foreign: str) -> list[Words]:
    """A report and a failure in which all that others can write says this."""
    finding = replace(a_finding("blocks", BLOCKING), message=foreign, path=foreign)
    path = replace(RED.paths[0], sentence=foreign, price=foreign)
    inspected = replace(seen(finding), paths=(path,), framework=foreign, trial=NoTrial(foreign))
    failed = _scene(None, state=InspectionState.FAILED, status_message=foreign, asked_by=foreign)
    return [inspection_root(each, LINKS) for each in (_scene(inspected, asked_by=foreign), failed)]
