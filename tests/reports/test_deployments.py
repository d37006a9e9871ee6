"""What GitHub is to show of releases and previews as deployments."""

import pytest

from engine.domain.build import BuildState
from engine.domain.release import DeployState, Release, Waiting
from engine.errors import Cause
from engine.reports.deploy_render import RendersDeployments
from engine.reports.deployment_text import Deployment, Deployments, Status
from engine.reports.escape import STATUS_LIMIT
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.reports.subjects import DEPLOYMENT
from engine.sandboxes.port import Upstream
from engine.settings import read_settings
from engine.store import builds, previews, routes
from tests.reports.marks import versions
from tests.reports.project import BROKE, SHA_A, SHA_B, WAY, Project

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))


def rendered(project: Project, about: str) -> Deployments | None:
    """What a subject should show now."""
    with project.database.read() as connection:
        return RendersDeployments(LINKS).render(connection, Subject(f"deployment:7:{about}", 1, 7))


def shown(project: Project, release: Release) -> Deployment:
    """The deployment of a release."""
    found = rendered(project, release.id)
    assert found is not None
    (deployment,) = found.wanted
    return deployment


def status(project: Project, release: Release) -> Status:
    """Its status."""
    return shown(project, release).status


def states(project: Project, *all_of_them: Release) -> list[str]:
    """The states of several, in order."""
    return [status(project, release).state for release in all_of_them]


def test_a_release_is_a_deployment_of_its_commit_to_its_environment(project: Project) -> None:
    deployment = shown(project, release := project.release())
    assert (deployment.key, deployment.sha, deployment.environment) == (release.id, SHA_A, "production")
    assert (deployment.transient, deployment.production) == (False, True)
    assert deployment.description == "v1, asked for by ada"
    assert not shown(project, project.release("staging")).production


@pytest.mark.parametrize(
    ("waiting", "state"),
    [
        (Waiting.TURN, "queued"),
        (Waiting.LOCK, "queued"),
        (Waiting.NOTHING, "queued"),
        (Waiting.APPROVAL, "pending"),
        (Waiting.CHECKS, "pending"),
        (Waiting.WINDOW, "pending"),
        (Waiting.ORDER, "pending"),
    ],
)
def test_a_release_in_line_is_queued_and_one_that_must_be_opened_is_pending(
    project: Project, waiting: Waiting, state: str
) -> None:
    told = status(project, project.release(waiting=waiting, message="You are number 2 in line"))
    assert (told.state, told.description) == (state, "v1: You are number 2 in line")


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_release_on_its_way_is_in_progress_and_names_its_state(project: Project, steps: int) -> None:
    told = status(project, project.move(project.release(), *WAY[:steps]))
    label = ["Security Scanning", "Building", "Deploying"][steps - 1]
    assert (told.state, told.description, told.environment_url) == ("in_progress", f"v1: {label}", "")


def test_success_comes_with_being_deployed_and_not_with_the_switch(project: Project) -> None:
    release = project.move(project.release(), *WAY)
    project.serve(release)
    assert states(project, release) == ["in_progress"]
    project.move(release, DeployState.DEPLOYED)
    told = status(project, release)
    assert (told.state, told.auto_inactive) == ("success", True)
    assert told.environment_url == LINKS.environment(project.known("production").label)
    assert told.log_url == f"http://localhost:8080/deploys/{release.id}"


def test_what_served_before_is_inactive(project: Project) -> None:
    first, second = project.deploy(project.release()), project.deploy(project.release(sha=SHA_B))
    assert states(project, first, second) == ["inactive", "success"]
    assert status(project, first).description == "v1 served until v2"


def test_while_the_next_is_on_its_way_and_when_it_fails_the_one_before_stays_a_success(project: Project) -> None:
    first, second = project.deploy(project.release()), project.move(project.release(sha=SHA_B), *WAY)
    project.serve(second)
    assert states(project, first, second) == ["success", "in_progress"]
    project.move(second, DeployState.ROLLING_BACK, DeployState.ROLLED_BACK, cause=BROKE)
    assert states(project, first, second) == ["success", "failure"]


def test_what_a_rollback_left_is_inactive_and_the_rollback_is_the_success(project: Project) -> None:
    first, second = project.deploy(project.release()), project.deploy(project.release(sha=SHA_B))
    third = project.roll_back(second, first)
    assert states(project, first, second, third) == ["inactive", "inactive", "success"]
    assert status(project, second).description == "v2 served until v3"


def test_a_rollback_that_fails_leaves_the_success_where_it_was(project: Project) -> None:
    first, second = project.deploy(project.release()), project.deploy(project.release(sha=SHA_B))
    third = project.move(project.release(source_id=first.id), DeployState.ROLLING_BACK, DeployState.FAILED, cause=BROKE)
    assert states(project, second, third) == ["success", "failure"]


@pytest.mark.parametrize(
    ("code", "state"), [("exited", "failure"), ("unhealthy", "failure"), ("gave_up", "error"), ("denied", "error")]
)
def test_a_failure_of_the_application_is_told_from_one_of_ours(project: Project, code: str, state: str) -> None:
    release = project.fail(project.release(), Cause("It broke.", "Mend it.", code))
    told = status(project, release)
    assert (told.state, told.description) == (state, "v1: Failed: It broke.")


