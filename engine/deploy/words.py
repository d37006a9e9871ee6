"""The words that answers about deploys share. Everything foreign in them is escaped."""

from engine.deploy.outcome import Obstacle
from engine.domain.lock import Lock
from engine.domain.release import DEPLOY_LABELS, Release
from engine.reasons import REMEDY, Reason
from engine.reports.escape import code, sentence
from engine.reports.words import moment, short


def who(login: str) -> str:
    """Somebody, without calling them."""
    return code(f"@{login}")


def commit(sha: str) -> str:
    """A commit as people see it."""
    return code(short(sha))


def ref_name(ref: str) -> str:
    """A ref as people write it."""
    number = pull_number(ref)
    return f"pull request #{number}" if number else code(ref.removeprefix("refs/heads/").removeprefix("refs/tags/"))


def pull_number(ref: str) -> int:
    """The pull request whose head a ref is; 0: none."""
    parts = ref.split("/")
    return int(parts[2]) if ref.startswith("refs/pull/") and parts[2].isdigit() else 0


def when(seconds: float) -> str:
    """A moment, with its time zone."""
    return f"{moment(seconds)} UTC"


def release_name(release: Release) -> str:
    """A release with its commit."""
    return f"`{release.name}` of commit {commit(release.sha)}"


def standing(release: Release) -> str:
    """A release with its commit and where it stands."""
    return f"{release_name(release)} ({DEPLOY_LABELS[release.state].lower()})"


def lock_told(lock: Lock) -> str:
    """Who holds a lock, since when and why."""
    why = f": {sentence(lock.reason)}" if lock.reason else "."
    return f"{who(lock.holder)} holds the lock since {when(lock.since)}{why}"


def obstacle(reason: Reason, said: str, opener: str = "") -> Obstacle:
    """What stands in the way, with the usual word on who can open it unless there is a better one."""
    return Obstacle(reason, said, opener or REMEDY[reason])


def counted(number: int, one: str) -> str:
    """Such as `1 approval` and `2 approvals`."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
