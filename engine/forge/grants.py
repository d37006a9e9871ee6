"""What a token may do: each call asks for the least that GitHub demands for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """Permissions of an installation token, by GitHub's names (`metadata: read` comes with every token)."""

    permissions: tuple[tuple[str, str], ...]


CLONE = Grant((("contents", "read"),))
LOOK = Grant((("contents", "read"), ("pull_requests", "read")))
LOOK_AT_CHECKS = Grant((("checks", "read"), ("statuses", "read")))
WRITE_CHECKS = Grant((("checks", "write"),))
WRITE_CONVERSATION = Grant((("pull_requests", "write"),))
WRITE_DEPLOYMENTS = Grant((("deployments", "write"),))
#: GitHub lets whoever reads a commit comment on it, but wants as much for an edit of that comment as for a push.
COMMENT_ON_COMMITS = Grant((("contents", "read"),))
EDIT_ON_COMMITS = Grant((("contents", "write"),))

#: A fix that somebody asked for, as a commit on a pull request's branch.
WRITE_FILES = Grant((("contents", "write"),))

#: The GitHub App asks for no less (`app.yml`). Who doesn't grant `contents: write` (docs/decisions/0013) loses only
#: this: fixes come as suggestions, and a comment on a commit is followed by a second one instead of an edit.
GRANTS = (
    CLONE,
    LOOK,
    LOOK_AT_CHECKS,
    WRITE_CHECKS,
    WRITE_CONVERSATION,
    WRITE_DEPLOYMENTS,
    COMMENT_ON_COMMITS,
    EDIT_ON_COMMITS,
    WRITE_FILES,
)
