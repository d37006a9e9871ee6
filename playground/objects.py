"""What a bare repository holds: refs, commits, trees, differences."""

import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.git import EMPTY_TREE, GitRefused, git, git_outcome, git_succeeds, git_text

FIELDS = ("%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B")
MOST_PATCH_BYTES = 200_000
#: What makes a name an expression to git; names of branches and tags hold none of it.
EXPRESSION = re.compile(r"[\x00-\x20~^:?*\[\\\x7f]|\.\.|@\{|^-")
ABBREVIATED = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True)
class Signature:
    """Who and when."""

    name: str
    email: str
    date: str


@dataclass(frozen=True)
class Commit:
    """One commit as git knows it."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


@dataclass(frozen=True)
class ChangedFile:
    """One file of a difference; the counts are zero for binary files."""

    path: str
    #: added, removed, modified or renamed.
    status: str
    additions: int
    deletions: int
    blob: str
    previous_path: str | None


@dataclass(frozen=True)
class Entry:
    """One name in a tree."""

    mode: str
    #: blob, tree or commit (a submodule).
    kind: str
    sha: str
    size: int
    path: str


def create_bare(path: Path, default_branch: str) -> None:
    """An empty repository that serves what GitHub serves and refuses pushes to refs/pull."""
    if path.exists():  # left by a start that was cut short before its rows were written
        shutil.rmtree(path)
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--bare", "--template=", f"--initial-branch={default_branch}")
    for key, value in (
        ("http.receivepack", "true"),
        ("uploadpack.allowAnySHA1InWant", "true"),
        ("uploadpack.allowFilter", "true"),
        ("receive.hideRefs", "refs/pull"),
        ("receive.autogc", "false"),
        ("gc.auto", "0"),
        ("core.hooksPath", "/dev/null"),
        ("core.logAllRefUpdates", "false"),
    ):
        git(path, "config", key, value)


def refs(path: Path, *patterns: str) -> dict[str, str]:
    """Ref names and the objects they point at."""
    listed = git_text(path, "for-each-ref", "--format=%(refname) %(objectname)", "--", *patterns)
    pairs = (line.rsplit(" ", 1) for line in listed.splitlines())
    return {pair[0]: pair[1] for pair in pairs}


def branches(path: Path) -> dict[str, str]:
    """Branch names and their heads."""
    return {name.removeprefix("refs/heads/"): sha for name, sha in refs(path, "refs/heads/").items()}


def resolve(path: Path, name: str) -> str | None:
    """The commit of a branch, a tag, a full ref or a sha; nothing when there is none."""
    if not name or EXPRESSION.search(name):
        return None
    named = (f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}", *([name] if name.startswith("refs/") else []))
    for candidate in (*named, *([name] if ABBREVIATED.fullmatch(name) else [])):
        try:
            return git_text(path, "rev-parse", "--verify", "--quiet", "--end-of-options", candidate + "^{commit}")
        except GitRefused:
            continue
    return None


def has_commit(path: Path, sha: str) -> bool:
    """Whether a full sha names a commit that is here."""
    return len(sha) == 40 and git_succeeds(path, "cat-file", "-e", sha + "^{commit}")


def is_ancestor(path: Path, older: str, newer: str) -> bool:
    return git_succeeds(path, "merge-base", "--is-ancestor", older, newer)


def merge_base(path: Path, one: str, other: str) -> str | None:
    status, found = git_outcome(path, "merge-base", one, other)
    return found.strip() if status == 0 else None


def commit(path: Path, sha: str) -> Commit:
    """One commit by its sha."""
    return commits(path, "--max-count=1", sha)[0]


def commits(path: Path, *selection: str) -> list[Commit]:
    """Commits in the order of `git log` for the given revisions and options."""
    text = git(path, "log", "-z", "--format=" + "%x00".join(FIELDS), *selection, "--").decode(errors="replace")
    fields = text.split("\0")
    width = len(FIELDS)
    return [_commit(fields[start : start + width]) for start in range(0, len(fields) - width + 1, width)]


def changed_names(path: Path, shas: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """For each commit the added, removed and modified paths, as a push payload lists them."""
    feed = "".join(f"{sha}\n" for sha in shas).encode()
    words = ("diff-tree", "--stdin", "-r", "--root", "-m", "--first-parent", "--no-renames", "--name-status", "-z")
    tokens = iter(git(path, *words, feed=feed).decode(errors="replace").split("\0"))
    found: dict[str, dict[str, list[str]]] = {sha: {"added": [], "removed": [], "modified": []} for sha in shas}
    current = ""
    for token in tokens:
        if len(token) == 40:
            current = token
        elif token:
            kind = {"A": "added", "D": "removed"}.get(token, "modified")
            found[current][kind].append(next(tokens))
    return found


def changed_files(path: Path, before: str, after: str) -> list[ChangedFile]:
    """The files that differ between two trees, renames found."""
    raw = git(path, "diff-tree", "-r", "-z", "-M", "--raw", "--abbrev=40", before, after).decode(errors="replace")
    counts = dict(_counts(git(path, "diff-tree", "-r", "-z", "-M", "--numstat", before, after)))
    return list(_raw_files(iter(raw.split("\0")), counts))


def patch(path: Path, before: str, after: str, file: ChangedFile) -> str:
    """The hunks of one file, without git's header."""
    paths = [file.path] if file.previous_path is None else [file.previous_path, file.path]
    text = git(path, "diff-tree", "-p", "-M", before, after, "--", *(f":(literal){name}" for name in paths))
    _, mark, hunks = text[:MOST_PATCH_BYTES].decode(errors="replace").partition("\n@@")
    return ("@@" + hunks).rstrip("\n") if mark else ""


