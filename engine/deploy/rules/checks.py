"""Required checks are green. What can't be read is never taken for green; no check at all is."""

from engine.deploy.outcome import Obstacle
from engine.deploy.rules.situation import Situation
from engine.deploy.words import commit, obstacle
from engine.forge.commits import CheckResult, CheckState
from engine.project.environments import ALL_CHECKS, NO_CHECKS
from engine.reasons import Reason
from engine.reports.escape import code

#: Names of checks that a sentence lists.
MOST_NAMED = 10


def are_green(situation: Situation) -> Obstacle | None:
    """Every required check of the commit; the weightiest is told: failed, then unknown, then pending."""
    found, rules = situation.commit, situation.rules
    if found is None or not found.sha or rules.checks == NO_CHECKS:
        return None
    if found.checks is None:
        return obstacle(Reason.CHECKS_UNKNOWN, f"The checks of commit {commit(found.sha)} can't be read.")
    results = [each for each in found.checks.results if rules.checks == ALL_CHECKS or each.name in rules.checks]
    failed, unknown = _in(results, CheckState.FAILED), _in(results, CheckState.UNKNOWN)
    if failed:
        return obstacle(Reason.CHECKS_FAILED, f"{_named(failed)} failed on commit {commit(found.sha)}.")
    if unknown:
        return obstacle(Reason.CHECKS_UNKNOWN, f"{_named(unknown)}: what it says of {commit(found.sha)} isn't known.")
    waiting = [*_in(results, CheckState.PENDING), *_missing(results, rules.checks)]
    if waiting:
        return obstacle(Reason.CHECKS_PENDING, f"{_named(waiting)} isn't done yet on commit {commit(found.sha)}.")
    return None


def _in(results: list[CheckResult], state: CheckState) -> list[str]:
    return [each.name for each in results if each.state is state]


def _missing(results: list[CheckResult], required: str | tuple[str, ...]) -> list[str]:
    """Required by name, and nowhere to be seen: it may still come."""
    if isinstance(required, str):
        return []
    seen = {each.name for each in results}
    return [name for name in required if name not in seen]


def _named(names: list[str]) -> str:
    told = ", ".join(code(name) for name in dict.fromkeys(names[:MOST_NAMED]))
    more = len(names) - MOST_NAMED
    return f"{told} and {more} more" if more > 0 else told
