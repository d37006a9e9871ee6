"""An environment at a target, and somebody who deploys there by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from engine.domain.build import BuildState
from engine.domain.environment import Environment
from engine.pipeline.probe import connect
from engine.pipeline.revision import Revision
from engine.sandboxes.port import Upstream
from engine.settings import Secret
from engine.targets.memory import MemoryTarget
from engine.targets.port import Bundle, Place, Standing, Target
from tests.deploy.values import ENVIRONMENT
from tests.targets.programs import Files


@dataclass
class Told:
    """A Narrator that keeps what it is told."""

    lines: list[str] = field(default_factory=list)
    stages: list[BuildState] = field(default_factory=list)

    def enter(self, state: BuildState, message: str) -> None:
        """A stage begins."""
        self.stages.append(state)

    def line(self, text: str) -> None:
        """A line of our own."""
        self.lines.append(text)

    def output(self, data: bytes) -> None:
        """Output of a command."""

    def tail(self) -> list[str]:
        """Nothing is remembered."""
        return []

    def planned(self, revision: Revision, port: int) -> None:
        """The plan is the bundle's."""

    def check(self) -> None:
        """Nobody stops it."""


def answer_of(target: Target, upstream: Upstream) -> str:
    """What a visitor gets there."""
    if isinstance(target, MemoryTarget):
        return target.answer(upstream)
    with connect(upstream, 30) as visitor:
        visitor.sendall(b"GET / HTTP/1.0\r\nHost: production.localhost\r\n\r\n")
        answer = b""
        while piece := visitor.recv(65536):
            answer += piece
    return answer.decode().partition("\r\n\r\n")[2]


@dataclass
class Stage:
    """What the handlers do between SQL and the target, done by hand."""

    target: Target
    place: Place = field(default_factory=lambda: Place(ENVIRONMENT, "test", "production.localhost"))
    told: Told = field(default_factory=Told)
    kept: dict[str, str] = field(default_factory=dict)
    #: Asked for the files this often.
    fetched: int = 0

    def bundle(self, release_id: str, artifact: str = "", plan: str = "", **values: str) -> Bundle:
        """A release's bundle."""
        variables = {name: Secret(value) for name, value in values.items()}
        return Bundle(release_id, artifact or release_id, plan, ("/health", "/"), 30.0, 0, variables)

    def prepare(self, bundle: Bundle, words: str) -> Bundle:
        """The bundle, made of files that say `words`."""
        self.place = self._with(generation=self.place.environment.generation + 1)

        def files() -> Files:
            self.fetched += 1
            return Files(words)

        prepared = self.target.prepare(self.place, bundle, files, self.told)
        self.place = self._with(sandbox_id=prepared.home)
        return replace(bundle, plan=prepared.plan)

    def launch(self, bundle: Bundle) -> Standing:
        """It runs, and nobody is sent there."""
        return self.target.launch(self.place, bundle, self.told)

    def switch(self, bundle: Bundle, standing: Standing, spared: Sequence[str] = ()) -> None:
        """Visitors are sent there, and the one before ends."""
        self.place = self._with(release_id=bundle.release_id, port=standing.port)
        self.kept[bundle.artifact] = bundle.plan
        self.target.settle(self.place, self.kept, spared)

    def deploy(self, release_id: str, words: str, **values: str) -> tuple[Bundle, Standing]:
        """The whole way."""
        bundle = self.prepare(self.bundle(release_id, **values), words)
        standing = self.launch(bundle)
        self.switch(bundle, standing)
        return bundle, standing

    def answer(self, standing: Standing) -> str:
        """What a visitor gets there."""
        return answer_of(self.target, standing.upstream)

    def run(self, bundle: Bundle, argv: Sequence[str]) -> None:
        """Runs a release command."""
        self.target.run(self.place, bundle, argv, self.told)

    def _with(self, **values: object) -> Place:
        changed: Callable[..., Environment] = replace
        return replace(self.place, environment=changed(self.place.environment, **values))
