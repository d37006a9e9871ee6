"""What a token may do: each call asks for the least that GitHub demands for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """Permissions of an installation token, by GitHub's names (`metadata: read` comes with every token)."""

    permissions: tuple[tuple[str, str], ...]


CLONE = Grant((("contents", "read"),))
LOOK = Grant((("contents", "read"), ("pull_requests", "read")))
WRITE_CHECKS = Grant((("checks", "write"),))
WRITE_CONVERSATION = Grant((("pull_requests", "write"),))

#: Everything above; the GitHub App must be granted no less (`app.yml`).
GRANTS = (CLONE, LOOK, WRITE_CHECKS, WRITE_CONVERSATION)
