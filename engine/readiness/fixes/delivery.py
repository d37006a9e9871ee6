"""How the changes of a fix reach the pull request: a commit; where that may not be, a suggestion; else a patch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from engine.domain.inspection import Fix as StoredFix
from engine.forge.port import RepositoryRef
from engine.forge.writing import BranchMoved, Committed, MayNotPush, NewCommit, NewFile, Suggestion, Writing
from engine.readiness.fixes import outcome
from engine.readiness.fixes.fix import Change, Fix, NotFixable
from engine.readiness.fixes.message import mark_of, message_of
from engine.readiness.fixes.outcome import Ended
from engine.readiness.fixes.patch import Changed, patch, replaced, suggestion
from engine.reports.escape import text
from engine.source.archive import Kind
from engine.source.snapshot import Snapshot

FORKS = "Slipway never pushes to a fork"
#: What stands there serves, by itself, wherever a push deploys it.
DEFAULT = "Slipway never pushes to the default branch"
#: GitHub's own sentence behind ours, for whoever wonders why.
LONGEST_WHY = 300


@dataclass(frozen=True)
class Delivery:
    """A fix that may be written, and where to."""

    writing: Writing
    web_url: str
    fix: Fix
    stored: StoredFix
    repository: RepositoryRef
    branch: str
    #: True: the branch is in another repository, where nothing is written.
    fork: bool
    #: True: the pull request wants to bring the default branch itself elsewhere.
    default: bool = False

    @property
    def kept_off(self) -> str:
        """Why nothing is written on the branch, whoever asks; empty: it may be."""
        return FORKS if self.fork else DEFAULT if self.default else ""

    def deliver(self, snapshot: Snapshot, changes: Sequence[Change]) -> Ended:
        """Writes it. Raises Unreachable, Denied, Gone; NotFixable where a link stands in a file's place."""
        files = [_file(snapshot, change) for change in changes]
        if self.kept_off:
            return self._told(snapshot, changes, self.kept_off)
        message = message_of(self.fix, self.stored, self.web_url)
        new = NewCommit(self.branch, self.stored.sha, message, tuple(files))
        written = self.writing.commit(self.repository, new)
        match written:
            case Committed(sha):
                return self.committed(sha)
            case BranchMoved():
                # It may be our own commit of a try whose answer got lost.
                return made_before(self) or outcome.moved(self.stored.sha)
            case MayNotPush(why):
                return self._told(snapshot, changes, f"Slipway may not push there ({text(why, LONGEST_WHY)})")
            case _:
                assert_never(written)

    def committed(self, sha: str) -> Ended:
        """It is on the branch."""
        address = f"{self.web_url}/{self.repository.full_name}/commit/{sha}"
        return outcome.committed(self.fix.title, sha, self.branch, address)

    def suggested(self, why: str, address: str) -> Ended:
        """It stands in a review comment."""
        return outcome.suggested(self.fix.title, why, address)

    def _told(self, snapshot: Snapshot, changes: Sequence[Change], why: str) -> Ended:
        every = [Changed(change.path, snapshot.read(change.path), change.content) for change in changes]
        address = self._suggest(every[0]) if len(every) == 1 else ""
        if address:
            return self.suggested(why, address)
        return outcome.patched(self.fix.title, why, patch(every), self.fix.by_hand)

    def _suggest(self, changed: Changed) -> str:
        """The address of the suggestion; empty where the pull request doesn't show those lines."""
        change = replaced(changed)
        if change is None:
            return ""
        body = "\n\n".join([f"**{self.fix.title}**", suggestion(change), comment_mark(self.stored.id)])
        told = Suggestion(self.stored.sha, change.path, change.first, change.last, body)
        return self.writing.suggest(self.repository, self.stored.number, told)


def made_before(delivery: Delivery) -> Ended | None:
    """What an earlier try wrote before it was cut off; None: nothing."""
    stored, repository = delivery.stored, delivery.repository
    if not delivery.kept_off:
        sha = delivery.writing.commit_with(repository, delivery.branch, mark_of(stored.id))
        if sha:
            return delivery.committed(sha)
    address = delivery.writing.suggestion_with(repository, stored.number, comment_mark(stored.id))
    why = delivery.kept_off or "Slipway may not push there"
    return delivery.suggested(why, address) if address else None


def comment_mark(fix_id: str) -> str:
    """What only this fix's review comment carries; nobody sees it."""
    return f"<!-- slipway-fix: {fix_id} -->"


def _file(snapshot: Snapshot, change: Change) -> NewFile:
    """As it is committed, with the mode that it has. Never through a link, which git would replace by a file."""
    kind = snapshot.kind(change.path)
    if kind is Kind.LINK:
        raise NotFixable(f"Writing `{change.path}`: it is a link. Write what it leads to by hand.")
    return NewFile(change.path, change.content, program=kind is Kind.PROGRAM)
