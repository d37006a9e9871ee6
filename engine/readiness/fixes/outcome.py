"""How a fix went, in words: the sentence that answers whoever asked."""

from dataclasses import dataclass

from engine.domain.inspection import FixState, FixWay
from engine.domain.job import JobState
from engine.reasons import REMEDY, Reason
from engine.reports.escape import block_ticks, code, link
from engine.reports.words import short

#: Characters of a patch that is shown; a comment holds 65,536 of all that it says.
LONGEST_PATCH = 8_000


@dataclass(frozen=True)
class Ended:
    """The end of a fix."""

    state: FixState
    sentence: str
    way: FixWay = FixWay.NONE
    commit_sha: str = ""
    reason: str = ""

    @property
    def job(self) -> JobState:
        """How its job ends."""
        return JobState.FAILED if self.state is FixState.FAILED else JobState.DONE


def committed(title: str, sha: str, branch: str, address: str) -> Ended:
    """It is on the branch."""
    said = f"{title}: {link(code(short(sha)), address)} on {code(branch)}."
    return Ended(FixState.DONE, said, FixWay.COMMIT, commit_sha=sha)


def suggested(title: str, why: str, address: str) -> Ended:
    """It stands in a review comment, and somebody who may push takes it over."""
    said = f"{title}: {why}, so it is {link('a suggestion', address)}; press *Commit suggestion* there."
    return Ended(FixState.DONE, said, FixWay.SUGGESTION)


def patched(title: str, why: str, text: str | None, by_hand: str) -> Ended:
    """It is for somebody to apply."""
    if text is None or len(text) > LONGEST_PATCH:
        return Ended(FixState.DONE, f"{title}: {why}, and the change is too long to show. {by_hand}", FixWay.PATCH)
    ticks = block_ticks(text)
    said = f"{title}: {why}. Save this as `fix.patch`, then `git apply fix.patch`, commit and push:"
    return Ended(FixState.DONE, f"{said}\n\n{ticks}diff\n{text}{ticks}", FixWay.PATCH)


def refused(reason: Reason, sentence: str) -> Ended:
    """It may not be, for a documented reason."""
    return Ended(FixState.REFUSED, f"{sentence} {REMEDY[reason]}", reason=reason)


def moved(sha: str, now: str = "") -> Ended:
    """A push came in between; empty `now`: nobody asked where to."""
    at = f"The pull request is at {code(short(now))} by now" if now else "The branch has moved"
    return refused(Reason.HEAD_MOVED, f"{at}; the fix was asked for at {code(short(sha))}.")


def failed(sentence: str) -> Ended:
    """Something didn't do its part."""
    return Ended(FixState.FAILED, sentence)
