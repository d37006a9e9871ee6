"""What is installed comes from where anybody can have the same again."""

import re
from collections.abc import Iterator

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import in_repository
from engine.readiness.sources.node_package import node_locks
from engine.readiness.sources.requirement import Requirement
from engine.readiness.sources.serving import serving
from engine.readiness.sources.stack import Stack, stack_of

#: A path of somebody's machine, as `pip freeze` writes it in a conda environment.
THEIR_MACHINE = re.compile(r"^file:///(?!app\b)|^file://localhost/|^/(?:home|Users|tmp|opt|croot)/|^[A-Za-z]:\\|^~/")
#: Packages that can only be installed on Windows.
WINDOWS_ONLY = frozenset({"pywin32", "pypiwin32", "pywinpty", "win32-setctime", "pywin32-ctypes", "windows-curses"})
#: Those that are installed elsewhere too, though they are of use there alone.
HARMLESS = frozenset({"win32-setctime", "pywin32-ctypes", "windows-curses"})
COMMIT = re.compile(r"[@#](?:[0-9a-f]{7,40}|v?\d+\.\d+[\w.]*|semver:\S+)(?:$|[#&])")
INSTALLED = re.compile(r"(?:^|/)(?:node_modules/\.package-lock\.json|node_modules/[^/]+/package\.json|pyvenv\.cfg)$")
INSTALLS = re.compile(r"\b(?:npm (?:install|i|ci)|yarn install|pnpm install|pip3? install)\b")


def check(facts: Facts) -> Verdict:
    """Requirements by address or path, what is installed and committed, and what a start installs."""
    stack = stack_of(facts)
    hits = [*_requirements(facts, stack), *_committed(facts), *_installs_at_start(facts)]
    return broken_by(hits) if hits or stack.python or stack.node else NotApplicable()


def _requirements(facts: Facts, stack: Stack) -> Iterator[Hit]:
    locked = bool(node_locks(facts.tree, facts.project.root))
    node = stack.package.dependencies if stack.package else ()
    python = () if stack.requirements.locks else stack.requirements.runtime
    for each in (*python, *(node if not locked else ())):
        message, severity = _wrong_with(each)
        if message:
            yield Hit(message, in_repository(facts, each.path), each.line, f"{each.path} {each.name}", severity)


def _wrong_with(requirement: Requirement) -> tuple[str, Severity | None]:
    version = requirement.version
    if THEIR_MACHINE.search(version):
        return f"{requirement.name} comes from a folder of somebody's own machine: {version}.", Severity.BLOCKING
    if requirement.name in WINDOWS_ONLY - HARMLESS and not requirement.marker and requirement.path != "package.json":
        return f"{requirement.name} can be installed on Windows alone.", Severity.BLOCKING
    git = version.startswith(("git+", "git://", "git@", "github:")) or version.split("#")[0].endswith(".git")
    if git and not COMMIT.search(version):
        return f"{requirement.name} follows a branch of {version}: each build may install something else.", None
    return "", None


def _committed(facts: Facts) -> Iterator[Hit]:
    """One hit for each folder of installed packages."""
    told: set[str] = set()
    for path in facts.tree.paths():
        found = INSTALLED.search(path)
        if found is None:
            continue
        folder = path[: path.index("node_modules") + 12] if "node_modules" in path else path.rpartition("/")[0] or "."
        if folder in told or any(part in path.split("/") for part in ("test", "tests", "fixtures", "vendor")):
            continue
        told.add(folder)
        if path.endswith("pyvenv.cfg") and not _has_packages(facts, folder):
            continue
        message = f"{folder} is committed: packages as one machine installed them, beside what is named as required."
        yield Hit(message, path, key=folder)


def _has_packages(facts: Facts, folder: str) -> bool:
    """Of a virtual environment, whose settings may be committed alone."""
    start = "" if folder == "." else f"{folder}/"
    return any(path.startswith((f"{start}lib/python", f"{start}Lib/site-packages/")) for path in facts.tree.paths())


def _installs_at_start(facts: Facts) -> Iterator[Hit]:
    start = serving(facts)
    if start is not None and start.written and not start.elsewhere and INSTALLS.search(start.text):
        message = "It installs packages each time it starts: slower, and another version on another day."
        yield Hit(message, start.path, start.line, key="installs at start")


RULE = Rule(
    id="build-reproducible",
    title="A build of the same commit gives the same",
    severity=Severity.WARNING,
    why="What is taken from a branch, a folder of one machine or at each start differs, or isn't there, another day.",
    fix="Name a released version, or a commit behind `@`; take installed folders out of git (`git rm -r --cached`).",
    link="https://pip.pypa.io/en/stable/topics/vcs-support/",
    check=check,
    good=Example({"requirements.txt": "flask==3.1.2\nshop @ git+https://github.com/acme/shop@v1.4.0\n"}),
    bad=Example({"requirements.txt": "flask==3.1.2\ncertifi @ file:///croot/certifi_1700000000/work/certifi\n"}),
    details=(
        "Looked at: requirements that are an address or a path (a folder of somebody's machine blocks: it can't be "
        "installed anywhere else; so does a package for Windows alone), committed `node_modules` and virtual "
        "environments, and start commands that install. Slipway doesn't build twice to compare."
    ),
)
