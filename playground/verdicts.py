"""Commit statuses that somebody gives, with the webhook that this fires, and the gardener's little CI."""

from playground.accounts import Account
from playground.events import announce
from playground.gardener import gardener
from playground.hub import Hub
from playground.payloads.statuses import status_event_payload
from playground.refusals import Invalid
from playground.repositories import Repository
from playground.statuses import Status, Verdict, store_status

CONTEXT = "ci"
#: What the gardener's CI says of a commit when it is asked to.
SAYINGS = {"success": "All is well", "failure": "Something is withered", "pending": "Having a look"}


def give_status(hub: Hub, repository: Repository, sha: str, creator: Account, verdict: Verdict) -> Status:
    """Adds a status: `status`, which has no action."""
    with hub.database.writing():
        status = store_status(hub, repository, sha, creator, verdict)
        content = status_event_payload(hub, status, repository)
        announce(hub, "status", content, repository=repository, sender=creator)
    return status


def let_ci_say(hub: Hub, repository: Repository, sha: str, state: str) -> Status:
    """The gardener says in the context `ci` how a commit is."""
    if state not in SAYINGS:
        raise Invalid(f"The gardener's CI says {', '.join(SAYINGS)} and nothing else.")
    return give_status(hub, repository, sha, gardener(hub), Verdict(state, CONTEXT, SAYINGS[state], None))
