"""From files to an application that answers: the stages in their order, the same for a job and for the command line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.detect.detection import detect
from engine.detect.outcome import NotDetected
from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan
from engine.errors import Cause, ConfigurationError, StageFailed
from engine.pipeline import launch, source_stage, steps
from engine.pipeline.launch import Launch, Live
from engine.pipeline.narrator import Narrator
from engine.pipeline.revision import Revision, Turn, environment_key
from engine.project.config import PROJECT_FILE, read_project
from engine.sandboxes.port import Sandbox
from engine.source.archive import Entry


class Source(FileTree, Protocol):
    """The files of one version."""

    def entries(self) -> Iterable[Entry]:
        """Every file with its bytes."""
        ...


@dataclass(frozen=True)
class Order:
    """What is to be built, and where it is to answer."""

    build_id: str
    generation: int
    launch: Launch
    #: Hosts that dependencies and build may reach; asked for only when something is installed.
    registries: Callable[[], Sequence[str]]
    #: Unix seconds.
    now: float
    turn: Turn = field(default_factory=Turn)
    #: What its processes are tagged with beside the turn; empty: the build's own id.
    owner: str = ""
    #: What its commands find in their environment.
    tags: Mapping[str, str] = field(default_factory=dict)
    #: Names the variables that its application is started with.
    given: str = ""


def assemble(sandbox: Sandbox, source: Source, order: Order, narrator: Narrator) -> Live:
    """Detects, sends, installs, builds and launches. Raises StageFailed, Superseded, LeaseLost, OutsideError."""
    return launch.launch(sandbox, put_together(sandbox, source, order, narrator), order.launch, narrator)


def put_together(sandbox: Sandbox, source: Source, order: Order, narrator: Narrator) -> Revision:
    """All but the launch: what comes out can be launched at any time. Raises as `assemble`."""
    plan = plan_of(source)
    revision = Revision(
        build_id=order.build_id,
        plan=plan,
        environment_key=environment_key(plan, source),
        generation=order.generation,
        turn=order.turn,
        tags=order.tags,
        owner=order.owner,
        given=order.given,
    )
    narrator.planned(revision, order.launch.port)
    installed = source_stage.send_source(sandbox, revision, source.entries(), narrator, now=order.now)
    if installed:
        narrator.line("The lock files are unchanged: the installed dependencies are used again.")
    needs_install = bool(plan.install) and not installed
    registries = order.registries() if needs_install or plan.build else ()
    if needs_install:
        steps.install(sandbox, revision, registries, narrator)
    if plan.build:
        steps.build(sandbox, revision, registries, narrator)
    return revision


def plan_of(source: FileTree) -> AppPlan:
    """The plan of a tree with its `slipway.yml`. Raises StageFailed."""
    try:
        project = read_project(source.read(PROJECT_FILE))
    except ConfigurationError as error:
        sentence = " ".join(error.problems)
        raise StageFailed(Cause(sentence, f"Mend {PROJECT_FILE} and push.", "bad_configuration")) from error
    found = detect(source, project)
    if isinstance(found, NotDetected):
        raise StageFailed(found.cause)
    return found
