"""The subjects that are mirrored at GitHub, and the marks that ask for it."""

from sqlalchemy import Connection, select

from engine.reports.ended_asks import end_asks
from engine.reports.slack_marks import mark_about
from engine.store import asks, outbox
from engine.store.schema import previews

COMMENT = "github_comment"
CHECK = "github_check"
REACTION = "github_reaction"
DEPLOYMENT = "github_deployment"
GATE = "github_gate"
COMMIT = "github_commit_comment"
DRIFT = "github_drift"


def mark_comment(connection: Connection, *, installation_id: int, repository_id: int, number: int) -> None:
    """What a pull request shows of itself should show the state of now: its sticky comment, the deployment of its
    preview, its messages in Slack, and the asks that have nothing to wait for any more.
    """
    where = {"installation_id": installation_id, "repository_id": repository_id}
    outbox.mark(connection, f"comment:{repository_id}:{number}", COMMENT, **where)
    mine = select(previews.c.id).where(previews.c.repository_id == repository_id, previews.c.number == number)
    for preview_id in connection.execute(mine).scalars().all():
        mark_deployment(connection, **where, subject=preview_id)
        mark_about(connection, repository_id, preview_id)
    for comment_id in end_asks(connection, repository_id, number):
        mark_reaction(connection, **where, comment_id=comment_id)


def mark_check(connection: Connection, *, installation_id: int, repository_id: int, sha: str) -> None:
    """The check run of a commit should show the state of now."""
    key = f"check:{repository_id}:{sha}"
    outbox.mark(connection, key, CHECK, installation_id=installation_id, repository_id=repository_id)


def mark_reaction(connection: Connection, *, installation_id: int, repository_id: int, comment_id: int) -> None:
    """The reactions on a command's comment should show how it went; a button has none."""
    if comment_id == asks.NO_COMMENT:
        return
    key = f"reaction:{repository_id}:{comment_id}"
    outbox.mark(connection, key, REACTION, installation_id=installation_id, repository_id=repository_id)


def mark_deployment(connection: Connection, *, installation_id: int, repository_id: int, subject: str) -> None:
    """The GitHub deployment of a release (`dep_…`) or of a preview (`pv_…`) should show the state of now."""
    key = f"deployment:{repository_id}:{subject}"
    outbox.mark(connection, key, DEPLOYMENT, installation_id=installation_id, repository_id=repository_id)


def mark_gate(connection: Connection, *, installation_id: int, repository_id: int, gate_id: str) -> None:
    """The check run of a gate should show the state of now."""
    key = f"gate:{repository_id}:{gate_id}"
    outbox.mark(connection, key, GATE, installation_id=installation_id, repository_id=repository_id)


def mark_commit(
    connection: Connection, *, installation_id: int, repository_id: int, environment_id: str, sha: str
) -> None:
    """The comment on a commit should show how its deploys to an environment go: there is one only where one failed."""
    key = f"commit:{repository_id}:{environment_id}:{sha}"
    outbox.mark(connection, key, COMMIT, installation_id=installation_id, repository_id=repository_id)


def mark_drift(
    connection: Connection, *, installation_id: int, repository_id: int, environment_id: str, sha: str
) -> None:
    """The check run that tells of a drift should show the state of now."""
    key = f"drift:{repository_id}:{environment_id}:{sha}"
    outbox.mark(connection, key, DRIFT, installation_id=installation_id, repository_id=repository_id)


def parts_of(key: str) -> tuple[int, str]:
    """Repository id and the last part (number, sha, id, or what `place_of` splits) of a subject's key."""
    _, repository_id, rest = key.split(":", 2)
    return int(repository_id), rest


def place_of(key: str) -> tuple[int, str, str]:
    """Repository id, environment id and sha of a key that is about a commit in an environment."""
    repository_id, rest = parts_of(key)
    environment_id, _, sha = rest.partition(":")
    return repository_id, environment_id, sha
