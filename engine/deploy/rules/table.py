"""Which rules stand before what, the weightiest first; each is asked, so that all obstacles are told at once."""

from collections.abc import Callable, Sequence

from engine.deploy.outcome import Obstacle
from engine.deploy.rules import checks, commit, lock, order, people, place, windows
from engine.deploy.rules.situation import Situation
from engine.domain.release import Waiting
from engine.reasons import Reason

Rule = Callable[[Situation], Obstacle | None]

#: Before a deploy or a promotion that somebody asks for, and before one that a push starts.
DEPLOYING: tuple[Rule, ...] = (
    people.may,
    people.is_deployer,
    place.is_not_retired,
    place.has_target,
    commit.is_well_configured,
    commit.exists,
    commit.is_ours,
    commit.is_open,
    commit.has_not_moved,
    place.is_not_held,
    place.is_still_automatic,
    lock.is_not_locked,
    commit.is_up_to_date,
    checks.are_green,
    order.is_in_order,
    windows.is_inside_window,
)

#: Going back must not be held up by what is only about bringing something new: checks, order, windows, what is new.
GOING_BACK: tuple[Rule, ...] = (
    people.may,
    people.is_deployer,
    place.is_not_retired,
    place.has_target,
    lock.is_not_locked,
)

#: Before anything else that changes an environment: whoever may deploy there.
CHANGING: tuple[Rule, ...] = (people.may, people.is_deployer)

#: What a release that waits already was asked about, and is asked about again when it goes on.
GOING_ON: tuple[Rule, ...] = (place.is_not_retired, windows.is_inside_window)
GOING_ON_BACK: tuple[Rule, ...] = (place.is_not_retired,)

#: What passes by itself: what a push started waits for it, as that.
PASSING: dict[Reason, Waiting] = {
    Reason.LOCKED: Waiting.LOCK,
    Reason.CHECKS_PENDING: Waiting.CHECKS,
    Reason.CHECKS_UNKNOWN: Waiting.CHECKS,
    Reason.OUT_OF_ORDER: Waiting.ORDER,
    Reason.OUTSIDE_WINDOW: Waiting.WINDOW,
}


def obstacles_of(situation: Situation, rules: Sequence[Rule]) -> tuple[Obstacle, ...]:
    """Everything that stands in the way. Pure."""
    told = (rule(situation) for rule in rules)
    return tuple(each for each in told if each is not None)


def ending_of(situation: Situation, obstacles: Sequence[Obstacle]) -> tuple[Obstacle, ...]:
    """Those that no waiting changes: what a push started ends by them. Pure."""
    lost = order.is_lost(situation)
    return tuple(
        each for each in obstacles if each.reason not in PASSING or (each.reason is Reason.OUT_OF_ORDER and lost)
    )
