"""The local target: an environment is one sandbox of the sandbox host, each release a process in it beside the last."""

import posixpath
import shlex
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engine.errors import Cause, StageFailed
from engine.pipeline import causes, steps
from engine.pipeline.assembly import Order, put_together
from engine.pipeline.cleaning import GRACE, REMOVE_TIMEOUT, clear_away
from engine.pipeline.kept_plan import start_of, text_of
from engine.pipeline.launch import PORTS, Launch, ask_health, launch
from engine.pipeline.narrator import Narrator
from engine.pipeline.probe import Answered
from engine.pipeline.revision import BUILD_TAG, HOME, Revision, Turn, turn_of
from engine.sandboxes.port import Command, Sandbox, Sandboxes
from engine.targets import sandbox as homes
from engine.targets.port import Bundle, Place, Prepared, Source, Standing

#: Holds one empty file for each bundle that is whole, one for each release command that went well.
BUNDLES = f"{HOME}/bundles"
#: Where dependencies are installed, shared by bundles whose lock files are the same.
ENVIRONMENTS = f"{HOME}/environments"
#: Seconds that one look at an application that should be well may take.
LOOK_TIMEOUT = 5.0
LIST_TIMEOUT = 30.0


@dataclass(frozen=True)
class LocalTarget:
    """The Target port over sandboxes."""

    sandboxes: Sandboxes
    clock: Callable[[], float] = field(default=time.time)

    def prepare(self, place: Place, bundle: Bundle, source: Callable[[], Source], narrator: Narrator) -> Prepared:
        """Builds into a folder that is named by the artifact, unless it is there and whole."""
        sandbox = homes.find_or_make(self.sandboxes, place, narrator)
        if bundle.plan and _has(sandbox, _whole(bundle.artifact)):
            narrator.line("Its files are kept: nothing is built.")
            return Prepared(bundle.plan, sandbox.id, built=False)
        # What an attempt that died has left of it is not trusted.
        clear_away(sandbox, (bundle.artifact,), arrivals=(bundle.artifact,))
        order = Order(
            build_id=bundle.artifact,
            generation=place.environment.generation,
            launch=Launch(0, place.host, bundle.startup_timeout),
            registries=self.sandboxes.registries,
            now=self.clock(),
            turn=_turn(place),
            owner=bundle.release_id,
        )
        revision = put_together(sandbox, source(), order, narrator)
        sandbox.write(_whole(bundle.artifact), b"")
        return Prepared(text_of(revision), sandbox.id, built=True)

    def run(self, place: Place, bundle: Bundle, argv: Sequence[str], narrator: Narrator) -> None:
        """Runs it in the bundle's folder, without a way out; once it went well it isn't run again for this release."""
        sandbox = homes.require(self.sandboxes, place)
        done = f"{_whole(bundle.artifact)}.command"
        if _has(sandbox, done):
            narrator.line("The release command has run already.")
            return
        revision = _revision(place, bundle)
        sandbox.allow_egress(())
        narrator.line(f"$ {shlex.join(argv)}")
        command = revision.command(tuple(argv), variables=bundle.variables)
        finished = steps.run_watched(sandbox, revision, command, narrator, time.monotonic() + steps.STAGE_TIMEOUT)
        if finished is None:
            raise StageFailed(causes.step_timed_out("the release command", steps.STAGE_TIMEOUT))
        if finished.exit_code or finished.out_of_memory:
            raise StageFailed(causes.step_failed("the release command", finished, narrator.tail(), revision.folder))
        sandbox.write(done, b"")

    def launch(self, place: Place, bundle: Bundle, narrator: Narrator) -> Standing:
        """Starts it on a port that nobody has, and waits until it is well."""
        sandbox = homes.require(self.sandboxes, place)
        wanted = Launch(
            port=bundle.port or _free_port(sandbox, place.environment.port),
            host=place.host,
            startup_timeout=bundle.startup_timeout,
            health_paths=bundle.health_paths,
            variables=bundle.variables,
        )
        live = launch(sandbox, _revision(place, bundle), wanted, narrator)
        live.process.detach()
        return Standing(live.upstream, live.port, live.health_path)

    def standing(self, place: Place, bundle: Bundle) -> Standing | None:
        """Of its processes with a port, the one that was started last and is well."""
        sandbox = homes.find(self.sandboxes, place)
        if sandbox is None:
            return None
        mine = [each for each in _environments(sandbox) if each.get(BUILD_TAG) == bundle.release_id and _port(each)]
        for environment in sorted(mine, key=turn_of, reverse=True):
            upstream = sandbox.upstream(_port(environment))
            path, answer = ask_health(upstream, place.host, bundle.health_paths, LOOK_TIMEOUT)
            if isinstance(answer, Answered) and answer.well:
                return Standing(upstream, _port(environment), path)
        return None

    def settle(self, place: Place, kept: Mapping[str, str], spared: Collection[str] = ()) -> None:
        """Leaves alone what a later owner of the environment started."""
        sandbox = homes.find(self.sandboxes, place)
        if sandbox is None:
            return
        serving = (place.environment.release_id, place.environment.port)

        def over(environment: Mapping[str, str]) -> bool:
            owner = environment.get(BUILD_TAG)
            if owner is None or owner in spared or turn_of(environment) > _turn(place):
                return False
            return (owner, _port(environment)) != serving

        sandbox.stop(over, GRACE)
        _forget(sandbox, kept)

    def retire(self, place: Place) -> None:
        """Ends its sandboxes."""
        noted = {place.environment.sandbox_id} - {""}
        for sandbox_id in sorted(noted | set(self.sandboxes.find(homes.metadata_of(place)))):
            self.sandboxes.kill(sandbox_id)


