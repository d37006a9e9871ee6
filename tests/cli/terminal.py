"""Somebody at a terminal, with commands that speak with a running Slipway."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from cli.main import slipway
from tests.access.world import World
from tests.api.deploys import A, Deploys
from tests.api.serving import serving
from tests.signin.client import open_web


@dataclass
class Terminal:
    """Somebody at a terminal, and the Slipway that they speak with."""

    deploys: Deploys
    url: str

    def run(self, *words: str, by: str = "writer", given: str | None = None) -> Result:
        """A command to its end."""
        token = self.deploys.key(by)["Authorization"].removeprefix("Bearer ")
        environment = {"SLIPWAY_URL": self.url, "SLIPWAY_TOKEN": token}
        return CliRunner().invoke(slipway, words, env=environment, input=given)

    def deployed(self, sha: str = A) -> str:
        """A deployment that serves."""
        return self.deploys.served(sha)


@contextmanager
def a_terminal(folder: Path) -> Iterator[Terminal]:
    """One before a Slipway of its own."""
    world = World(folder)
    with open_web(world, folder) as web, serving(web) as url:
        yield Terminal(Deploys(web), url)
    world.close()
