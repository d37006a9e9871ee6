"""What a pull request's comment tells of deploys, and asks that go as a release goes."""

from dataclasses import replace

import pytest

from engine.domain.release import DeployState, ReleaseKind, Waiting
from engine.reports.comment_text import StickyComment
from engine.reports.escape import COMMENT_LIMIT
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.reports.render import RendersComments
from engine.reports.subjects import REACTION
from engine.settings import read_settings
from engine.store import asks, previews
from engine.store.asks import Ask
from tests.reports.marks import versions
from tests.reports.project import BROKE, SHA_A, SHA_B, WAY, Project

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))


def shown(project: Project, number: int = 12) -> StickyComment | None:
    """The comment of a pull request as it should be now."""
    with project.database.read() as connection:
        return RendersComments(LINKS).render(connection, Subject(f"comment:7:{number}", 1, 7))


def body(project: Project) -> str:
    """What it says."""
    found = shown(project)
    assert found is not None
    return found.body


def asked(project: Project, release_id: str, command: str = "/deploy", number: int = 12) -> str:
    """Somebody commented a command, which follows that release; the delivery."""
    delivery = f"gh:{command}:{release_id}:{number}"
    ask = Ask(delivery, 1, 7, number, 99, "ada", command, created_at=project.now())
    with project.database.write() as connection:
        asks.receive(connection, ask)
        asks.follow_release(connection, delivery, release_id)
    return delivery


def state(project: Project, delivery: str) -> str:
    """How the ask went."""
    with project.database.read() as connection:
        found = asks.by_delivery(connection, delivery)
    assert found is not None
    return found.state


def test_a_deployed_pull_request_shows_where(project: Project) -> None:
    release = project.deploy(project.release(number_of_pull_request=12))
    address = LINKS.environment(project.known("production").label)
    page = f"http://localhost:8080/deploys/{release.id}"
    assert "| Environment | Status | Release | Commit | By | Updated (UTC) |" in body(project)
    row = f"| [`production`]({address}) | ✅ Deployed | [`v1`]({page}) | `aaaaaaa` | `ada` | 2026-11-21 03:04 |"
    assert row in body(project)


def test_of_each_environment_the_newest_release_is_shown(project: Project) -> None:
    project.deploy(project.release("staging", number_of_pull_request=12))
    project.fail(project.release("production", number_of_pull_request=12))
    project.move(project.release("production", number_of_pull_request=12, sha=SHA_B), *WAY)
    rows = [line for line in body(project).splitlines() if line.startswith(("| `", "| [`"))][1:]
    assert [row.split(" | ")[1] for row in rows] == ["🚀 Deploying", "✅ Deployed"]


def test_what_another_release_replaced_says_so(project: Project) -> None:
    project.deploy(project.release(number_of_pull_request=12))
    project.deploy(project.pushed(sha=SHA_B))
    assert "| ✅ Deployed, then replaced by `v2` |" in body(project)


def test_a_place_in_line_is_told(project: Project) -> None:
    project.release(number_of_pull_request=12, waiting=Waiting.LOCK, message="You are number 2 behind @grace's lock")
    assert "| ⏳ Waiting |" in body(project)
    assert "`production` [`v1`]" in body(project)
    assert ": You are number 2 behind @&#8203;grace's lock." in body(project)


def test_who_can_approve_is_told_until_it_is_approved(project: Project) -> None:
    release = project.release(number_of_pull_request=12, waiting=Waiting.APPROVAL, message="Waits for 1 approval")
    gate = project.gate(release)
    said = "Waits for 1 approval. Anybody but `ada` with write permission can open it: comment `/approve`, or press"
    assert said in body(project)
    project.vote(gate, "grace")
    assert "comment `/approve`" not in body(project)


def test_a_failed_deploy_tells_its_cause_and_fix(project: Project) -> None:
    project.fail(project.release(number_of_pull_request=12))
    assert "| ❌ Failed |" in body(project)
    assert "**Cause:** It exited with 1: @&#8203;ada/team Closes \\#&#8203;1 &lt;/details>" in body(project)
    assert "**Fix:** Mend it \\| and push." in body(project)


def test_what_died_too_often_is_down_and_says_why(project: Project) -> None:
    project.deploy(project.release(number_of_pull_request=12))
    project.die("production", "It ran out of memory")
    assert "| ❌ Down |" in body(project)
    assert "is down: It ran out of memory. Comment `/restart`" in body(project)


