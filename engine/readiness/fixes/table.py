"""Every fix; of what weighs the same, this is the order of offers. A new one: write its file, add its line."""

from collections.abc import Sequence

from engine.readiness.facts import Facts
from engine.readiness.finding import WEIGHT, Finding
from engine.readiness.fixes import env_example, gitignore, health_route, lock_file, procfile
from engine.readiness.fixes.fix import Fix
from engine.readiness.inspected import FixOffer
from engine.readiness.patience import NOT_READABLE, at_most

FIXES: tuple[Fix, ...] = (procfile.FIX, gitignore.FIX, env_example.FIX, lock_file.FIX, health_route.FIX)
BY_NAME: dict[str, Fix] = {fix.name: fix for fix in FIXES}
#: What `/fix` and buttons may name.
NAMES: tuple[str, ...] = tuple(BY_NAME)
#: Seconds of the processor for one of them.
PATIENCE = 5.0


def offers(facts: Facts, findings: Sequence[Finding]) -> tuple[FixOffer, ...]:
    """The fixes for these findings that can be made of these facts, those of what weighs most first. Pure."""
    made = (_offer(fix, facts, findings) for fix in FIXES)
    return tuple(sorted((offer for offer in made if offer is not None), key=lambda offer: _weight(offer, findings)))


def _weight(offer: FixOffer, findings: Sequence[Finding]) -> int:
    return min((WEIGHT[each.severity] for each in findings if each.rule in offer.rules), default=len(WEIGHT))


def _offer(fix: Fix, facts: Facts, findings: Sequence[Finding]) -> FixOffer | None:
    """Nothing is offered for files that can't be read for it."""
    try:
        with at_most(PATIENCE):
            return fix.offer(facts, findings)
    except NOT_READABLE:
        return None
