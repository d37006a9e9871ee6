"""What Slack's door and its modals are given."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.pages.rehearsal import Rehearsal
from engine.access.permissions import Permissions
from engine.forge.commits import Commits
from engine.forge.port import Forge
from engine.settings import Settings, SlackApp
from engine.store.database import Database
from engine.variables.variables import Variables
from engine.variables.vault import Vault


@dataclass(frozen=True)
class SlackDeps:
    """Values and doors to the outside. All but the values block: call them in threads."""

    settings: Settings
    #: `settings.slack`, of a Slipway that has one.
    slack: SlackApp
    database: Database
    forge: Forge
    commits: Commits
    variables: Variables
    permissions: Permissions
    #: Ask → what the desk would answer at this moment; nothing is changed. Raises Unreachable, Denied or Gone.
    rehearse: Rehearsal
    #: Unix seconds.
    clock: Callable[[], float] = time.time

    @property
    def web_url(self) -> str:
        """Where people look at repositories, without a slash at the end."""
        return self.settings.github.web_url if self.settings.github else ""

    @property
    def vault(self) -> Vault:
        """What seals tokens and values."""
        return self.variables.vault
