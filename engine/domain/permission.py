"""Roles on a repository, in the order of what they allow (GitHub's repository permission API)."""

from enum import IntEnum


class Role(IntEnum):
    """Somebody's role on a repository; comparable."""

    NONE = 0
    READ = 1
    TRIAGE = 2
    WRITE = 3
    MAINTAIN = 4
    ADMIN = 5
