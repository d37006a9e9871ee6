"""A target in memory: bundles are kept as their files, releases answer with what a function makes of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engine.domain.build import BuildState
from engine.errors import Cause, StageFailed, Unreachable
from engine.pipeline.assembly import plan_of
from engine.pipeline.kept_plan import text_of
from engine.pipeline.narrator import Narrator
from engine.pipeline.revision import Revision
from engine.sandboxes.port import Upstream
from engine.targets.port import Bundle, Place, Prepared, Source, Standing

#: What a release of these files answers with; raises StageFailed when it can't be started.
Script = Callable[[Source], str]


@dataclass
class Running:
    """A release that runs."""

    release_id: str
    words: str
    #: Its environment's values.
    variables: dict[str, str]


@dataclass
class Home:
    """An environment's place: bundles by artifact, running releases by port."""

    bundles: dict[str, Source] = field(default_factory=dict)
    running: dict[int, Running] = field(default_factory=dict)
    #: Artifact and argv of the commands that were run.
    commands: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


class MemoryTarget:
    """The Target port. `homes` are by environment id; tests take one away to act a place that is gone."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.homes: dict[str, Home] = {}
        #: Tests set it to act a target that is away.
        self.away = False

    def prepare(self, place: Place, bundle: Bundle, source: Callable[[], Source], narrator: Narrator) -> Prepared:
        """Keeps the files, unless they are kept."""
        self._require()
        home = self.homes.setdefault(place.environment.id, Home())
        if bundle.plan and bundle.artifact in home.bundles:
            return Prepared(bundle.plan, _id_of(place), built=False)
        narrator.enter(BuildState.BUILD, "Building")
        files = source()
        plan = text_of(Revision(bundle.artifact, plan_of(files)))
        home.bundles[bundle.artifact] = files
        return Prepared(plan, _id_of(place), built=True)

    def run(self, place: Place, bundle: Bundle, argv: Sequence[str], narrator: Narrator) -> None:
        """Notes that it ran; `false` ends badly, as everywhere."""
        home = self._home(place)
        if (bundle.artifact, tuple(argv)) in home.commands:
            return
        narrator.check()
        if argv[0] == "false":
            raise StageFailed(Cause("The release command ended with 1", "Mend it and push."))
        home.commands.append((bundle.artifact, tuple(argv)))

    def launch(self, place: Place, bundle: Bundle, narrator: Narrator) -> Standing:
        """Runs the script on the bundle's files."""
        home = self._home(place)
        narrator.enter(BuildState.LAUNCHING, "Starting the application")
        if bundle.artifact not in home.bundles:
            raise StageFailed(Cause("Its files are gone.", "Deploy the commit anew.", "no_bundle"))
        words = self._script(home.bundles[bundle.artifact])
        port = max([place.environment.port, *home.running], default=0) + 1
        values = {name: value.reveal() for name, value in bundle.variables.items()}
        home.running[port] = Running(bundle.release_id, words, values)
        return Standing(_upstream(place, port), port, bundle.health_paths[0])

    def standing(self, place: Place, bundle: Bundle) -> Standing | None:
        """The newest that runs."""
        self._require()
        home = self.homes.get(place.environment.id, Home())
        mine = [port for port, each in home.running.items() if each.release_id == bundle.release_id]
        return Standing(_upstream(place, max(mine)), max(mine), bundle.health_paths[0]) if mine else None

    def settle(self, place: Place, kept: Mapping[str, str], spared: Collection[str] = ()) -> None:
        """Ends what doesn't serve and isn't spared, forgets what isn't kept."""
        self._require()
        home = self.homes.get(place.environment.id, Home())
        serving = (place.environment.release_id, place.environment.port)
        home.running = {
            port: each
            for port, each in home.running.items()
            if (each.release_id, port) == serving or each.release_id in spared
        }
        home.bundles = {artifact: files for artifact, files in home.bundles.items() if artifact in kept}

    def retire(self, place: Place) -> None:
        """Forgets everything."""
        self._require()
        self.homes.pop(place.environment.id, None)

    def answer(self, upstream: Upstream) -> str:
        """What a visitor would get there; empty when nothing runs."""
        _, environment_id, port = upstream.text.split(":")
        running = self.homes.get(environment_id, Home()).running.get(int(port))
        return running.words if running else ""

    def _home(self, place: Place) -> Home:
        self._require()
        if place.environment.id not in self.homes:
            raise StageFailed(Cause("Nothing is prepared there.", code="no_bundle"))
        return self.homes[place.environment.id]

    def _require(self) -> None:
        if self.away:
            raise Unreachable("asking the target: it is away")


def _upstream(place: Place, port: int) -> Upstream:
    return Upstream(f"memory:{place.environment.id}:{port}")


def _id_of(place: Place) -> str:
    return f"memory{place.environment.id}"
