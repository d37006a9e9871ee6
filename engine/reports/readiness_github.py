"""The readiness check at GitHub: a check run whose annotations are added once each, by the fifty
(https://docs.github.com/en/rest/checks/runs#update-a-check-run).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

from engine.errors import Gone
from engine.forge.grants import WRITE_CHECKS
from engine.forge.payload_models import Json
from engine.reports.check_text import CheckRun
from engine.reports.github_check import SURPLUS, GitHubCheck
from engine.reports.outcomes import posted, ref_of, whole
from engine.reports.port import Outcome, Subject
from engine.reports.readiness_check import ReadinessCheck, Remark

#: GitHub's limit of annotations of one call, and how many it lists in one.
BATCH, PAGE = 50, 100
#: A run has no more of ours than this many pages.
MOST_PAGES = 20
#: Noted where GitHub has to be asked what a run says at lines.
NOT_KNOWN = ""


class Shown(Json):
    """`GET …/check-runs/{id}/annotations`."""

    path: str = ""
    start_line: int = 0
    annotation_level: str | None = None
    title: str | None = None
    message: str | None = None

    @property
    def remark(self) -> Remark:
        """What we said there."""
        return Remark(self.path, self.start_line, self.annotation_level or "", self.title or "", self.message or "")


class GitHubReadiness(GitHubCheck):
    """One check run a look, edited from then on. What was said at lines can't be taken back: other remarks, another
    run, which GitHub shows in the older one's place.
    """

    def post(self, subject: Subject, content: object) -> Outcome:
        """Edits the run that is there and adds what its lines lack, else creates it once."""
        assert isinstance(content, ReadinessCheck)
        return posted(self.clients, subject, lambda: self._shown(subject, content))

    def _shown(self, subject: Subject, check: ReadinessCheck) -> dict[str, object]:
        known = whole(subject.remote.get("id"))
        doubtful = subject.uncertain or bool(subject.remote.get("doubtful"))
        if doubtful:
            found = self.the_one(check.run)
            known = found.id if found else known
        if check.run.conclusion is None:
            return self._begun(subject, check.run, known, doubtful=doubtful)
        missing = self._missing(subject, check, known, doubtful=doubtful) if known else None
        if missing is None or not self.edit(known, check.run, _annotations(missing[:BATCH])):
            missing = check.remarks
            made = self.create(check.run, _annotations(missing[:BATCH]))
            if known:
                self._leave(check.run, known)
            known = made
        self._add(check.run, known, missing[BATCH:])
        doubt: dict[str, object] = {"doubtful": True} if subject.uncertain else {}
        return {"id": known, "remarks": digest_of(check.remarks)} | doubt

    def _begun(self, subject: Subject, run: CheckRun, known: int, *, doubtful: bool) -> dict[str, object]:
        """It is being looked at: what the run says at lines stays."""
        doubt: dict[str, object] = {"doubtful": True} if subject.uncertain else {}
        if known and self.edit(known, run, {}):
            return {"id": known, "remarks": NOT_KNOWN if doubtful else subject.remote.get("remarks")} | doubt
        return {"id": self.create(run, {}), "remarks": digest_of(())} | doubt

    def _missing(
        self, subject: Subject, check: ReadinessCheck, run_id: int, *, doubtful: bool
    ) -> tuple[Remark, ...] | None:
        """The remarks that the run lacks; None when it has others, which it will never lose."""
        noted = subject.remote.get("remarks")
        if not doubtful and noted == digest_of(check.remarks):
            return ()
        if not doubtful and noted == digest_of(()):
            return check.remarks
        try:
            there = Counter(self._there(check.run, run_id))
        except Gone:
            return None
        missing = []
        for each in check.remarks:
            if there[each]:
                there[each] -= 1
            else:
                missing.append(each)
        return None if there.total() else tuple(missing)

    def _there(self, run: CheckRun, run_id: int) -> list[Remark]:
        """What the run says at lines."""
        found: list[Remark] = []
        for page in range(1, MOST_PAGES + 1):
            where = f"/check-runs/{run_id}/annotations"
            asked: dict[str, str | int] = {"per_page": PAGE, "page": page}
            some = self.clients.ask(list[Shown], ref_of(run.repository), WRITE_CHECKS, "GET", where, params=asked)
            found += [each.remark for each in some]
            if len(some) < PAGE:
                break
        return found

    def _add(self, run: CheckRun, run_id: int, remarks: Sequence[Remark]) -> None:
        for at in range(0, len(remarks), BATCH):
            said = {"title": run.title, "summary": run.summary, **_annotations(remarks[at : at + BATCH])}
            self.clients.request(
                ref_of(run.repository), WRITE_CHECKS, "PATCH", f"/check-runs/{run_id}", json={"output": said}
            )

    def _leave(self, run: CheckRun, run_id: int) -> None:
        """The older run, which nobody sees any more, doesn't go on for ever."""
        with suppress(Gone):
            self.clients.request(ref_of(run.repository), WRITE_CHECKS, "PATCH", f"/check-runs/{run_id}", json=SURPLUS)


def digest_of(remarks: Sequence[Remark]) -> str:
    """What tells whether they are the same as before."""
    said = json.dumps([asdict(each) for each in remarks], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _annotations(remarks: Sequence[Remark]) -> dict[str, object]:
    return {"annotations": [_annotation(each) for each in remarks]} if remarks else {}


def _annotation(remark: Remark) -> dict[str, object]:
    return {
        "path": remark.path,
        "start_line": remark.line,
        "end_line": remark.line,
        "annotation_level": remark.level,
        "title": remark.title,
        "message": remark.message,
    }
