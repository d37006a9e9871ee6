"""What a scan looks at: the files of one commit with their bytes, and which of them are whose."""

import re
from collections.abc import Iterable
from typing import Protocol

from engine.detect.tree import FileTree
from engine.source.archive import Entry

#: Folders and files that nothing serves: their code never runs for visitors.
ASIDE = re.compile(
    r"(^|/)(tests?|testing|__tests__|__mocks__|specs?|e2e|cypress|docs?|examples?|samples?|demos?|benchmarks?|fixtures?"
    r"|testdata|notebooks?|\.[^./][^/]*)/"
    r"|(^|/)(test_[^/]*|[^/]*_tests?|tests?|conftest|setup|noxfile|tasks|fabfile)\.py$"
    r"|\.(test|spec|stories|config)\.[cm]?[jt]sx?$|(^|/)(gruntfile|gulpfile|jakefile)\.[cm]?[jt]s$",
    re.IGNORECASE,
)
#: What others wrote or tools made.
FOREIGN = re.compile(
    r"(^|/)(node_modules|bower_components|vendor|vendored|third[_-]?party|site-packages|\.?venv|\.yarn|__pycache__)/"
    r"|[.-]min\.(js|css)$|\.(bundle|d)\.[cm]?[jt]sx?$|\.map$",
    re.IGNORECASE,
)
#: Characters of a path in a sentence.
SHOWN = 100


class Files(FileTree, Protocol):
    """A tree that also gives its files one after the other; links among them are never followed."""

    def entries(self) -> Iterable[Entry]:
        """Every file with its bytes."""
        ...


def is_application(path: str) -> bool:
    """True for what runs where visitors come: neither tests, documentation and examples, nor what others wrote."""
    return not ASIDE.search(path) and not FOREIGN.search(path)


def shown(path: str) -> str:
    """A path in a sentence: on one line, without what can't be seen, and not without end."""
    seen = "".join(each if each.isprintable() else "?" for each in path)
    return seen if len(seen) <= SHOWN else f"…{seen[-SHOWN:]}"


def is_text(content: bytes) -> bool:
    """False for pictures, archives and the like."""
    return b"\0" not in content[:8192]
