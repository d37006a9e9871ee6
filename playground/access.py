"""What a caller may do in a repository: 404 for what they may not see, 403 for what they may not do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from playground.accounts import Account
from playground.callers import AnInstallation, Anonymous, APerson, Caller, TheApp
from playground.hub import Hub
from playground.installations import covers, installation_of
from playground.members import is_member
from playground.refusals import BadCredentials, Forbidden, NotFound
from playground.repositories import Repository, repository_by_name, role_of
from playground.roles import at_least

NEEDS_PUSH = "Must have push access to this repository."
ARCHIVED = "Repository was archived so is read-only."
NEEDS_ADMIN = "Must have admin rights to Repository."


@dataclass(frozen=True)
class Need:
    """What a call asks for: one of these App permissions, and this role of a person."""

    permissions: tuple[str, ...]
    #: read or write.
    level: str
    role: str
    #: Whether it leaves something behind, though reading is all that it asks for.
    leaves: bool = False

    @property
    def writes(self) -> bool:
        """Whether nobody at all may do it where nothing is written any more, and nobody unknown anywhere."""
        return self.leaves or self.level != "read"


READ_METADATA = Need(("metadata",), "read", "read")
READ_CONTENTS = Need(("contents",), "read", "read")
WRITE_CONTENTS = Need(("contents",), "write", "write")
READ_PULLS = Need(("pull_requests",), "read", "read")
WRITE_PULLS = Need(("pull_requests",), "write", "read")
READ_CONVERSATION = Need(("issues", "pull_requests"), "read", "read")
WRITE_CONVERSATION = Need(("issues", "pull_requests"), "write", "read")
TRIAGE = Need(("issues", "pull_requests"), "write", "triage")
READ_CHECKS = Need(("checks",), "read", "read")
READ_STATUSES = Need(("statuses",), "read", "read")
WRITE_STATUSES = Need(("statuses",), "write", "write")
READ_DEPLOYMENTS = Need(("deployments",), "read", "read")
WRITE_DEPLOYMENTS = Need(("deployments",), "write", "write")
READ_ENVIRONMENTS = Need(("actions",), "read", "read")
# GitHub's table of permissions for Apps: said with contents: read, changed only with contents: write.
COMMENT_COMMITS = Need(("contents",), "read", "read", leaves=True)
CHANGE_COMMIT_COMMENTS = Need(("contents",), "write", "read")
READ_MEMBERS = Need(("members",), "read", "read")
READ_ADMINISTRATION = Need(("administration",), "read", "admin")
ADMINISTER = Need(("administration",), "write", "admin")


def open_repository(hub: Hub, caller: Caller, owner: str, name: str, need: Need) -> Repository:
    """The repository by its name, if the caller may do what is needed there."""
    return allowed(hub, caller, repository_by_name(hub, owner, name), need)


def allowed(hub: Hub, caller: Caller, repository: Repository, need: Need) -> Repository:
    """The repository itself, or GitHub's refusal."""
    match caller:
        case Anonymous():
            _anonymous(repository, need)
        case TheApp():
            raise BadCredentials()
        case AnInstallation():
            _installation(hub, caller, repository, need)
        case APerson():
            _person(hub, caller, repository, need)
        case _:
            assert_never(caller)
    if repository.archived and need.writes and need != ADMINISTER:
        raise Forbidden(ARCHIVED)
    return repository


def may_see(hub: Hub, caller: Caller, repository: Repository) -> bool:
    """Whether the caller may know that a repository exists."""
    match caller:
        case Anonymous() | TheApp():
            return not repository.private
        case AnInstallation():
            return not repository.private or sees(hub, caller, repository)
        case APerson():
            return _person_sees(hub, caller, repository)
        case _:
            assert_never(caller)


def sees(hub: Hub, caller: AnInstallation, repository: Repository) -> bool:
    """Whether an installation's token reaches a repository."""
    if caller.repository_ids is not None and repository.id not in caller.repository_ids:
        return False
    return covers(hub, caller.installation, repository)


def author_of(hub: Hub, caller: Caller) -> Account:
    """In whose name the caller writes; nobody and the App itself write nothing."""
    match caller:
        case APerson():
            return caller.account
        case AnInstallation():
            return hub.bot()
        case Anonymous():
            raise BadCredentials("Requires authentication")
        case TheApp():
            raise BadCredentials()
        case _:
            assert_never(caller)


def viewer_role(hub: Hub, caller: Caller, repository: Repository) -> str | None:
    """The role shown as `permissions` with a repository, for callers who get to see one."""
    return role_of(hub, caller.account, repository) if isinstance(caller, APerson) else None


def check_reads_organisation(hub: Hub, caller: Caller, organisation: Account) -> None:
    """Refuses whoever may not know who is in an organisation: its members may, and an App with members: read."""
    match caller:
        case APerson():
            if not is_member(hub, organisation, caller.account):
                raise Forbidden(f"You must be a member of {organisation.login} to see this.")
        case AnInstallation():
            if caller.installation.account_id != organisation.id or not grants(caller.permissions, READ_MEMBERS):
                raise Forbidden()
        case Anonymous() | TheApp():
            raise BadCredentials("Requires authentication")
        case _:
            assert_never(caller)


def grants(permissions: Mapping[str, str], need: Need) -> bool:
    """Whether a set of App permissions includes what is needed."""
    enough = ("read", "write", "admin") if need.level == "read" else ("write", "admin")
    return any(permissions.get(name) in enough for name in need.permissions)


def _anonymous(repository: Repository, need: Need) -> None:
    if repository.private:
        raise NotFound()
    if need.writes:
        raise BadCredentials("Requires authentication")


def _installation(hub: Hub, caller: AnInstallation, repository: Repository, need: Need) -> None:
    if sees(hub, caller, repository):
        if not grants(caller.permissions, need):
            raise Forbidden()
    elif repository.private:
        raise NotFound()
    elif need.writes:
        raise Forbidden()


def _person(hub: Hub, caller: APerson, repository: Repository, need: Need) -> None:
    if not _person_sees(hub, caller, repository):
        raise NotFound()
    if caller.through_app and not grants(hub.settings.app_permissions, need) and (need.writes or repository.private):
        raise Forbidden()
    if not at_least(role_of(hub, caller.account, repository), need.role):
        raise Forbidden(NEEDS_ADMIN if need.role == "admin" else NEEDS_PUSH)


def _person_sees(hub: Hub, caller: APerson, repository: Repository) -> bool:
    if not at_least(role_of(hub, caller.account, repository), "read"):
        return False
    # A token of the App reaches only what both the person and an installation reach.
    return not (caller.through_app and repository.private and installation_of(hub, repository) is None)
