"""Writes at GitHub (https://docs.github.com/en/rest/git, https://docs.github.com/en/rest/pulls/comments)."""

import base64
from urllib.parse import quote

from engine.errors import Denied, Gone
from engine.forge import payload_models as models
from engine.forge.clients import GitHubClients
from engine.forge.commit_models import Commit, Ref
from engine.forge.failures import Unauthorized
from engine.forge.grants import LOOK, WRITE_CONVERSATION, WRITE_FILES
from engine.forge.port import RepositoryRef
from engine.forge.writing import BranchMoved, Committed, MayNotPush, NewCommit, NewFile, Suggestion

#: Commits and comments that are looked through for what an earlier try left.
NEWEST = 100


class Made(models.Json):
    """What a git object is found by: blobs, trees, commits."""

    sha: str


class Tree(models.Json):
    """`GET …/git/commits/{sha}`."""

    tree: Made


class Review(models.Json):
    """A review comment."""

    html_url: str
    body: str = ""
    user: models.Account | None = None


class GitHubWriting:
    """Writes with tokens that reach one repository. Authors are left out, so that GitHub names and signs the App."""

    def __init__(self, clients: GitHubClients) -> None:
        self.clients = clients

    def commit(self, repository: RepositoryRef, new: NewCommit) -> Committed | BranchMoved | MayNotPush:
        """Blobs, tree and commit lie loose until the ref moves; git moves it only forwards."""
        try:
            sha = self._loose(repository, new)
            if self._head(repository, new.branch) != new.parent:
                return BranchMoved()
            where = f"/git/refs/heads/{quote(new.branch)}"
            self.clients.request(repository, WRITE_FILES, "PATCH", where, json={"sha": sha, "force": False})
        except Unauthorized:
            raise
        except Denied as error:
            # A push that came between and a protected branch are the same status: the branch itself tells.
            return BranchMoved() if self._head(repository, new.branch) != new.parent else MayNotPush(str(error))
        return Committed(sha)

    def commit_with(self, repository: RepositoryRef, branch: str, line: str) -> str:
        """Looks through the branch's newest commits; by its head, since a tag may have the same name."""
        head = self._head(repository, branch)
        if not head:
            return ""
        params: dict[str, str | int] = {"sha": head, "per_page": NEWEST}
        found = self.clients.ask(list[Commit], repository, LOOK, "GET", "/commits", params=params)
        return next((each.sha for each in found if line in each.commit.message.splitlines()), "")

    def suggest(self, repository: RepositoryRef, number: int, suggestion: Suggestion) -> str:
        """GitHub says itself whether those lines are part of the difference, and whether anybody may speak there."""
        says: dict[str, object] = {
            "body": suggestion.body,
            "commit_id": suggestion.sha,
            "path": suggestion.path,
            "line": suggestion.last,
            "side": "RIGHT",
        }
        if suggestion.first < suggestion.last:
            says |= {"start_line": suggestion.first, "start_side": "RIGHT"}
        where = f"/pulls/{number}/comments"
        try:
            return self.clients.ask(Review, repository, WRITE_CONVERSATION, "POST", where, json=says).html_url
        except Unauthorized:
            raise
        except Denied:
            return ""

    def suggestion_with(self, repository: RepositoryRef, number: int, mark: str) -> str:
        """Anybody can copy the mark: only comments of Apps count."""
        params: dict[str, str | int] = {"sort": "created", "direction": "desc", "per_page": NEWEST}
        where = f"/pulls/{number}/comments"
        found = self.clients.ask(list[Review], repository, WRITE_CONVERSATION, "GET", where, params=params)
        ours = (each for each in found if each.user is not None and each.user.type == "Bot")
        return next((each.html_url for each in ours if mark in each.body), "")

    def _loose(self, repository: RepositoryRef, new: NewCommit) -> str:
        """The commit with all that it is made of; no branch has it yet."""
        found = self.clients.ask(Tree, repository, WRITE_FILES, "GET", f"/git/commits/{new.parent}")
        entries = [self._entry(repository, file) for file in new.files]
        says: dict[str, object] = {"base_tree": found.tree.sha, "tree": entries}
        tree = self.clients.ask(Made, repository, WRITE_FILES, "POST", "/git/trees", json=says)
        says = {"message": new.message, "tree": tree.sha, "parents": [new.parent]}
        return self.clients.ask(Made, repository, WRITE_FILES, "POST", "/git/commits", json=says).sha

    def _entry(self, repository: RepositoryRef, file: NewFile) -> dict[str, str]:
        says = {"content": base64.b64encode(file.content).decode(), "encoding": "base64"}
        blob = self.clients.ask(Made, repository, WRITE_FILES, "POST", "/git/blobs", json=says)
        mode = "100755" if file.program else "100644"
        return {"path": file.path, "mode": mode, "type": "blob", "sha": blob.sha}

    def _head(self, repository: RepositoryRef, branch: str) -> str:
        """Where the branch is; empty: it is gone."""
        try:
            where = f"/git/ref/heads/{quote(branch)}"
            return self.clients.ask(Ref, repository, LOOK, "GET", where).object.sha
        except Gone:
            return ""
