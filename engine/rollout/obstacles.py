"""What stands in the way of a release when its job runs, as the error that ends the job."""

from engine.deploy.outcome import Obstacle
from engine.errors import Cause, StageFailed, Superseded
from engine.reasons import Reason

#: Of these a release is cancelled, not failed: what was asked for is no longer wanted.
WITHDRAWN = frozenset({Reason.REF_MOVED, Reason.REJECTED})


def stop_for(obstacle: Obstacle | None) -> None:
    """Raises Superseded for what was withdrawn, StageFailed for every other obstacle."""
    if obstacle is None:
        return
    if obstacle.reason in WITHDRAWN:
        raise Superseded(obstacle.sentence)
    raise StageFailed(Cause(obstacle.sentence, obstacle.opener, str(obstacle.reason)))
