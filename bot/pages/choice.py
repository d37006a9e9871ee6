"""What somebody has chosen so far in the deploy wizard. It lives in the address; variables never do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from engine.deploy.asks import Overrides

LONGEST = 250
PORTS = range(1, 65_536)


@dataclass(frozen=True)
class Choice:
    """The words as they were written; empty: as the project says."""

    repository: str = ""
    environment: str = ""
    ref: str = ""
    port: str = ""
    health_check_path: str = ""
    auto_deploy_branch: str = ""

    def but(self, **changed: str) -> "Choice":
        """The same with other words."""
        return replace(self, **changed)

    @property
    def query(self) -> str:
        """As a part of an address."""
        return urlencode({name: value for name, value in vars(self).items() if value})

    @property
    def problem(self) -> str:
        """What can't be read; empty: all can."""
        if self.port and not (self.port.isascii() and self.port.isdigit() and int(self.port[:6]) in PORTS):
            return "The port is a number from 1 to 65535."
        if self.health_check_path and not self.health_check_path.startswith("/"):
            return "The health path begins with /."
        return ""

    @property
    def overrides(self) -> Overrides:
        """For the desk."""
        return Overrides(
            port=int(self.port) if self.port else None,
            health_check_path=self.health_check_path or None,
            auto_deploy_branch=self.auto_deploy_branch or None,
        )


def choice_of(said: Mapping[str, str]) -> Choice:
    """The choice that an address or a form carries."""
    names = Choice.__dataclass_fields__
    return Choice(**{name: " ".join(said.get(name, "")[:LONGEST].split()) for name in names})