def test_a_cancelled_deploy_says_why(project: Project) -> None:
    release = project.release(number_of_pull_request=12)
    project.move(release, DeployState.CANCELLED, message=f"A push moved it from {SHA_A[:7]} to {SHA_B[:7]}")
    assert "A push moved it from" in body(project)


@pytest.mark.parametrize(
    ("end", "went", "said"),
    [
        (DeployState.DEPLOYED, asks.DONE, "is deployed: [open it]("),
        (DeployState.FAILED, asks.FAILED, "failed: It exited with 1"),
        (DeployState.CANCELLED, asks.FAILED, "was cancelled: x."),
    ],
)
def test_an_ask_goes_as_its_release_goes(project: Project, end: DeployState, went: str, said: str) -> None:
    release = project.release(number_of_pull_request=12)
    delivery = asked(project, release.id)
    assert state(project, delivery) == asks.WORKING
    assert "commit `aaaaaaa`: Waiting for a worker." in body(project)
    release = project.move(release, *WAY)
    assert "is on its way: 🚀 Deploying." in body(project)
    if end is DeployState.DEPLOYED:
        project.serve(release)
    project.move(release, end, cause=BROKE if end is DeployState.FAILED else None)
    assert state(project, delivery) == went
    assert said in body(project)


def test_the_end_of_a_release_is_due_on_the_command_that_asked(project: Project) -> None:
    release = project.release(number_of_pull_request=12)
    asked(project, release.id)
    project.deploy(release)
    with project.database.read() as connection:
        assert list(versions(connection, REACTION)) == ["reaction:7:99"]


def test_an_ask_on_another_pull_request_ends_too(project: Project) -> None:
    release = project.release(number_of_pull_request=3)
    delivery = asked(project, release.id, "/cancel production", number=12)
    project.move(release, DeployState.CANCELLED)
    assert state(project, delivery) == asks.DONE
    assert "was cancelled" in body(project)


def test_a_cancel_that_came_too_late_failed(project: Project) -> None:
    release = project.release(number_of_pull_request=12)
    delivery = asked(project, release.id, "/cancel")
    project.deploy(release)
    assert state(project, delivery) == asks.FAILED


def test_a_rollback_is_done_once_it_serves(project: Project) -> None:
    first, second = project.deploy(project.release()), project.deploy(project.release(sha=SHA_B))
    back = project.release(kind=ReleaseKind.ROLLBACK, source_id=first.id, number_of_pull_request=12)
    delivery = asked(project, back.id, "/rollback")
    project.move(back, DeployState.ROLLING_BACK)
    assert "| ↩️ Rolling back |" in body(project)
    project.serve(back)
    project.move(back, DeployState.DEPLOYED)
    project.move(second, DeployState.ROLLED_BACK)
    assert state(project, delivery) == asks.DONE


def a_preview(project: Project, number: int = 12) -> None:
    """A pull request with a preview."""
    with project.database.write() as connection:
        where = {"installation_id": 1, "repository_id": 7, "full_name": "acme/shop", "access": "private"}
        previews.ensure(connection, **where, number=number, now=project.now())  # type: ignore[arg-type]


def test_the_first_report_of_a_project_without_environments_says_how_production_is_deployed(project: Project) -> None:
    a_preview(project)
    a_preview(project, 13)
    assert "and only `/deploy` deploys to it." in body(project)
    second = shown(project, 13)
    assert second is not None
    assert "/deploy" not in second.body


def test_a_project_that_names_environments_or_has_deployed_is_not_told(project: Project) -> None:
    a_preview(project)
    project.environment("production", auto_deploy_branch="main")
    assert "/deploy" not in body(project)


def test_a_project_that_has_deployed_knows_how(project: Project) -> None:
    a_preview(project)
    project.environment("production", written=False)
    assert "and only `/deploy` deploys to it." in body(project)
    project.release()
    assert "/deploy" not in body(project)


def test_nothing_is_said_of_deploys_where_there_were_none(project: Project) -> None:
    assert shown(project) is None
    project.deploy(project.release())
    assert shown(project) is None


def test_many_hostile_deploys_fit_into_the_comment(project: Project) -> None:
    hostile = replace(BROKE, sentence="| @ada `x " * 2000)
    for number in range(20):
        project.fail(project.release(f"e{number}", number_of_pull_request=12, requested_by="@ada|`"), hostile)
    assert len(body(project).encode()) <= COMMENT_LIMIT
    assert "@ada " not in body(project)
