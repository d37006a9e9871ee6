"""package.json with the lines of its entries, and the lock files beside it."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from engine.detect.tree import FileTree
from engine.readiness.sources.application import line_at, nearest, text_of
from engine.readiness.sources.requirement import Requirement

LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")


@dataclass(frozen=True)
class NodePackage:
    """The application's package.json."""

    #: False: it isn't readable JSON.
    readable: bool = True
    text: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    dependencies: tuple[Requirement, ...] = ()
    development: tuple[Requirement, ...] = ()
    #: Optional and peer dependencies' names.
    others: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """What it needs where it serves."""
        return frozenset(each.name for each in self.dependencies)

    @property
    def every_name(self) -> frozenset[str]:
        """Whatever it names."""
        return self.names | frozenset(each.name for each in self.development) | self.others

    def line_of(self, *keys: str) -> int:
        """The line of a key below others; 0 when it isn't found."""
        return line_of(self.text, *keys)


def node_package(tree: FileTree) -> NodePackage | None:
    """The package.json of the application's folder; None when there is none."""
    text = text_of(tree, "package.json")
    if text is None:
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        return NodePackage(readable=False, text=text)
    others = _texts(content.get("optionalDependencies")) | _texts(content.get("peerDependencies"))
    return NodePackage(
        text=text,
        content=content,
        scripts=_texts(content.get("scripts")),
        dependencies=_requirements(text, content, "dependencies", development=False),
        development=_requirements(text, content, "devDependencies", development=True),
        others=frozenset(others),
    )


def node_locks(whole: FileTree, root: str) -> tuple[str, ...]:
    """The lock files of the application's folder, else of the nearest folder above it; paths of the repository."""
    return nearest(whole, root, LOCKS)


def line_of(text: str, *keys: str) -> int:
    """The line (from 1) of a JSON key below others, as it is usually written; 0 when it isn't found."""
    place = 0
    for key in keys:
        found = re.compile(rf"{re.escape(json.dumps(key))}\s*:").search(text, place)
        if found is None:
            return 0
        place = found.end()
    return line_at(text, place)


def _requirements(text: str, content: dict[str, Any], kind: str, *, development: bool) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            name, version, "package.json", line_of(text, kind, name), f"{name}: {version}", frozenset(), "", development
        )
        for name, version in _texts(content.get(kind)).items()
    )


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(key): each for key, each in value.items() if isinstance(each, str)}
