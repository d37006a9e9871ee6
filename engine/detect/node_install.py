"""How a Node application's dependencies are installed: by npm, shared between revisions where that is safe."""

import json
from dataclasses import dataclass

from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan, Step

QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--prefer-offline")
#: Scripts of the application's own that npm runs while installing: they expect the sources beside them.
INSTALL_SCRIPTS = frozenset({"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare"})
LOCAL = ("file:", "link:", "workspace:", "portal:", ".", "/", "~")


@dataclass(frozen=True)
class Package:
    """What we read of a package.json; all missing when it can't be read."""

    scripts: dict[str, str]
    dependencies: dict[str, str]
    main: str
    #: False: npm must run beside the sources.
    stands_alone: bool
    readable: bool = True


@dataclass(frozen=True)
class NodeInstallation:
    """What installs, and what decides whether it must be done anew."""

    evidence: str
    steps: tuple[Step, ...]
    lock_files: tuple[str, ...]
    links: dict[str, str]


def read_package(files: FileTree) -> Package:
    """The package.json of a tree."""
    try:
        content = json.loads(files.read("package.json") or b"")
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        return Package({}, {}, "", stands_alone=False, readable=False)
    scripts = _texts(content.get("scripts"))
    dependencies = _texts(content.get("dependencies"))
    every = dependencies | _texts(content.get("devDependencies")) | _texts(content.get("optionalDependencies"))
    alone = (
        "workspaces" not in content
        and not INSTALL_SCRIPTS & scripts.keys()
        and not any(version.startswith(LOCAL) for version in every.values())
    )
    main = content.get("main")
    return Package(scripts, dependencies, main if isinstance(main, str) else "", stands_alone=alone)


def installation(files: FileTree, package: Package) -> NodeInstallation:
    """`npm ci` with a lock file, else `npm install`; nothing when nothing is required."""
    locked = files.read("package-lock.json") is not None
    names = ("package.json", "package-lock.json") if locked else ("package.json",)
    evidence = "there is a package-lock.json" if locked else "there is a package.json without a lock file"
    verb = ("npm", "ci") if locked else ("npm", "install")
    if not locked and not package.dependencies:
        return NodeInstallation(evidence, (), (), {})
    if not package.stands_alone:
        return NodeInstallation(evidence, (Step("install packages", (*verb, *QUIET)),), (), {})
    own = (name for name in (*names, ".npmrc") if files.read(name) is not None)
    copied = tuple(own)
    steps = (
        Step("copy the lock files", ("cp", "--", *copied, "$ENVIRONMENT/")),
        Step("install packages", (*verb, *QUIET, "--prefix", "$ENVIRONMENT")),
        # Where nothing was installed npm makes no folder, and the link would lead nowhere.
        Step("keep the folder", ("mkdir", "-p", "$ENVIRONMENT/node_modules")),
    )
    return NodeInstallation(evidence, steps, copied, {"node_modules": "$ENVIRONMENT/node_modules"})


def plan(node: NodeInstallation, *, framework: str, evidence: tuple[str, ...], start: tuple[str, ...]) -> AppPlan:
    """The plan of a Node application."""
    return AppPlan(
        runtime="node",
        framework=framework,
        evidence=evidence,
        install=node.steps,
        build=(),
        start=start,
        lock_files=node.lock_files,
        environment={"npm_config_update_notifier": "false", "npm_config_progress": "false"},
        path=("node_modules/.bin",),
        links=node.links,
    )


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(key): each for key, each in value.items() if isinstance(each, str)}
