"""Real git repositories for tests."""

import subprocess
from pathlib import Path

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    """Runs git; what it said."""
    argv = ["git", *IDENTITY, *arguments]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "GIT_CONFIG_GLOBAL": "/dev/null"}
    done = subprocess.run(argv, cwd=folder, input=stdin, capture_output=True, check=True, env=environment)
    return done.stdout.decode().strip()


def a_repository(folder: Path, files: dict[str, str]) -> str:
    """A repository with one commit of `files`; the commit's id."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    return commit(folder, files)


def commit(folder: Path, files: dict[str, str]) -> str:
    """One more commit that adds or changes `files`; its id."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "change")
    return git(folder, "rev-parse", "HEAD")


def hand_made_commit(folder: Path, entries: list[tuple[str, str, str]]) -> str:
    """A commit whose tree is exactly `entries` (mode, name, object id), however strange."""
    raw = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
    tree = git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)
    made = git(folder, "commit-tree", tree, "-m", "strange")
    git(folder, "update-ref", "refs/heads/strange", made)
    return made
