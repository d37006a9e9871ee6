"""Git commands on a bare repository."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

NO_COMMIT = "0" * 40
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


class GitRefused(Exception):
    """A git command ended with an error: what it was and what git said."""

    def __init__(self, words: Sequence[str], said: str) -> None:
        super().__init__(f"running git {' '.join(words)}: {said.strip() or 'it ended without a word'}")


def git_environment() -> dict[str, str]:
    """An environment in which nobody's own git configuration counts."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "HOME": os.devnull,
        "LC_ALL": "C",
    }


def git(
    repository: Path, *words: str, feed: bytes | None = None, environment: Mapping[str, str] | None = None
) -> bytes:
    """What a git command printed; raises GitRefused when it ended with an error."""
    done = _run(repository, words, feed, environment)
    if done.returncode != 0:
        raise GitRefused(words, done.stderr.decode(errors="replace"))
    return done.stdout


def git_text(repository: Path, *words: str) -> str:
    """What a git command printed, as text without the last line end."""
    return git(repository, *words).decode(errors="replace").rstrip("\n")


def git_succeeds(repository: Path, *words: str) -> bool:
    """Whether a git command that answers by its exit status said yes."""
    return _run(repository, words, None, None).returncode == 0


def git_outcome(repository: Path, *words: str) -> tuple[int, str]:
    """Exit status and output of a command whose error status is an answer too."""
    done = _run(repository, words, None, None)
    return done.returncode, done.stdout.decode(errors="replace")


def _run(
    repository: Path, words: Sequence[str], feed: bytes | None, environment: Mapping[str, str] | None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["git", "--git-dir", str(repository), *words],
        input=feed,
        stdin=subprocess.DEVNULL if feed is None else None,
        capture_output=True,
        env=git_environment() | dict(environment or {}),
        check=False,
    )
