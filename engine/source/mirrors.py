"""Bare mirrors on this machine: fetches exactly one commit, one fetch per repository at a time."""

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Cause, Denied, Gone, StageFailed, Unreachable
from engine.forge.port import CloneCredentials
from engine.shell.port import Output, Shell
from engine.source.git import Git, remote_environment
from engine.source.snapshot import Limits, Snapshot, read_snapshot

#: Seconds for one fetch.
FETCH_TIMEOUT = 180.0
#: Seconds for what only reads the mirror.
READ_TIMEOUT = 60.0
#: Commits below a branch's tip that are fetched when the host doesn't give a commit by its id.
FALLBACK_DEPTH = 50


@dataclass(frozen=True)
class Wanted:
    """One commit of a repository, and where else it may be found."""

    repository_id: int
    sha: str
    #: Full refs that had it lately, such as `refs/pull/12/head`.
    refs: tuple[str, ...] = ()


class GitMirrors:
    """Sources of commits. `extra_protocols` is for tests that fetch from a folder."""

    def __init__(
        self, shell: Shell, folder: Path, *, limits: Limits | None = None, extra_protocols: Sequence[str] = ()
    ) -> None:
        self._shell = shell
        self._folder = folder
        self._limits = limits or Limits()
        self._extra_protocols = tuple(extra_protocols)

    def snapshot(self, wanted: Wanted, credentials: CloneCredentials) -> Snapshot:
        """The files of the commit. Raises StageFailed, Denied, Gone, Unreachable."""
        mirror = self._folder / f"{wanted.repository_id}.git"
        git = Git(self._shell, mirror, self._bound_files())
        with _locked(mirror):
            _sweep(mirror)
            is_new = self._prepare(git, mirror)
            known = None if is_new else read_snapshot(git, wanted.sha, self._limits)
            return known or self._fetched(git, wanted, credentials)

    def _prepare(self, git: Git, mirror: Path) -> bool:
        """True when the mirror was made just now."""
        if (mirror / "HEAD").exists():
            return False
        mirror.mkdir(parents=True, exist_ok=True)
        made = git.run(("init", "--quiet", "--bare", "--", str(mirror)), timeout=READ_TIMEOUT)
        if made.exit_code:
            raise Unreachable(f"making the mirror {mirror.name}: {_last_line(made)}")
        return True

    def _fetched(self, git: Git, wanted: Wanted, credentials: CloneCredentials) -> Snapshot:
        """By its id; where the host doesn't give commits by id, by the refs that had it."""
        answer = self._fetch_one(git, wanted, credentials, wanted.sha, 1)
        for ref in (*wanted.refs, ""):
            snapshot = read_snapshot(git, wanted.sha, self._limits)
            if snapshot is not None:
                return snapshot
            if ref:
                answer = self._fetch_one(git, wanted, credentials, ref, FALLBACK_DEPTH)
        raise _why_not(answer, wanted, self._limits)

    def _fetch_one(self, git: Git, wanted: Wanted, credentials: CloneCredentials, what: str, depth: int) -> Output:
        # A ref of our own keeps the commit, so that the next fetch transfers only what changed.
        kept = f"+{what}:refs/slipway/{'newest' if what == wanted.sha else 'branch'}"
        return git.run(
            ("fetch", "--quiet", "--no-tags", f"--depth={depth}", "--", credentials.url, kept),
            timeout=FETCH_TIMEOUT,
            environment=remote_environment(credentials, self._extra_protocols),
        )

    def _bound_files(self) -> tuple[str, ...]:
        """Where the system has prlimit, a repository that is too big stops while it is fetched."""
        tool = shutil.which("prlimit")
        return (tool, f"--fsize={self._limits.fetched_bytes}", "--") if tool else ()


def held(folder: Path) -> set[int]:
    """The repositories that a folder holds mirrors of."""
    return {int(mirror.stem) for mirror in folder.glob("*.git") if mirror.stem.isdecimal()}


def remove(folder: Path, repository_id: int) -> None:
    """Takes a mirror away, once nobody reads it. Its lock stays: somebody may be waiting for it."""
    mirror = folder / f"{repository_id}.git"
    with _locked(mirror):
        shutil.rmtree(mirror, ignore_errors=True)


@contextmanager
def _locked(mirror: Path) -> Iterator[None]:
    """One at a time, among the processes of this machine."""
    mirror.parent.mkdir(parents=True, exist_ok=True)
    with mirror.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(mirror: Path) -> None:
    """Takes away what a git that was killed left behind: ours is the only lock that counts."""
    for left in ("*.lock", "refs/**/*.lock", "objects/pack/tmp_pack_*"):
        for each in list(mirror.glob(left)):
            each.unlink(missing_ok=True)


def _why_not(answer: Output, wanted: Wanted, limits: Limits) -> Exception:
    """The error for a commit that didn't come."""
    said = answer.stderr.decode(errors="replace")
    doing = f"fetching the commit {wanted.sha[:7]}"
    if "File size limit" in said or "file too large" in said.lower() or answer.exit_code in (-25, 153):
        return StageFailed(limits.too_big(f"more than {limits.fetched_bytes >> 20} MB to fetch"))
    if "Authentication failed" in said or "error: 403" in said or "error: 401" in said or "could not read User" in said:
        return Denied(f"{doing}: GitHub refused our credentials for this repository")
    if "not found" in said and "repository" in said:
        return Gone(f"{doing}: the repository is not there any more")
    if answer.exit_code == 0 or "not our ref" in said or "couldn't find remote ref" in said:
        cause = Cause(
            f"The commit {wanted.sha[:7]} is not in the repository any more.",
            "Push again, or comment `/preview` for the newest commit.",
            "commit_gone",
        )
        return StageFailed(cause)
    return Unreachable(f"{doing}: {_last_line(answer)}")


def _last_line(answer: Output) -> str:
    lines = answer.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else f"git ended with {answer.exit_code}"