def test_what_died_too_often_is_a_failure_and_a_success_once_it_is_started_again(project: Project) -> None:
    release = project.deploy(project.release())
    project.die("production", "It ran out of memory")
    told = status(project, release)
    assert (told.state, told.description) == ("failure", "v1: Down: It ran out of memory")
    project.serve(release)
    assert states(project, release) == ["success"]


def test_what_ended_with_its_environment_is_inactive_and_due(project: Project) -> None:
    release = project.deploy(project.release())
    before = marks_of(project, release)
    project.end("production")
    assert status(project, release) == Status("inactive", "v1 has ended", LINKS.release(release.id))
    assert marks_of(project, release) == before + 1


def marks_of(project: Project, release: Release) -> int:
    """How often its deployment was marked."""
    with project.database.read() as connection:
        return versions(connection, DEPLOYMENT)[f"deployment:7:{release.id}"]


def test_a_cancelled_release_is_inactive_and_says_why(project: Project) -> None:
    release = project.move(project.release(), DeployState.CANCELLED, message="`main` moved from a to b")
    told = status(project, release)
    assert (told.state, told.description) == ("inactive", "v1: `main` moved from a to b")


def test_every_description_fits_and_mentions_nobody(project: Project) -> None:
    release = project.fail(project.release(requested_by="@x" * 200), Cause("@ada/team Closes #1 " * 50, "", "exited"))
    deployment = shown(project, release)
    for said in (deployment.description, deployment.status.description):
        assert len(said) <= STATUS_LIMIT
        assert "@ada" not in said
        assert "@x" not in said
        assert "#1" not in said


def test_a_release_of_another_repository_is_not_shown(project: Project) -> None:
    release = project.release()
    with project.database.read() as connection:
        assert RendersDeployments(LINKS).render(connection, Subject(f"deployment:8:{release.id}", 1, 8)) is None


def a_preview(project: Project) -> str:
    """A preview of pull request 12, without a build."""
    with project.database.write() as connection:
        where = {"installation_id": 1, "repository_id": 7, "full_name": "acme/shop", "access": "private"}
        return previews.ensure(connection, **where, number=12, now=project.now()).id  # type: ignore[arg-type]


def built(project: Project, preview_id: str, sha: str, *states: BuildState, serves: bool = False) -> str:
    """A build of it that went so far."""
    with project.database.write() as connection:
        preview = previews.by_id(connection, preview_id)
        assert preview is not None
        build = builds.ask(connection, preview=preview, sha=sha, ask="", requested_by="ada", now=project.now())
        for state in states:
            builds.advance(connection, build.id, state, "x", project.now(), cause="It broke.")
        if serves:
            assert routes.serve(connection, preview, build.id, Upstream("tcp:127.0.0.1:3000"), project.now())
    return build.id


TO_READY = (BuildState.STARTING, BuildState.SOURCE, BuildState.LAUNCHING, BuildState.READY)
TO_FAILED = (BuildState.STARTING, BuildState.SOURCE, BuildState.FAILED)


def test_a_preview_is_a_transient_environment_of_its_pull_requests_own(project: Project) -> None:
    preview = a_preview(project)
    assert rendered(project, preview) is None
    built(project, preview, SHA_A)
    found = rendered(project, preview)
    assert found is not None
    (deployment,) = found.wanted
    assert (deployment.environment, deployment.transient, deployment.production) == ("preview/pr-12", True, False)
    assert (deployment.status.state, deployment.status.auto_inactive) == ("in_progress", False)


def test_a_ready_preview_succeeds_with_its_link_and_still_answers_while_the_next_is_built(project: Project) -> None:
    preview = a_preview(project)
    built(project, preview, SHA_A, *TO_READY, serves=True)
    assert preview_states(project, preview) == {SHA_A: "success"}
    built(project, preview, SHA_B)
    assert preview_states(project, preview) == {SHA_A: "success", SHA_B: "in_progress"}


def test_a_failed_build_beside_one_that_answers(project: Project) -> None:
    preview = a_preview(project)
    built(project, preview, SHA_A, *TO_READY, serves=True)
    built(project, preview, SHA_B, *TO_FAILED)
    assert preview_states(project, preview) == {SHA_A: "success", SHA_B: "failure"}


@pytest.mark.parametrize(("life", "said"), [("removed", "Preview removed"), ("stopped", "Preview stopped")])
def test_of_a_preview_that_ended_nothing_is_wanted(project: Project, life: str, said: str) -> None:
    preview_id = a_preview(project)
    built(project, preview_id, SHA_A, *TO_READY, serves=True)
    with project.database.write() as connection:
        preview = previews.by_id(connection, preview_id)
        assert preview is not None
        previews.end(connection, preview, life, project.now())  # type: ignore[arg-type]
    found = rendered(project, preview_id)
    assert found is not None
    assert (found.wanted, found.ended) == ((), Status("inactive", said))


def preview_states(project: Project, preview_id: str) -> dict[str, str]:
    """The state of each commit's deployment."""
    found = rendered(project, preview_id)
    assert found is not None
    return {deployment.sha: deployment.status.state for deployment in found.wanted}
