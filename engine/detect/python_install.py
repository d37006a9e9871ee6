"""How a Python application's dependencies are installed: always by uv, into an environment of their own."""

import posixpath
import re
from dataclasses import dataclass

from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan, Step

#: uv must never fetch an interpreter during a build, and its bars are noise in a log.
ENVIRONMENT = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "UV_PROJECT_ENVIRONMENT": "$ENVIRONMENT"}

VENV = Step("create an environment", ("uv", "venv", "--quiet", "--allow-existing", "$ENVIRONMENT"))
#: A requirement that is a path: the revision itself becomes part of what is installed.
LOCAL_REQUIREMENT = re.compile(r"^[ \t]*(-e\b|--editable\b|\.|file:|[\w.-]+\s*@\s*file:)", re.MULTILINE)
INCLUDED = re.compile(r"^[ \t]*(?:-r|-c|--requirement|--constraint)[\s=]+(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class PythonInstallation:
    """What installs, and what decides whether it must be done anew."""

    evidence: str
    steps: tuple[Step, ...]
    #: Files that decide; empty: the environment can't be shared with another revision.
    lock_files: tuple[str, ...]
    #: What is named as required, lower case, as one text to look words up in.
    requirements: str

    def requires(self, name: str) -> bool:
        """True when the package `name` is named."""
        return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", self.requirements) is not None


def installation(files: FileTree) -> PythonInstallation | None:
    """The first of uv.lock, requirements.txt, pyproject.toml; None when there is none."""
    if files.read("uv.lock") is not None and files.read("pyproject.toml") is not None:
        # The project itself isn't installed: its path would be that of one revision.
        sync = ("uv", "sync", "--frozen", "--no-dev", "--no-install-project")
        return _found(files, "there is a uv.lock", (Step("install uv.lock", sync),), ("uv.lock", "pyproject.toml"))
    if files.read("requirements.txt") is not None:
        return _requirements(files)
    if files.read("pyproject.toml") is not None:
        steps = (VENV, _pip_install("pyproject.toml"))
        return _found(files, "there is a pyproject.toml", steps, ("pyproject.toml",))
    return None


def plan(python: PythonInstallation, *, framework: str, evidence: tuple[str, ...], start: tuple[str, ...]) -> AppPlan:
    """The plan of a Python application."""
    return AppPlan(
        runtime="python",
        framework=framework,
        evidence=evidence,
        install=python.steps,
        build=(),
        start=start,
        lock_files=python.lock_files,
        environment=dict(ENVIRONMENT, VIRTUAL_ENV="$ENVIRONMENT"),
        path=("$ENVIRONMENT/bin",),
    )


def _requirements(files: FileTree) -> PythonInstallation:
    names = _with_included(files, "requirements.txt")
    text = _text(files, names)
    locks = () if LOCAL_REQUIREMENT.search(text) else names
    return PythonInstallation(
        "there is a requirements.txt", (VENV, _pip_install("requirements.txt")), locks, text.lower()
    )


def _with_included(files: FileTree, first: str) -> tuple[str, ...]:
    """A requirements file and those that it includes."""
    names = [first]
    for name in names:
        for included in INCLUDED.findall(_text(files, (name,))):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), included))
            if path not in names and files.read(path) is not None:
                names.append(path)
    return tuple(names)


def _pip_install(name: str) -> Step:
    return Step(f"install {name}", ("uv", "pip", "install", "--python", "$ENVIRONMENT", "-r", name))


def _found(files: FileTree, evidence: str, steps: tuple[Step, ...], locks: tuple[str, ...]) -> PythonInstallation:
    return PythonInstallation(evidence, steps, locks, _text(files, locks).lower())


def _text(files: FileTree, names: tuple[str, ...]) -> str:
    return "\n".join((files.read(name) or b"").decode(errors="replace") for name in names)
