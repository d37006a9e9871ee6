"""Roles on a repository, weakest first, and what each may do."""

ROLES = ("none", "read", "triage", "write", "maintain", "admin")

#: What the collaborators API calls a permission, and the role that it grants.
GRANTS = {
    "pull": "read",
    "triage": "triage",
    "push": "write",
    "maintain": "maintain",
    "admin": "admin",
    "read": "read",
    "write": "write",
}


def at_least(role: str, needed: str) -> bool:
    """Whether a role includes another."""
    return ROLES.index(role) >= ROLES.index(needed)


def permissions_of(role: str) -> dict[str, bool]:
    """The five flags that GitHub shows with a repository."""
    return {
        "admin": at_least(role, "admin"),
        "maintain": at_least(role, "maintain"),
        "push": at_least(role, "write"),
        "triage": at_least(role, "triage"),
        "pull": at_least(role, "read"),
    }


def legacy_permission(role: str) -> str:
    """The four-valued permission of the collaborators API: maintain counts as write, triage as read."""
    return {"maintain": "write", "triage": "read"}.get(role, role)
