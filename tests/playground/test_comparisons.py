"""Branches compared: how far apart, in pages."""

from tests.playground.conftest import Project


def test_branches_that_went_apart_are_ahead_and_behind(project: Project) -> None:
    project.copy.git("switch", "--quiet", "main")
    project.copy.commit("main.txt", "one\n")
    project.copy.push("main")
    compared = project.bot.get(f"{project.path}/compare/main...topic").json()
    assert (compared["status"], compared["ahead_by"], compared["behind_by"]) == ("diverged", 1, 1)
    backwards = project.bot.get(f"{project.path}/compare/topic...main").json()
    assert [one["filename"] for one in backwards["files"]] == ["main.txt"]


def test_a_long_comparison_comes_in_pages_with_its_files_on_the_first(project: Project) -> None:
    shas = [project.copy.head, *(project.copy.commit("topic.txt", f"{number}\n") for number in range(2, 5))]
    project.copy.push("topic")
    path = f"{project.path}/compare/main...topic"
    whole = project.bot.get(path).json()
    assert [one["sha"] for one in whole["commits"]] == shas
    first = project.bot.get(path, params={"per_page": 3})
    second = project.bot.get(first.links["next"]["url"]).json()
    assert [one["sha"] for one in (*first.json()["commits"], *second["commits"])] == shas
    assert ([one["filename"] for one in first.json()["files"]], second["files"]) == (["topic.txt"], [])
    assert (second["total_commits"], second["ahead_by"]) == (4, 4)


def test_a_branch_and_its_ref_say_the_same(project: Project) -> None:
    project.copy.push("topic:feature/one")
    branch = project.bot.get(f"{project.path}/branches/feature/one").json()
    ref = project.bot.get(f"{project.path}/git/ref/heads/feature/one").json()
    assert branch["commit"]["sha"] == ref["object"]["sha"] == project.copy.head
    assert project.bot.get(f"{project.path}/branches/feature").status_code == 404
    assert project.bot.get(f"{project.path}/git/ref/heads/feature").status_code == 404
