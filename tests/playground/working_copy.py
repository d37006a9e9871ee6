"""Real git, used as a person would."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Wren Writer",
    "GIT_AUTHOR_EMAIL": "writer@acme.example",
    "GIT_COMMITTER_NAME": "Wren Writer",
    "GIT_COMMITTER_EMAIL": "writer@acme.example",
    "LC_ALL": "C",
}


class GitSaidNo(Exception):
    """A git command ended with an error, and this is what it said."""


def git(*words: str, folder: Path | None = None) -> str:
    """What a git command printed."""
    done = subprocess.run(["git", *words], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise GitSaidNo(done.stderr)
    return done.stdout.strip()


@dataclass(frozen=True)
class WorkingCopy:
    """A clone with a working tree."""

    folder: Path

    @classmethod
    def clone(cls, url: str, folder: Path) -> "WorkingCopy":
        git("clone", "--quiet", url, str(folder))
        return cls(folder)

    def git(self, *words: str) -> str:
        return git(*words, folder=self.folder)

    def commit(self, name: str, content: str | bytes, *, branch: str | None = None, message: str | None = None) -> str:
        """Commits one file, on a new branch if one is named, and returns the sha."""
        if branch is not None:
            self.git("switch", "--quiet", "--create", branch)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--", name)
        self.git("commit", "--quiet", "--message", message or f"Write {name}")
        return self.head

    def push(self, *words: str) -> None:
        self.git("push", "--quiet", "origin", *words)

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def remote_refs(self) -> dict[str, str]:
        lines = (line.split("\t") for line in self.git("ls-remote", "origin").splitlines())
        return {name: sha for sha, name in lines}
