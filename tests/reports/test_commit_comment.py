"""What is said on the commit of a push that failed to deploy: only there, only then, and mended once it is."""

from dataclasses import replace

import pytest

from engine.domain.release import DeployState
from engine.errors import Cause
from engine.reports.commit_text import CommitComment
from engine.reports.deploy_render import RendersCommitComments
from engine.reports.escape import COMMENT_LIMIT
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.reports.subjects import COMMIT
from engine.settings import read_settings
from engine.store import meta
from tests.reports.marks import versions
from tests.reports.project import BROKE, SHA_A, SHA_B, WAY, Project

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))


def shown(project: Project, sha: str = SHA_A, repository_id: int = 7) -> CommitComment | None:
    """The comment on a commit as it should be now."""
    key = f"commit:{repository_id}:{project.known('production').id}:{sha}"
    with project.database.read() as connection:
        return RendersCommitComments(LINKS).render(connection, Subject(key, 1, repository_id))


def told(project: Project) -> CommitComment:
    """The same, which must be there."""
    found = shown(project)
    assert found is not None
    return found


def test_a_push_that_failed_is_told_with_cause_fix_and_page(project: Project) -> None:
    release = project.fail(project.pushed())
    comment = told(project)
    with project.database.read() as connection:
        marker = f"<!-- slipway:{meta.instance(connection)}:commit:{release.environment_id}:{SHA_A} -->"
    assert comment.body.startswith(f"{marker}\n\n❌ **Failed:** [`v1`](http://localhost:8080/deploys/{release.id})")
    assert "the deploy of commit `aaaaaaa` to `production`." in comment.body
    assert "**Fix:** Mend it \\| and push." in comment.body
    assert comment.news == ""


def test_what_failed_after_the_switch_says_that_the_one_before_serves_on(project: Project) -> None:
    project.deploy(project.pushed(sha=SHA_B))
    project.move(project.pushed(), *WAY, DeployState.ROLLING_BACK, DeployState.ROLLED_BACK, cause=BROKE)
    assert "❌ **Rolled back:** " in told(project).body
    assert "What `production` served before, it serves on." in told(project).body


@pytest.mark.parametrize("end", [DeployState.CANCELLED, None])
def test_what_was_cancelled_or_goes_on_is_not_told(project: Project, end: DeployState | None) -> None:
    release = project.pushed()
    if end is not None:
        project.move(release, end)
    assert shown(project) is None


def test_what_a_person_asked_for_is_not_told_on_the_commit(project: Project) -> None:
    project.fail(project.release(door="page"))
    project.fail(project.release(number_of_pull_request=12, sha=SHA_B))
    assert (shown(project), shown(project, SHA_B)) == (None, None)


def test_what_served_until_a_rollback_left_it_did_not_fail(project: Project) -> None:
    first, second = project.deploy(project.pushed(sha=SHA_B)), project.deploy(project.pushed())
    project.roll_back(second, first)
    assert shown(project) is None


def test_the_next_try_that_fails_too_changes_the_same_comment(project: Project) -> None:
    project.fail(project.pushed())
    before = told(project)
    project.fail(project.release(door="api"), Cause("The disk is full.", "", "disk_full"))
    assert told(project).marker == before.marker
    assert "[`v2`]" in told(project).body
    assert "**Cause:** The disk is full." in told(project).body


def test_a_next_try_that_succeeds_is_told_above_what_failed(project: Project) -> None:
    project.fail(project.pushed())
    project.deploy(project.release())
    comment = told(project)
    assert "✅ **Deployed after all:** [`v2`]" in comment.body
    assert comment.body.index("after all") < comment.body.index("<details><summary>What failed before</summary>")
    assert comment.body.count("<details>") == comment.body.count("\n</details>") == 1
    assert comment.news.startswith(comment.news_marker)
    assert "**Cause:**" not in comment.news


def test_a_later_commit_that_is_deployed_mends_it_too(project: Project) -> None:
    project.fail(project.pushed())
    project.deploy(project.pushed(sha=SHA_B))
    assert "✅ **Mended since:** commit `bbbbbbb` was deployed to `production` as [`v2`]" in told(project).body


def test_what_is_deployed_marks_the_commits_that_it_mends(project: Project) -> None:
    project.fail(project.pushed())
    with project.database.read() as connection:
        before = versions(connection, COMMIT)
    project.deploy(project.pushed(sha=SHA_B))
    with project.database.read() as connection:
        after = versions(connection, COMMIT)
    assert after == {subject: version + 1 for subject, version in before.items()}
    assert len(after) == 1


def test_hostile_causes_stay_inside_and_bodies_are_cut(project: Project) -> None:
    project.fail(project.pushed(requested_by="@ada"), replace(BROKE, sentence=f"{BROKE.sentence} {'x ' * 60_000}"))
    project.deploy(project.release())
    body = told(project).body
    assert len(body.encode()) <= COMMENT_LIMIT
    assert "@ada" not in body
    assert "Closes #1" not in body
    assert body.count("</details>") == 1


def test_another_repositorys_commit_is_not_shown(project: Project) -> None:
    project.fail(project.pushed())
    assert shown(project, repository_id=8) is None
