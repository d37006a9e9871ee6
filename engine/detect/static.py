"""A static site: an index.html, served by a small server of ours."""

from importlib import resources

from engine.detect import node_install
from engine.detect.outcome import Almost, NotMine
from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan
from engine.errors import Cause

#: Folders that a site may live in, beside the application's own.
FOLDERS = (".", "public", "dist", "build", "site", "docs", "www", "_site")
SERVER_FILE = ".slipway-static.py"


def detect(files: FileTree) -> AppPlan | Almost | NotMine:
    """The plan of a static site."""
    for folder in FOLDERS:
        index = "index.html" if folder == "." else f"{folder}/index.html"
        if files.read(index) is not None:
            return Almost(_must_be_built()) if _is_built(files) else _plan(folder, index)
    return NotMine()


def _is_built(files: FileTree) -> bool:
    """True when the pages are made by a build: served as they lie there, they would be blank."""
    return files.read("package.json") is not None and "build" in node_install.read_package(files).scripts


def _must_be_built() -> Cause:
    return Cause(
        "package.json has a build script, and its framework isn't recognised.",
        "Write `build` and `start` in slipway.yml, such as `build: npm run build` and `start: npm run preview`.",
        "not_detected",
    )


def _plan(folder: str, index: str) -> AppPlan:
    return AppPlan(
        runtime="static",
        framework="static",
        evidence=(f"there is an {index}",),
        install=(),
        build=(),
        start=("python3", "-I", SERVER_FILE, folder, "$PORT"),
        files={SERVER_FILE: server_source()},
    )


def server_source() -> str:
    """The text of the server, which runs inside the sandbox."""
    return resources.files("engine.detect").joinpath("static_server.py").read_text()
