"""What trouble outside means for a report: later, or never."""

from collections.abc import Callable

from engine.errors import OutsideError, Unreachable
from engine.forge.clients import GitHubClients
from engine.forge.failures import Limited, NoRoom, Unanswered, Unauthorized
from engine.forge.port import RepositoryRef
from engine.reports.port import Impossible, Later, Outcome, Posted, Subject
from engine.store.repositories import StoredRepository

#: Seconds until the next try when nobody named any; the sender waits longer each time.
SOON = 2.0
#: GitHub ends what it does for a call after 10 s: what an unanswered one makes is there by then, and will be found.
SETTLED = 12.0
#: The GitHub App's key may be mended; meanwhile nothing of the installation gets through.
MENDED = 5.0


def outcome_of(error: OutsideError, remote: dict[str, object] | None = None) -> Later | Impossible:
    """Whether another try is worth it; `remote` is what was made before the error."""
    match error:
        case NoRoom():
            return Later(error.retry_after or SOON, str(error), tried=False, remote=remote)
        case Limited():
            return Later(error.retry_after, str(error), for_all=True, grows=not error.named, remote=remote)
        case Unauthorized():
            return Later(MENDED, str(error), for_all=True, grows=True, remote=remote)
        case Unanswered():
            return Later(SETTLED, str(error), remote=remote)
        case Unreachable(retry_after=None):
            return Later(SOON, str(error), remote=remote)
        case Unreachable():
            return Later(error.retry_after or SOON, str(error), for_all=True, remote=remote)
        case _:
            return Impossible(str(error))


def posted(clients: GitHubClients, subject: Subject, upsert: Callable[[], dict[str, object]]) -> Outcome:
    """How `upsert` went, which has until the subject's lease ends; it answers what is kept of what it made."""
    try:
        with clients.within(subject.until):
            return Posted(upsert())
    except OutsideError as error:
        return outcome_of(error)


def ref_of(repository: StoredRepository) -> RepositoryRef:
    """The repository as the forge is asked for it."""
    return RepositoryRef(repository.installation_id, repository.id, repository.full_name)


def whole(value: object) -> int:
    """A number that a reporter noted earlier; 0 when it noted none."""
    return value if isinstance(value, int) else 0
