"""Protected branches: a push is refused whichever way it comes, a pull request's merge isn't."""

import pytest

from tests.playground.conftest import Project
from tests.playground.working_copy import GitSaidNo

WANTED = {
    "required_pull_request_reviews": {"required_approving_review_count": 1},
    "required_status_checks": None,
    "enforce_admins": True,
    "restrictions": None,
}


@pytest.fixture
def protected(project: Project) -> Project:
    """A project whose branch `topic` is protected, with one more commit in the working copy."""
    answer = project.writer.put(f"{project.path}/branches/topic/protection", json=WANTED)
    assert answer.status_code == 200, answer.text
    assert answer.json()["required_pull_request_reviews"]["required_approving_review_count"] == 1
    project.copy.commit("more.txt", "x")
    return project


def test_the_api_says_so(protected: Project) -> None:
    assert protected.writer.get(f"{protected.path}/branches/topic").json()["protected"] is True
    listed = protected.writer.get(f"{protected.path}/branches").json()
    assert {one["name"]: one["protected"] for one in listed} == {"main": False, "topic": True}
    assert protected.writer.get(f"{protected.path}/branches/main/protection").status_code == 404


def test_a_move_is_refused_in_githubs_words(protected: Project) -> None:
    protected.copy.push("topic:refs/heads/elsewhere")
    refused = protected.bot.patch(f"{protected.path}/git/refs/heads/topic", json={"sha": protected.copy.head})
    assert refused.status_code == 422
    assert refused.json()["message"] == "Changes must be made through a pull request."


def test_a_push_is_refused_in_githubs_words(protected: Project) -> None:
    with pytest.raises(GitSaidNo, match="GH006: Protected branch update failed for refs/heads/topic"):
        protected.copy.push("topic")
    protected.copy.push("topic:refs/heads/elsewhere")


def test_it_can_be_opened_again(protected: Project) -> None:
    path = f"{protected.path}/branches/topic/protection"
    assert protected.writer.delete(path).status_code == 204
    assert protected.writer.delete(path).status_code == 404
    protected.copy.push("topic")


def test_a_merge_goes_through(project: Project) -> None:
    assert project.writer.put(f"{project.path}/branches/main/protection", json=WANTED).status_code == 200
    number = project.open_pull()["number"]
    assert project.writer.put(f"{project.path}/pulls/{number}/merge").status_code == 200


def test_only_administrators_protect(project: Project) -> None:
    project.writer.put(f"{project.path}/collaborators/reader", json={"permission": "push"})
    with project.playground.acting_as("reader") as reader:
        assert reader.put(f"{project.path}/branches/topic/protection", json=WANTED).status_code == 403
    assert project.bot.put(f"{project.path}/branches/topic/protection", json=WANTED).status_code == 403
    assert project.writer.put(f"{project.path}/branches/topic/protection", json={}).status_code == 422
    assert project.writer.put(f"{project.path}/branches/none/protection", json=WANTED).status_code == 404
