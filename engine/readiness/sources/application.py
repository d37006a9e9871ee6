"""Which files of a repository are the application's own, and how they are read."""

import codecs
import posixpath
import re
from collections.abc import Collection, Iterator

from engine.detect.tree import FileTree, SubTree
from engine.readiness.facts import Facts

#: Folders and files that nothing serves. Paths are relative to the application's folder.
NOT_THE_APPLICATION = re.compile(
    r"(^|/)(tests?|__tests__|mocks?|__mocks__|specs?|e2e|cypress|docs?|examples?|samples?|benchmarks?|notebooks?|fixtures?"
    r"|node_modules|bower_components|vendor|vendored|third[_-]?party|site-packages|venv|\.[^/]+)/"
    r"|(^|/)(test_[^/]*|[^/]*_test|tests?|conftest|setup|noxfile|fabfile|docs?/conf)\.py$"
    r"|\.(test|spec|stories|config|min|bundle|d)\.[cm]?[jt]sx?$|[.-]min\.(js|css)$"
)
PYTHON_MANIFESTS = frozenset({"requirements.txt", "pyproject.toml", "Pipfile", "setup.py"})
NODE_MANIFESTS = frozenset({"package.json"})
#: Bytes of a file that is read at most.
SIZE_READ = 256 * 1024
#: Files that are read at most for one question, and their bytes together: parsed, dense Python takes 280 times as much.
FILES_READ = 400
TOTAL_READ = 3 * 1024 * 1024


def application(facts: Facts) -> FileTree:
    """The tree of the application's folder; its paths are relative to that."""
    root = facts.project.root
    return facts.tree if root == "." else SubTree(facts.tree, root)


def in_repository(facts: Facts, path: str) -> str:
    """The repository's path of a path in the application's folder."""
    return posixpath.normpath(posixpath.join(facts.project.root, path)) if path else ""


def is_application(path: str) -> bool:
    """False for tests, documentation, examples, and what others wrote or tools made."""
    return NOT_THE_APPLICATION.search(path) is None


def text_of(tree: FileTree, path: str, size: int = SIZE_READ) -> str | None:
    """A file's text; None when it isn't there, is larger than `size` bytes, or isn't text."""
    data = tree.read(path)
    if data is None or len(data) > size:
        return None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # What PowerShell writes; pip reads it too.
        return data.decode("utf-16", errors="replace").replace("\r\n", "\n")
    if b"\0" in data[:4096]:
        return None
    return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def nearest(whole: FileTree, root: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of these files in the application's folder, else in the nearest folder above; paths of the repository."""
    folder = "" if root == "." else root
    while True:
        here = tuple(path for name in names if whole.read(path := posixpath.join(folder, name)) is not None)
        if here or not folder:
            return here
        folder = posixpath.dirname(folder)


def nested(paths: Collection[str], manifests: frozenset[str]) -> tuple[str, ...]:
    """Folders below with a manifest of their own: another application or package lies there."""
    folders = {posixpath.dirname(path) for path in paths if posixpath.basename(path) in manifests}
    return tuple(sorted(f"{folder}/" for folder in folders if folder and is_application(f"{folder}/x")))


def application_texts(tree: FileTree, endings: tuple[str, ...], manifests: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Path and text of the application's own files with these endings, the uppermost first; bounded.

    What lies below a folder with a manifest of its own isn't this application's.
    """
    every = tree.paths()
    others = nested(every, manifests)
    paths = [path for path in every if path.endswith(endings) and is_application(path) and not path.startswith(others)]
    total = 0
    for path in sorted(paths, key=lambda each: (each.count("/"), each))[:FILES_READ]:
        text = text_of(tree, path)
        if text is None:
            continue
        total += len(text)
        if total > TOTAL_READ:
            return
        yield path, text


def line_at(text: str, offset: int) -> int:
    """The line (from 1) of a place in a text."""
    return text.count("\n", 0, offset) + 1
