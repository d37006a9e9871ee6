"""The buttons of a completed check run (https://docs.github.com/en/rest/checks/runs): `actions` in GitHub's words."""

from dataclasses import dataclass

#: GitHub's limits: characters of each part, and buttons of a run.
LABEL_LIMIT = 20
DESCRIPTION_LIMIT = 40
IDENTIFIER_LIMIT = 20
MOST_ACTIONS = 3


@dataclass(frozen=True)
class Action:
    """A button; pressing it comes back as `check_run.requested_action` with its identifier."""

    label: str
    description: str
    identifier: str
