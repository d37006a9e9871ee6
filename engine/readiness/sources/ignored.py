"""What git would take although it shouldn't: made by tools, or holding secrets."""

import re
from fnmatch import fnmatchcase

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository, text_of
from engine.readiness.sources.environment import variables_read
from engine.readiness.sources.node_package import node_package

NAME = ".gitignore"
LONGEST_PATTERN = 200
#: What is to be ignored → a name by which that is tried.
ENVIRONMENT, BYTECODE, PACKAGES = ".env", "__pycache__/", "node_modules/"
TRIED = {ENVIRONMENT: (".env",), BYTECODE: ("__pycache__", "x.pyc", "x.cpython-312.pyc"), PACKAGES: ("node_modules",)}


def unignored(facts: Facts) -> tuple[str, ...]:
    """The patterns that are missing, of those that this application needs."""
    patterns = _patterns(facts)
    return tuple(each for each in needed(facts) if not any(is_ignored(name, patterns) for name in TRIED[each]))


def needed(facts: Facts) -> tuple[str, ...]:
    """What this application's tools make, and `.env` where it reads variables."""
    tree = application(facts)
    package = node_package(tree)
    wanted = []
    if variables_read(facts):
        wanted.append(ENVIRONMENT)
    if any(re.fullmatch(r"(?!\.)[^/]+(/[^/]+)*\.py", path) for path in tree.paths()):
        wanted.append(BYTECODE)
    if package is not None and (package.dependencies or package.development):
        wanted.append(PACKAGES)
    return tuple(wanted)


def is_ignored(name: str, patterns: tuple[str, ...]) -> bool:
    """True when the last pattern about a name says so; as git reads them, for names without a folder."""
    ignored = False
    for pattern in patterns:
        plain = pattern.removeprefix("!").removeprefix("/").removeprefix("**/")
        plain = plain.removesuffix("/**").removesuffix("/*").removesuffix("/")
        if plain and "/" not in plain and fnmatchcase(name, plain):
            ignored = not pattern.startswith("!")
    return ignored


def patterns_in(text: str) -> tuple[str, ...]:
    """What such a file names."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _patterns(facts: Facts) -> tuple[str, ...]:
    """The lines of the repository's file, of the one in the application's folder and of those below it."""
    below = [path for path in facts.tree.paths() if path.endswith(f"/{NAME}")]
    names = dict.fromkeys((*below, in_repository(facts, NAME), NAME))
    every = (each for name in names for each in patterns_in(text_of(facts.tree, name) or ""))
    return tuple(each for each in every if len(each) < LONGEST_PATTERN)
