"""Windows: the hours in which an environment takes deploys."""

from engine.deploy.outcome import Obstacle
from engine.deploy.rules.situation import Situation
from engine.deploy.words import obstacle, when
from engine.project.window import opening_of
from engine.reasons import Reason


def is_inside_window(situation: Situation) -> Obstacle | None:
    """One of the windows is open at this moment, or there are none."""
    opens = opening_of(situation.rules.windows, situation.now)
    if opens is None:
        return None
    windows = ", ".join(f"`{each}`" for each in situation.rules.windows)
    said = f"`{situation.rules.name}` takes deploys only at {windows}."
    return obstacle(Reason.OUTSIDE_WINDOW, said, f"The next window opens at {when(opens)}.")
