"""What trouble outside means for a report: later, or never."""

from engine.errors import OutsideError, Unreachable
from engine.forge.failures import Unauthorized
from engine.forge.port import RepositoryRef
from engine.reports.port import Impossible, Later
from engine.store.repositories import StoredRepository

#: Seconds until the next try when nobody named any; the sender waits longer each time.
SOON = 2.0
#: The GitHub App's key may be mended.
A_WHILE = 300.0


def outcome_of(error: OutsideError) -> Later | Impossible:
    """Whether another try is worth it."""
    if isinstance(error, Unreachable):
        named = error.retry_after is not None
        return Later(SOON if error.retry_after is None else error.retry_after, str(error), for_all=named)
    if isinstance(error, Unauthorized):
        return Later(A_WHILE, str(error))
    return Impossible(str(error))


def ref_of(repository: StoredRepository) -> RepositoryRef:
    """The repository as the forge is asked for it."""
    return RepositoryRef(repository.installation_id, repository.id, repository.full_name)


def whole(value: object) -> int:
    """A number that a reporter noted earlier; 0 when it noted none."""
    return value if isinstance(value, int) else 0
