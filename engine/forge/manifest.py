"""What the GitHub App must be granted, by what our calls and events ask for (`app.yml`, `/setup`, `slipway doctor`)."""

from engine.forge.grants import GRANTS
from engine.forge.payloads import READERS

#: GitHub sends these to every App unasked; a manifest that lists them is refused.
UNASKED = frozenset({"installation", "installation_repositories", "github_app_authorization"})
#: The events that the App subscribes to.
SUBSCRIBED = tuple(sorted(READERS.keys() - UNASKED))

#: What GitHub demands of an App that wants to hear an event (docs.github.com, "Webhook events and payloads").
FOR_EVENTS = (
    ("issues", "read"),
    ("pull_requests", "read"),
    ("contents", "read"),
    ("checks", "read"),
    ("members", "read"),
)
#: GitHub's permission levels, weakest first.
LEVELS = ("read", "write", "admin")


def needed_permissions() -> dict[str, str]:
    """For each permission, the strongest level that any of our calls asks for, or that an event demands."""
    needed = {"metadata": "read"}
    for name, level in (*FOR_EVENTS, *(each for grant in GRANTS for each in grant.permissions)):
        needed[name] = max(needed.get(name, level), level, key=LEVELS.index)
    return needed