def tree_entries(path: Path, commit_sha: str, folder: str) -> list[Entry] | None:
    """The names in a folder of a commit; nothing when it isn't a folder."""
    status, listed = git_outcome(path, "ls-tree", "-l", "-z", f"{commit_sha}:{folder}")
    if status != 0:
        return None
    prefix = f"{folder}/" if folder else ""
    return [_entry(line, prefix) for line in listed.split("\0") if line]


def tree_entry(path: Path, commit_sha: str, file: str) -> Entry | None:
    """The entry at exactly this path of a commit."""
    status, listed = git_outcome(path, "ls-tree", "-l", "-z", commit_sha, "--", file)
    lines = [line for line in listed.split("\0") if line] if status == 0 else []
    return _entry(lines[0], "") if len(lines) == 1 and file else None


def blob(path: Path, sha: str) -> bytes:
    return git(path, "cat-file", "blob", sha)


def first_parent_tree(found: Commit) -> str:
    """What a commit is compared with: its first parent, or nothing at all."""
    return found.parents[0] if found.parents else EMPTY_TREE


def _commit(fields: Sequence[str]) -> Commit:
    sha, tree, parents, *signatures, message = fields
    author, committer = Signature(*signatures[:3]), Signature(*signatures[3:])
    return Commit(sha.lstrip("\n"), tree, tuple(parents.split()), author, committer, message.rstrip("\n"))


def _counts(numstat: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    tokens = iter(numstat.decode(errors="replace").split("\0"))
    for token in tokens:
        if not token:
            continue
        added, removed, name = token.split("\t", 2)
        if not name:  # a rename: the old and the new name follow
            next(tokens)
            name = next(tokens)
        yield name, (0, 0) if added == "-" else (int(added), int(removed))


def _raw_files(tokens: Iterator[str], counts: dict[str, tuple[int, int]]) -> Iterator[ChangedFile]:
    for token in tokens:
        if not token.startswith(":"):
            continue
        _, _, old_blob, new_blob, letter = token.split(" ")
        name = next(tokens)
        previous = None
        if letter[0] in "RC":
            previous, name = name, next(tokens)
        status = {"A": "added", "D": "removed", "R": "renamed", "C": "copied"}.get(letter[0], "modified")
        additions, deletions = counts.get(name, (0, 0))
        yield ChangedFile(name, status, additions, deletions, old_blob if letter == "D" else new_blob, previous)


def _entry(line: str, prefix: str) -> Entry:
    described, name = line.split("\t", 1)
    mode, kind, sha, size = described.split()
    return Entry(mode, kind, sha, 0 if size == "-" else int(size), prefix + name)
