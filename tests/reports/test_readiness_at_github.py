"""The readiness check at GitHub: every remark at its line once, however often it is edited and whatever got lost."""

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest

from engine.reports.check_text import CheckRun
from engine.reports.port import Posted, Subject
from engine.reports.readiness_check import ReadinessCheck, Remark
from engine.reports.readiness_github import GitHubReadiness, digest_of
from engine.reports.render import RendersReadiness
from engine.store.repositories import StoredRepository
from tests.forge.at_playground import AtPlayground
from tests.reports.readiness import LINKS

_numbers = count(1)


@dataclass
class Shelf:
    """One check run at the playground, and what was noted of it."""

    github: AtPlayground
    remote: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ref = self.github.ref("acme/shop")
        repository = StoredRepository(ref.id, ref.installation_id, ref.full_name, "main", True, "", True)
        self.head = str(self.github.call("reader", "GET", "/repos/acme/shop/pulls/1")["head"]["sha"])
        self.name = f"slipway:test:readiness:ins_{next(_numbers)}"
        self.run = CheckRun(
            repository=repository,
            sha=self.head,
            external_id=self.name,
            conclusion="failure",
            title="Not ready to ship",
            summary="One finding blocks it.",
            text="",
            details_url="http://localhost:8080/projects/acme/shop/pulls/1/readiness",
            started_at="2026-11-21T03:04:00Z",
            completed_at="2026-11-21T03:05:00Z",
            location=None,
            message="",
            name="Slipway readiness",
        )

    def show(self, remarks: tuple[Remark, ...], *, going_on: bool = False, uncertain: bool = False) -> None:
        """Posts it as the sender does, and keeps what is noted."""
        run = replace(self.run, conclusion=None, completed_at="") if going_on else self.run
        reporter = GitHubReadiness(self.github.clients, RendersReadiness(LINKS))
        subject = Subject("readiness", 1, 7, dict(self.remote), uncertain)
        outcome = reporter.post(subject, ReadinessCheck(run, remarks))
        assert isinstance(outcome, Posted), outcome
        self.remote = outcome.remote

    def runs(self) -> list[dict[str, Any]]:
        """Its check runs, newest first."""
        where = f"/repos/acme/shop/commits/{self.head}/check-runs?filter=all&per_page=100"
        found = self.github.call("reader", "GET", where)["check_runs"]
        ours = [each for each in found if each["external_id"] == self.name]
        return sorted(ours, key=lambda each: int(each["id"]), reverse=True)

    def lines(self, run: int = 0) -> list[int]:
        """The lines that the run remarks on."""
        found: list[int] = []
        for page in (1, 2, 3):
            where = f"/repos/acme/shop/check-runs/{self.runs()[run]['id']}/annotations?per_page=100&page={page}"
            found += [int(each["start_line"]) for each in self.github.call("reader", "GET", where)]
        return sorted(found)


@pytest.fixture
def shelf(github: AtPlayground) -> Shelf:
    """A check run that isn't there yet."""
    return Shelf(github)


def remarks(lines: int) -> tuple[Remark, ...]:
    """One at each line."""
    return tuple(Remark("app.py", line, "failure", "Debug is off", "It is on here.") for line in range(1, lines + 1))


def test_more_than_fifty_remarks_are_all_there_once(shelf: Shelf) -> None:
    shelf.show(remarks(120))
    (run,) = shelf.runs()
    assert (run["status"], run["conclusion"], run["name"]) == ("completed", "failure", "Slipway readiness")
    assert shelf.lines() == list(range(1, 121))


def test_no_edit_says_them_twice(shelf: Shelf) -> None:
    for _ in range(3):
        shelf.show(remarks(60))
    assert len(shelf.runs()) == 1
    assert shelf.lines() == list(range(1, 61))


def test_it_is_in_progress_first_and_has_its_remarks_in_the_end(shelf: Shelf) -> None:
    shelf.show((), going_on=True)
    assert (shelf.runs()[0]["status"], shelf.runs()[0]["conclusion"]) == ("in_progress", None)
    shelf.show(remarks(2))
    assert [run["status"] for run in shelf.runs()] == ["completed"]
    assert shelf.lines() == [1, 2]


def test_looked_at_anew_it_is_in_progress_again_and_keeps_its_remarks(shelf: Shelf) -> None:
    shelf.show(remarks(2))
    shelf.show((), going_on=True)
    assert shelf.runs()[0]["status"] == "in_progress"
    shelf.show(remarks(2))
    assert shelf.runs()[0]["conclusion"] == "failure"
    assert shelf.lines() == [1, 2]


def test_further_findings_are_added_to_what_is_there(shelf: Shelf) -> None:
    shelf.show(remarks(2))
    shelf.show(remarks(3))
    assert len(shelf.runs()) == 1
    assert shelf.lines() == [1, 2, 3]


def test_what_is_mended_leaves_no_remark_on_the_run_that_is_shown(shelf: Shelf) -> None:
    shelf.show(remarks(3))
    shelf.show((), going_on=True)
    shelf.show(remarks(1))
    shown, older = shelf.runs()
    assert (shown["conclusion"], shelf.lines(0)) == ("failure", [1])
    assert (older["status"], older["conclusion"]) == ("completed", "neutral")


def test_what_is_added_in_the_end_is_found_out_where_the_beginning_was_not_noted(shelf: Shelf) -> None:
    shelf.show(remarks(2))
    shelf.remote = {}
    shelf.show((), going_on=True, uncertain=True)
    shelf.show(remarks(3))
    assert len(shelf.runs()) == 1
    assert shelf.lines() == [1, 2, 3]


@pytest.mark.parametrize("there", [0, 30, 50, 75])
def test_when_it_is_not_known_how_far_a_try_got_only_what_lacks_is_added(shelf: Shelf, there: int) -> None:
    shelf.show(remarks(there))
    shelf.remote = {}
    shelf.show(remarks(75), uncertain=True)
    shelf.show(remarks(75))
    assert len(shelf.runs()) == 1
    assert shelf.lines() == list(range(1, 76))


def test_the_same_said_twice_at_one_line_stays_twice(shelf: Shelf) -> None:
    same = (*remarks(1), *remarks(1))
    shelf.show(same)
    shelf.remote = {}
    shelf.show(same, uncertain=True)
    assert shelf.lines() == [1, 1]


def test_a_run_that_is_gone_is_made_again(shelf: Shelf) -> None:
    shelf.remote = {"id": 1, "remarks": digest_of(remarks(5))}
    shelf.show(remarks(2))
    assert shelf.lines() == [1, 2]
