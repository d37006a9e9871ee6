"""The Forge at GitHub."""

import base64
import binascii
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from engine.domain.event import PullRequest, Repository
from engine.domain.permission import Role
from engine.errors import Denied, Gone
from engine.forge import payload_models as models
from engine.forge.clients import GitHubClients, read_answer
from engine.forge.grants import CLONE, LOOK
from engine.forge.payload_values import pull_request_of, repository_of
from engine.forge.port import Change, CloneCredentials, RepositoryRef

#: Changed files that are read: so many pages of so many; a pull request that changes more touches everything.
PAGES, PER_PAGE = 3, 100

#: GitHub's role names; custom roles fall back on `permission`, the role that they are built on.
ROLES = {
    "read": Role.READ,
    "triage": Role.TRIAGE,
    "write": Role.WRITE,
    "maintain": Role.MAINTAIN,
    "admin": Role.ADMIN,
}


class Permission(models.Json):
    """`GET …/collaborators/{login}/permission`."""

    permission: str
    role_name: str = ""
    user: models.Account | None = None


class Content(BaseModel):
    """`GET …/contents/{path}` of a file; folders are lists, links and submodules have other types."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    type: str
    encoding: str = ""
    content: str = ""


class Message(models.Json):
    """The part of a commit that holds its message."""

    message: str = ""


class Commit(models.Json):
    """`GET …/commits/{sha}`."""

    commit: Message


class ChangedFile(models.Json):
    """A file of `GET …/pulls/{number}/files`."""

    filename: str
    #: Where it was before it was moved.
    previous_filename: str | None = None


class GitHubForge:
    """Reads of GitHub with tokens that reach one repository and read only."""

    def __init__(self, clients: GitHubClients) -> None:
        self.clients = clients

    def find(self, full_name: str) -> tuple[int, Repository]:
        """The repository that has that name now; unknown to us and hidden from us are the same."""
        installation_id, found = self.clients.repository_named(full_name)
        return installation_id, repository_of(found)

    def read_file(self, repository: RepositoryRef, path: str, ref: str) -> bytes | None:
        """The bytes of a file of at most 1 MB; None when there is no file of that name."""
        where = f"/contents/{quote(path)}"
        try:
            body = self.clients.request(repository, LOOK, "GET", where, params={"ref": ref})
        except Gone:
            return None
        if body.lstrip().startswith(b"["):
            return None
        content = read_answer(Content, body, f"reading {path}")
        if content.type != "file":
            return None
        if content.encoding != "base64":
            raise Denied(f"reading {path}: the file is larger than 1 MB")
        try:
            return base64.b64decode(content.content)
        except binascii.Error as error:
            raise Denied(f"reading {path}: its bytes can't be decoded") from error

    def permission(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """The role of `login`; an account that GitHub doesn't know has none. Raises Gone with the installation.

        A login is free for others once its account is renamed or deleted: one of another id than `account` has none.
        """
        where = f"/collaborators/{quote(login, safe='')}/permission"
        self.clients.token(repository, LOOK)
        try:
            found = self.clients.ask(Permission, repository, LOOK, "GET", where)
        except Gone:
            # A token that had to be minted anew, and could not, says nothing about the account.
            self.clients.token(repository, LOOK)
            return Role.NONE
        if account and found.user is not None and found.user.id != account:
            return Role.NONE
        return ROLES.get(found.role_name) or ROLES.get(found.permission, Role.NONE)

    def clone_credentials(self, repository: RepositoryRef) -> CloneCredentials:
        """A token that reads this one repository, and the address that it is for."""
        url = f"{self.clients.app.web_url}/{repository.full_name}.git"
        return CloneCredentials(url, "x-access-token", self.clients.token(repository, CLONE))

    def pull_request(self, repository: RepositoryRef, number: int) -> PullRequest:
        """A pull request as GitHub has it now."""
        return pull_request_of(self.clients.ask(models.PullRequest, repository, LOOK, "GET", f"/pulls/{number}"))

    def change(self, repository: RepositoryRef, number: int, sha: str, *, with_paths: bool) -> Change:
        """The head commit's message and, if asked for, the paths of the pull request, at most 300."""
        # One file a page: this call is for the message, and GitHub would send the commit's whole diff along.
        commit = self.clients.ask(Commit, repository, LOOK, "GET", f"/commits/{quote(sha)}", params={"per_page": 1})
        return Change(commit.commit.message, self._paths(repository, number) if with_paths else None)

    def _paths(self, repository: RepositoryRef, number: int) -> tuple[str, ...] | None:
        """Where files were and are; None when there are more than are read."""
        paths: set[str] = set()
        for page in range(1, PAGES + 1):
            where = f"/pulls/{number}/files"
            page_of: dict[str, str | int] = {"per_page": PER_PAGE, "page": page}
            files = self.clients.ask(list[ChangedFile], repository, LOOK, "GET", where, params=page_of)
            paths |= {name for file in files for name in (file.filename, file.previous_filename) if name}
            if len(files) < PER_PAGE:
                return tuple(sorted(paths))
        return None
