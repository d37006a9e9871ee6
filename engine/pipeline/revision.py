"""One version of an application inside a sandbox: its folders, its commands, its tags."""

import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan
from engine.sandboxes.port import Command
from engine.settings import Secret

HOME = "/home/user"
#: Copies of files that trials of readiness make; nothing else is kept there.
TRIALS = f"{HOME}/trials"
#: What every process of a build carries, so that it is found again without its number.
BUILD_TAG = "SLIPWAY_BUILD"
GENERATION_TAG = "SLIPWAY_GENERATION"
TURN_TAG = "SLIPWAY_TURN"
PLACEHOLDER = re.compile(r"\$\{(PORT|ENVIRONMENT)\}|\$(PORT|ENVIRONMENT)\b")
#: Puts folders before a PATH that only the sandbox knows, then becomes the command.
WITH_PATH = ("/bin/sh", "-c", 'PATH="$1:$PATH"; export PATH; shift; exec "$@"', "slipway")
#: Offers itself to the kernel where memory runs short, which anybody may, then becomes the command (proc(5)).
FIRST_TO_GO = ("/bin/sh", "-c", 'echo 1000 2>/dev/null >/proc/self/oom_score_adj; exec "$@"', "slipway")


@dataclass(frozen=True, order=True)
class Turn:
    """Whose turn it is in a preview's sandbox. Later turns end what earlier ones left, never the other way round:
    a worker that lost its lease without knowing it must not end what the next owner started.
    """

    #: The build's number.
    number: int = 0
    #: How often its application had died before it was started.
    deaths: int = 0
    #: The job's.
    fence: int = 0

    @property
    def text(self) -> str:
        """As processes carry it."""
        return f"{self.number}.{self.deaths}.{self.fence}"


def turn_of(environment: Mapping[str, str]) -> Turn:
    """The turn that a process was started in; what carries none came before all."""
    parts = environment.get(TURN_TAG, "").split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return Turn()
    return Turn(*map(int, parts))


@dataclass(frozen=True)
class Revision:
    """Where a build lives in its sandbox, and how its commands look there."""

    build_id: str
    plan: AppPlan
    #: Names the environment of its dependencies; empty: it has one of its own.
    environment_key: str = ""
    generation: int = 1
    turn: Turn = field(default_factory=Turn)
    tags: Mapping[str, str] = field(default_factory=dict)
    #: What its processes are tagged with: a release that runs an older one's bundle; empty: the build's own id.
    owner: str = ""
    #: Names the variables that its application is started with (engine.variables.preview); empty: none.
    given: str = ""
    #: True: when memory runs short its processes are ended before all others.
    dispensable: bool = False

    @property
    def folder(self) -> str:
        """The root of its files: fresh for each build."""
        return folder_of(self.build_id)

    @property
    def application_folder(self) -> str:
        """Where its commands run."""
        return posixpath.normpath(posixpath.join(self.folder, self.plan.root))

    @property
    def environment_folder(self) -> str:
        """Where its dependencies are installed."""
        if self.environment_key:
            return f"{HOME}/environments/{self.environment_key}"
        return f"{self.folder}.environment"

    @property
    def marker(self) -> str:
        """The file that is there once the dependencies are installed."""
        return f"{self.environment_folder}/.slipway-complete"

    def owns(self, environment: Mapping[str, str]) -> bool:
        """True of the environment of a process that this build started in this turn."""
        return environment.get(BUILD_TAG) == (self.owner or self.build_id) and turn_of(environment) == self.turn

    def command(
        self, argv: tuple[str, ...], port: int = 0, variables: Mapping[str, Secret] = MappingProxyType({})
    ) -> Command:
        """A command of the plan, as it is run; `port` is 0 for one that doesn't serve.

        `variables` are the environment's values: never given to what builds.
        """
        environment = {name: self._filled(value, port) for name, value in self.plan.environment.items()}
        environment |= {name: value.reveal() for name, value in variables.items()}
        environment |= {"PYTHONUNBUFFERED": "1", "SLIPWAY_DATA": f"{HOME}/data"} | dict(self.tags)
        environment |= {
            BUILD_TAG: self.owner or self.build_id,
            GENERATION_TAG: str(self.generation),
            TURN_TAG: self.turn.text,
        }
        if port:
            environment["PORT"] = str(port)
        words = tuple(self._filled(word, port) for word in argv)
        folders = ":".join(self._absolute(self._filled(folder, port)) for folder in self.plan.path)
        if folders:
            words = (*WITH_PATH, folders, *words)
        if self.dispensable:
            words = (*FIRST_TO_GO, *words)
        return Command(words, self.application_folder, environment)

    def links(self) -> dict[str, str]:
        """Links of the application's folder: name → target."""
        return {name: self._filled(target, 0) for name, target in self.plan.links.items()}

    def _absolute(self, folder: str) -> str:
        return posixpath.join(self.application_folder, folder)

    def _filled(self, text: str, port: int) -> str:
        values = {"ENVIRONMENT": self.environment_folder, "PORT": str(port) if port else "$PORT"}
        return PLACEHOLDER.sub(lambda found: values[found[1] or found[2]], text)


def folder_of(build_id: str) -> str:
    """Where the files of a build lie."""
    return f"{HOME}/revisions/{build_id}"


def environment_key(plan: AppPlan, files: FileTree) -> str:
    """Names the environment that a plan installs: the same for revisions whose lock files and steps are the same.

    Empty where nothing says that two installations would be the same.
    """
    if not plan.lock_files or not plan.install:
        return ""
    digest = hashlib.sha256(repr([step.argv for step in plan.install]).encode())
    for name in sorted(plan.lock_files):
        data = files.read(posixpath.normpath(posixpath.join(plan.root, name))) or b""
        digest.update(f"\n{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:20]
