"""The Target port: where an environment lives. Promise: after a failed release the previous one still serves."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.detect.tree import FileTree
from engine.domain.environment import Environment
from engine.pipeline.narrator import Narrator
from engine.sandboxes.port import Upstream
from engine.settings import Secret
from engine.source.archive import Entry


class Source(FileTree, Protocol):
    """The files of a release's commit."""

    def entries(self) -> Iterable[Entry]:
        """Every file with its bytes."""
        ...


@dataclass(frozen=True)
class Place:
    """An environment as a job found it, at the generation that is the job's own."""

    environment: Environment
    #: The id of this Slipway: several may share one host.
    instance: str
    #: The Host that visitors use.
    host: str


@dataclass(frozen=True)
class Bundle:
    """What a release is made of. It never changes once it was deployed."""

    release_id: str
    #: Names what was built: the id of the release that built it.
    artifact: str
    #: JSON of the plan (engine.pipeline.kept_plan); empty: nothing was built yet.
    plan: str
    #: Paths whose answer tells that it is well, in their order: a 404 gives way to the next.
    health_paths: tuple[str, ...]
    #: Seconds until it must be well.
    startup_timeout: float
    #: The port that the application insists on; 0: it takes $PORT.
    port: int
    #: The environment's values, at the version that the release was made with.
    variables: Mapping[str, Secret] = field(repr=False)


@dataclass(frozen=True)
class Prepared:
    """A bundle that is there."""

    plan: str
    #: Where the target runs the environment, as it finds it again (a sandbox's id).
    home: str
    #: True when it was built just now.
    built: bool


@dataclass(frozen=True)
class Standing:
    """A release that runs and is well. Visitors aren't sent there by that."""

    upstream: Upstream
    port: int
    #: The path that answered well.
    health_path: str


class Target(Protocol):
    """Every method may be called again after a crash at any point. Raises StageFailed, OutsideError, and what the
    narrator raises; then what served before still serves.
    """

    def prepare(self, place: Place, bundle: Bundle, source: Callable[[], Source], narrator: Narrator) -> Prepared:
        """Makes what the release runs; `source` is called only when it isn't there."""
        ...

    def run(self, place: Place, bundle: Bundle, argv: Sequence[str], narrator: Narrator) -> None:
        """Runs a command once beside what serves, with the bundle's files and variables, before it is launched."""
        ...

    def launch(self, place: Place, bundle: Bundle, narrator: Narrator) -> Standing:
        """Starts it beside what serves; answers once it is well."""
        ...

    def standing(self, place: Place, bundle: Bundle) -> Standing | None:
        """Where that release runs at this moment, if it does and is well."""
        ...

    def settle(self, place: Place, kept: Mapping[str, str], spared: Collection[str] = ()) -> None:
        """Ends all that runs there but what serves (`place.environment`) and the releases that are `spared`; forgets
        all bundles but those of `kept`: artifact → plan.
        """
        ...

    def retire(self, place: Place) -> None:
        """Ends everything of the environment; returns when that is proven."""
        ...
