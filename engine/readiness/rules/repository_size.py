"""It is small enough to be uploaded, cloned and unpacked."""

import re

from engine.detect.tree import FileTree
from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, Rule, Verdict, broken_by
from engine.readiness.sources.file_size import size_of

MEGABYTE = 1024 * 1024
#: GitHub warns from this size on, and refuses files of twice as much.
FILE_SIZE = 50 * MEGABYTE
#: What Vercel takes from its command line on the smallest plan.
WHOLE_SIZE = 100 * MEGABYTE
#: The most files that Vercel takes from its command line.
FILES = 15_000
#: What stands in place of a file that Git LFS keeps; larger ones are none.
POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?size (?P<size>\d+)\s*$")
POINTER_SIZE = 1024
#: Those that are named at most.
NAMED = 5


def check(facts: Facts) -> Verdict:
    """Reads no more than is needed to know that it is too large."""
    paths = facts.tree.paths()
    if len(paths) > FILES:
        message = f"The repository has {len(paths):,} files: more than the 15,000 that Vercel uploads."
        return broken_by([Hit(message, key="files")])
    found: list[Hit] = []
    total = 0
    for path in paths:
        size = size_of(facts.tree, path)
        total += size
        hit = _large(path, size) if size > FILE_SIZE else _pointer(facts.tree, path) if size < POINTER_SIZE else None
        found += [hit] if hit else []
        if len(found) >= NAMED or total > 4 * WHOLE_SIZE:
            break
    if not found and total > WHOLE_SIZE:
        message = f"The files have more than {total // MEGABYTE} MB together: Vercel uploads 100 MB at most."
        return broken_by([Hit(message, key="size")])
    return broken_by(found)


def _large(path: str, size: int) -> Hit:
    return Hit(f"{path} has {size // MEGABYTE} MB: GitHub warns from 50 MB on and refuses 100 MB.", path)


def _pointer(tree: FileTree, path: str) -> Hit | None:
    """A file that Git LFS keeps elsewhere."""
    found = POINTER.match(tree.read(path) or b"")
    if found is None:
        return None
    size = int(found["size"])
    told = f"{size // MEGABYTE} MB" if size >= MEGABYTE else f"{size} bytes"
    return Hit(f"{path} is kept by Git LFS: most builds get a pointer of three lines in place of its {told}.", path)


RULE = Rule(
    id="repository-size",
    title="The repository is small enough to deploy",
    severity=Severity.WARNING,
    why="Each build fetches it all: large files make every deploy slow, and platforms refuse them from some size on.",
    fix="Keep data, videos and models in a bucket, and what tools make out of git (`.gitignore`).",
    link="https://docs.github.com/en/repositories/working-with-files/managing-large-files/about-large-files-on-github",
    check=check,
    good=Example({"index.html": "<h1>hello</h1>"}),
    bad=Example(
        {"model.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935\nsize 734003200\n"}
    ),
    details=(
        "Looked at: the commit's files, not its history. More than 15,000 files, one of more than 50 MB, or more than "
        "100 MB together are told, and pointers of Git LFS, whose files builds don't get unless they are set up for it."
    ),
)
