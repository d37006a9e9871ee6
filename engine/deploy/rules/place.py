"""The environment itself: still named, on a target that is there, and not held."""

from engine.deploy.outcome import Obstacle
from engine.deploy.rules.situation import Situation
from engine.deploy.words import obstacle, ref_name, who
from engine.project.environment_file import TARGETS
from engine.reasons import Reason
from engine.reports.escape import code, sentence


def is_not_retired(situation: Situation) -> Obstacle | None:
    """The default branch's `slipway.yml` still names it."""
    if not situation.retired:
        return None
    said = f"`{situation.rules.name}` is retired: `slipway.yml` on the default branch names it no more."
    return obstacle(Reason.RETIRED_ENVIRONMENT, said)


def has_target(situation: Situation) -> Obstacle | None:
    """This Slipway can reach where the environment lives."""
    target = situation.rules.target
    if target not in TARGETS:
        return obstacle(Reason.TARGET_UNAVAILABLE, f"This Slipway has no target {code(target)}.")
    if situation.instance_id:
        said = f"The target {code(target)} has no instances; {code(situation.instance_id)} was asked for."
        return obstacle(Reason.TARGET_UNAVAILABLE, said, "Leave the instance out.")
    return None


def is_still_automatic(situation: Situation) -> Obstacle | None:
    """Pushes to the branch that started it deploy there still: whoever changed that meant what waits too."""
    found = situation.commit
    if not situation.automatic or found is None or found.ref == situation.rules.automatic_ref:
        return None
    said = f"Pushes to {ref_name(found.ref)} no longer deploy `{situation.rules.name}`."
    return obstacle(Reason.ON_HOLD, said, f"`/deploy {situation.rules.name}` deploys it all the same.")


def is_not_held(situation: Situation) -> Obstacle | None:
    """After a rollback what pushes start waits until `/unlock`; people go on as they like."""
    if not situation.automatic or not situation.hold:
        return None
    by = f" ({who(situation.hold_by)})" if situation.hold_by else ""
    return obstacle(Reason.ON_HOLD, f"{sentence(situation.hold)}{by}")
