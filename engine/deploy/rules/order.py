"""Order: the environment before serves this very commit first."""

from engine.deploy.outcome import Obstacle
from engine.deploy.rules.situation import Situation
from engine.deploy.words import commit, obstacle, standing
from engine.domain.release import DeployState
from engine.reasons import Reason


def is_in_order(situation: Situation) -> Obstacle | None:
    """The newest deploy of the environment before is over, went well, serves, and is of this commit."""
    earlier, found = situation.earlier, situation.commit
    if earlier is None or found is None or not found.sha:
        return None
    newest = earlier.newest
    if newest is None:
        said = f"Nothing was deployed to `{earlier.name}` yet."
    elif newest.state is not DeployState.DEPLOYED or newest.id != earlier.serving_id:
        said = f"The newest deploy of `{earlier.name}` doesn't serve there: {standing(newest)}."
    elif newest.sha != found.sha:
        said = f"`{earlier.name}` serves commit {commit(newest.sha)}, not {commit(found.sha)}."
    else:
        return None
    way = f"Comment `/deploy {earlier.name}`, then try again."
    if earlier.on_its_way:
        said, way = f"{said} A deploy of {commit(found.sha)} is under way there.", "Wait until it serves."
    return obstacle(Reason.OUT_OF_ORDER, f"`{situation.rules.name}` comes after `{earlier.name}`. {said}", way)


def is_lost(situation: Situation) -> bool:
    """True when the environment before has tried this very commit, and it didn't go well there."""
    earlier, found = situation.earlier, situation.commit
    if earlier is None or earlier.newest is None or earlier.on_its_way or found is None:
        return False
    return earlier.newest.sha == found.sha and earlier.newest.state is not DeployState.DEPLOYED
