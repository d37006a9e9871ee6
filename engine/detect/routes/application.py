"""Which files are the application's own source: no tests, no documentation, nothing vendored, built or minified."""

import ast
import re
import warnings
from functools import lru_cache

from engine.detect.tree import FileTree

#: Folders whose code isn't what runs.
ELSEWHERE = re.compile(
    r"(^|/)(tests?|__tests__|__mocks__|testing|specs?|e2e|cypress|docs?|examples?|samples?|demos?|fixtures|benchmarks?"
    r"|node_modules|bower_components|site-packages|vendor|vendors|vendored|third[_-]?party|dist|build|out|coverage"
    r"|migrations|scripts?|tools|storybook|stories|templates|\.[^/]+)/",
    re.IGNORECASE,
)
NOT_THE_APPLICATION = re.compile(
    r"(^|/)(test_[^/]*|[^/]*_test|tests|conftest|setup|noxfile|fabfile|tasks)\.py$"
    r"|\.(test|spec|min|bundle|stories|d)\.[cm]?[jt]sx?$"
    r"|(^|/)(jest|vitest|playwright|cypress|karma|webpack|rollup|babel|eslint|prettier|commitlint|postcss|tailwind"
    r"|gulpfile|gruntfile|protractor|wdio)[^/]*\.[cm]?[jt]s$",
    re.IGNORECASE,
)
PYTHON = (".py",)
JAVASCRIPT = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
#: Files that are read at most, bytes of one, and characters of all: parsed, dense Python takes 280 times as much.
FILES_READ = 400
SIZE_READ = 512 * 1024
TOTAL_READ = 3 * 1024 * 1024
#: A longer line is no person's: the file was made by a tool.
LONGEST_LINE = 5000


def sources(tree: FileTree, root: str, endings: tuple[str, ...]) -> list[tuple[str, str]]:
    """Path in the repository and text of the application's files below `root`, those nearest to it first."""
    start = start_of(root)
    paths = [path for path in tree.paths() if path.startswith(start) and path.endswith(endings)]
    own = [path for path in paths if is_application(path.removeprefix(start))]
    found: list[tuple[str, str]] = []
    left = TOTAL_READ
    for path in sorted(own, key=_depth)[:FILES_READ]:
        text = readable(tree, path)
        left -= len(text)
        if left < 0:
            break
        if text:
            found.append((path, text))
    return found


def start_of(root: str) -> str:
    """What the repository's paths of files below an application's folder begin with."""
    return "" if root == "." else f"{root}/"


def is_application(path: str) -> bool:
    """True when a path, relative to the application's folder, is neither tests nor anybody else's code."""
    return not ELSEWHERE.search(path) and not NOT_THE_APPLICATION.search(path)


def readable(tree: FileTree, path: str) -> str:
    """The text of a file; empty when it is too large, isn't text or was made by a tool."""
    data = tree.read(path) or b""
    if len(data) > SIZE_READ or b"\0" in data:
        return ""
    text = data.decode("utf-8-sig", errors="replace")
    return "" if any(len(line) > LONGEST_LINE for line in text.splitlines()) else text


@lru_cache(maxsize=512)
def parsed(text: str) -> ast.Module | None:
    """The syntax of a Python source; None when this Python can't read it. Nobody may change it: it is shared."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path
