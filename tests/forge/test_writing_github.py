"""What only GitHub has: the App as author, permissions that weren't granted, modes, pushes that come between."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from engine.forge.clients import GitHubClients
from engine.forge.failures import Unanswered
from engine.forge.writing import BranchMoved, Committed, MayNotPush, NewCommit, NewFile, Suggestion
from engine.forge.writing_github import GitHubWriting
from tests.forge.at_playground import AtPlayground, at_playground
from tests.forge.branches import Branch, a_branch

SHOP = "acme/shop"
#: Calls of a commit of one file: the parent, a blob, a tree, the commit, the branch's head, the move.
CALLS = 6
_numbers = itertools.count(1)


@pytest.fixture
def branch(github: AtPlayground) -> Branch:
    return a_branch(github, SHOP, f"feature/writing-{next(_numbers)}")


def _fix(branch: Branch, **says: Any) -> NewCommit:
    known = {"branch": branch.name, "parent": branch.head, "message": "Fix", "files": (NewFile("x", b"\xff"),)}
    return NewCommit(**(known | says))


def _shown(branch: Branch, sha: str) -> Any:
    return branch.github.call("reader", "GET", f"/repos/{SHOP}/commits/{sha}")


def test_the_app_is_the_author_and_all_else_stays(branch: Branch) -> None:
    writing = GitHubWriting(branch.github.clients)
    written = writing.commit(branch.github.ref(SHOP), _fix(branch))
    assert isinstance(written, Committed)
    shown = _shown(branch, written.sha)
    assert shown["author"]["login"] == "slipway[bot]"
    assert [parent["sha"] for parent in shown["parents"]] == [branch.head]
    assert [(file["filename"], file["status"]) for file in shown["files"]] == [("x", "added")]


def test_a_program_stays_one(branch: Branch) -> None:
    writing = GitHubWriting(branch.github.clients)
    new = _fix(branch, files=(NewFile("run.sh", b"#!/bin/sh\n", program=True),))
    written = writing.commit(branch.github.ref(SHOP), new)
    assert isinstance(written, Committed)
    tree = branch.github.call("reader", "GET", f"/repos/{SHOP}/git/commits/{written.sha}")["tree"]["sha"]
    entries = branch.github.call("reader", "GET", f"/repos/{SHOP}/git/trees/{tree}")["tree"]
    assert next(entry["mode"] for entry in entries if entry["path"] == "run.sh") == "100755"


def test_a_push_at_the_very_last_moment_stays(branch: Branch) -> None:
    """Between the last look at the branch and the move of it: GitHub itself refuses what doesn't follow."""
    shop = branch.github.ref(SHOP)
    pushed: list[str] = []

    class Hurried(GitHubWriting):
        def _head(self, repository: Any, name: str) -> str:
            head = super()._head(repository, name)
            if not pushed:
                pushed.append(branch.push("Come between"))
            return head

    assert Hurried(branch.github.clients).commit(shop, _fix(branch)) == BranchMoved()
    head = branch.github.call("reader", "GET", f"/repos/{SHOP}/git/ref/heads/{branch.name}")
    assert head["object"]["sha"] == pushed[0]


def test_a_commit_that_somebody_took_away_does_not_come_back(branch: Branch) -> None:
    """Moving forwards from the older commit would be allowed; it would undo what they did."""
    later = branch.push("Regret this")
    path = f"/repos/{SHOP}/git/refs/heads/{branch.name}"
    branch.github.call("writer", "PATCH", path, {"sha": branch.head, "force": True})
    writing = GitHubWriting(branch.github.clients)
    assert writing.commit(branch.github.ref(SHOP), _fix(branch, parent=later)) == BranchMoved()


class Cut(GitHubClients):
    """Calls have their effect; the answer of the one with that number (from 1) gets lost."""

    left = 0

    def request(self, *asked: Any, **says: Any) -> bytes:
        answer = super().request(*asked, **says)
        self.left -= 1
        if self.left == 0:
            raise Unanswered("asking GitHub: the answer got lost")
        return answer


def test_cut_off_behind_any_call_a_second_try_makes_one_commit(github: AtPlayground) -> None:
    clients, shop = Cut(github.app), github.ref(SHOP)
    writing = GitHubWriting(clients)
    for cut_at in range(1, CALLS + 1):
        branch = a_branch(github, SHOP, f"cut-{cut_at}")
        clients.left = cut_at
        with pytest.raises(Unanswered):
            writing.commit(shop, _fix(branch, message="Fix\n\nMark: 1"))
        sha = writing.commit_with(shop, branch.name, "Mark: 1")
        assert bool(sha) == (cut_at == CALLS)
        if not sha:
            assert isinstance(writing.commit(shop, _fix(branch, message="Fix\n\nMark: 1")), Committed)
        found = github.call("reader", "GET", f"/repos/{SHOP}/commits?sha={branch.name}")
        assert [("Mark: 1" in each["commit"]["message"]) for each in found[:3]] == [True, False, False]
    clients.close()


def test_without_the_permission_nothing_is_pushed_and_suggestions_go_on(tmp_path: Path) -> None:
    permissions = "checks:write contents:read pull_requests:write metadata:read"
    with at_playground(tmp_path, app_permissions=permissions) as github:
        branch = a_branch(github, SHOP, "topic-2")
        writing, shop = GitHubWriting(github.clients), github.ref(SHOP)
        refused = writing.commit(shop, _fix(branch))
        assert isinstance(refused, MayNotPush)
        assert "permissions requested are not granted" in refused.why
        assert writing.commit_with(shop, branch.name, "Fix") == ""
        told = Suggestion(branch.head, "notes.txt", 1, 1, "better")
        assert writing.suggest(shop, branch.number, told)


def test_what_people_copy_from_a_suggestion_is_not_ours(branch: Branch) -> None:
    said = {"body": "<!-- mark -->", "commit_id": branch.head, "path": "notes.txt", "line": 1, "side": "RIGHT"}
    branch.github.call("writer", "POST", f"/repos/{SHOP}/pulls/{branch.number}/comments", said)
    writing = GitHubWriting(branch.github.clients)
    assert writing.suggestion_with(branch.github.ref(SHOP), branch.number, "<!-- mark -->") == ""
