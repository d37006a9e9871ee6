"""The subjects that are mirrored at GitHub, and the marks that ask for it."""

from sqlalchemy import Connection

from engine.store import asks, outbox

COMMENT = "github_comment"
CHECK = "github_check"
REACTION = "github_reaction"


def mark_comment(connection: Connection, *, installation_id: int, repository_id: int, number: int) -> None:
    """The sticky comment of a pull request should show the state of now; so should the asks that its builds ended."""
    key = f"comment:{repository_id}:{number}"
    outbox.mark(connection, key, COMMENT, installation_id=installation_id, repository_id=repository_id)
    for comment_id in asks.end_with_builds(connection, repository_id, number):
        mark_reaction(connection, installation_id=installation_id, repository_id=repository_id, comment_id=comment_id)


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


def parts_of(key: str) -> tuple[int, str]:
    """Repository id and the last part (number, sha or comment id) of a subject's key."""
    _, repository_id, rest = key.split(":", 2)
    return int(repository_id), rest