def _whole(artifact: str) -> str:
    """The file that is there once a bundle is whole."""
    return f"{BUNDLES}/{artifact}"


def _turn(place: Place) -> Turn:
    return Turn(place.environment.generation)


def _revision(place: Place, bundle: Bundle) -> Revision:
    """How the bundle is started. Raises StageFailed when nobody knows any more."""
    start = start_of(bundle.plan)
    if start is None:
        raise StageFailed(Cause("How the release is started was not kept.", "Deploy the commit anew.", "no_bundle"))
    plan, environment_key = start
    return Revision(
        build_id=bundle.artifact,
        plan=plan,
        environment_key=environment_key,
        generation=place.environment.generation,
        turn=_turn(place),
        tags={"SLIPWAY_RELEASE": bundle.release_id, "SLIPWAY_ENVIRONMENT": place.environment.name},
        owner=bundle.release_id,
    )


def _has(sandbox: Sandbox, path: str) -> bool:
    return sandbox.run(Command(("test", "-e", path), HOME, timeout=LIST_TIMEOUT), lambda _: None).exit_code == 0


def _environments(sandbox: Sandbox) -> list[dict[str, str]]:
    """What each living process was started with."""
    found: list[dict[str, str]] = []

    def keep(environment: Mapping[str, str]) -> bool:
        found.append(dict(environment))
        return False

    sandbox.stop(keep, 0)
    return found


def _port(environment: Mapping[str, str]) -> int:
    text = environment.get("PORT", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _free_port(sandbox: Sandbox, serving: int) -> int:
    """The next port after the serving release's that nothing there was given."""
    taken = {_port(each) for each in _environments(sandbox)} | {serving}
    first = PORTS.index(serving) + 1 if serving in PORTS else 0
    turned = (*PORTS[first:], *PORTS[:first])
    free: int = next(port for port in turned if port not in taken)
    return free


def _forget(sandbox: Sandbox, kept: Mapping[str, str]) -> None:
    """Folders of bundles, and environments of dependencies, that no kept bundle needs."""
    built = {name.removesuffix(".environment") for name in _names(sandbox, f"{HOME}/revisions")}
    gone = sorted((built | {name.removesuffix(".command") for name in _names(sandbox, BUNDLES)}) - set(kept))
    needed = {start[1] for start in map(start_of, kept.values()) if start is not None}
    unused = sorted(_names(sandbox, ENVIRONMENTS) - needed)
    paths = [*map(_whole, gone), *(f"{_whole(each)}.command" for each in gone)]
    paths += [posixpath.join(ENVIRONMENTS, name) for name in unused]
    clear_away(sandbox, gone, arrivals=tuple(built))
    if paths:
        sandbox.run(Command(("rm", "-rf", "--", *paths), HOME, timeout=REMOVE_TIMEOUT), lambda _: None)


def _names(sandbox: Sandbox, folder: str) -> set[str]:
    """What lies in a folder; nothing when it isn't there."""
    said: list[bytes] = []
    listed = sandbox.run(Command(("ls", "-1", "--", folder), HOME, timeout=LIST_TIMEOUT), said.append)
    return set(b"".join(said).decode(errors="replace").split()) if listed.exit_code == 0 else set()
