"""What `/readiness` and `/fix` lead to (requirements D1, D4)."""

from dataclasses import replace

from engine.commands.table import FIXES, Verb
from engine.domain.permission import Role
from engine.planner.asked import Asked
from engine.planner.decision import Decision, InspectCommit, MakeFix, Refuse
from engine.planner.head import bound_head, moved, refuse
from engine.planner.known import Known
from engine.reasons import Reason
from engine.reports.escape import code
from engine.reports.words import short


def plan_readiness(asked: Asked, known: Known) -> Decision:
    """Pure. Who may not was told so before."""
    return _fix(asked, known) if asked.verb is Verb.FIX else _inspection(asked, known)


def _inspection(asked: Asked, known: Known) -> Decision:
    """Reading is enough, of a fork's head too: where nobody approved it, nothing of it runs.

    Anybody may read a public repository, so that readers are told of a look of moments ago instead of having another.
    """
    head = bound_head(asked, known) if asked.placed else _branch_head(asked, known)
    if isinstance(head, Refuse):
        return head
    return InspectCommit(head, anew=known.role >= Role.WRITE or head != known.just_looked_at)


def _fix(asked: Asked, known: Known) -> Decision:
    """Only what the report of this very head offers is written."""
    head = bound_head(asked, known)
    if isinstance(head, Refuse):
        return head
    name, commit = asked.given[0], code(short(head))
    if name not in FIXES:
        return refuse(Reason.NO_SUCH_FIX, f"There is no fix {code(name)}.")
    if known.offers is None:
        return refuse(Reason.NOT_INSPECTED, f"Nobody has looked yet whether commit {commit} is ready to ship.")
    if name not in known.offers:
        return refuse(Reason.NOTHING_TO_FIX, f"There is nothing for {code(name)} to write on commit {commit}.")
    return MakeFix(name, head)


def _branch_head(asked: Asked, known: Known) -> str | Refuse:
    """The default branch's head, if it is where it was when it was asked."""
    if not known.branch_head:
        return refuse(Reason.NO_SUCH_REF, "The default branch has no commit.")
    bound = asked.sha or known.branch_then or known.branch_head
    return bound if bound == known.branch_head else moved(replace(asked, sha=bound), known.branch_head)
