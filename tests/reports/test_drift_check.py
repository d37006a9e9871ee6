"""The check run of a drift: said on the head that should be served, over when it is."""

from engine.commands.buttons import BUTTONS
from engine.reports.actions import DESCRIPTION_LIMIT
from engine.reports.check_text import CheckRun
from engine.reports.deploy_render import RendersDrifts
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.settings import read_settings
from engine.store import drifts, meta
from tests.reports.project import SHA_A, SHA_B, SHA_C, Project

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))


def shown(
    project: Project, sha: str = SHA_B, repository_id: int = 7, environment: str = "production"
) -> CheckRun | None:
    """The check run of a drift as it should be now."""
    key = f"drift:{repository_id}:{project.known(environment).id}:{sha}"
    with project.database.read() as connection:
        return RendersDrifts(LINKS).render(connection, Subject(key, 1, repository_id))


def said(project: Project, environment: str = "production") -> CheckRun:
    """It serves `SHA_A` and should serve `SHA_B`, which is said."""
    project.deploy(project.release(environment))
    with project.database.write() as connection:
        assert drifts.say(connection, project.known(environment), SHA_B, SHA_A, project.now(), project.now())
    found = shown(project, environment=environment)
    assert found is not None
    return found


def ended(project: Project) -> CheckRun:
    """It is over."""
    with project.database.write() as connection:
        drifts.end(connection, project.known("production"), project.now())
    found = shown(project)
    assert found is not None
    return found


def test_a_drift_is_a_neutral_check_on_the_head_with_a_deploy_button(project: Project) -> None:
    run = said(project)
    assert (run.conclusion, run.sha, run.name) == ("neutral", SHA_B, "Slipway drift: production")
    assert run.title == "production serves aaaaaaa instead"
    assert [action.identifier for action in run.actions] == ["deploy"]
    with project.database.read() as connection:
        instance = meta.instance(connection)
    assert run.external_id == f"slipway:{instance}:drift:{project.known('production').id}:{SHA_B}"


def test_the_button_fits_githubs_limits_whatever_the_environment_is_called(project: Project) -> None:
    (button,) = said(project, "x" * 30).actions
    assert len(button.description) <= DESCRIPTION_LIMIT
    assert button.identifier in BUTTONS


def test_a_drift_that_ended_since_the_commit_serves_is_a_success(project: Project) -> None:
    said(project)
    project.deploy(project.release(sha=SHA_B))
    run = ended(project)
    assert (run.conclusion, run.title, run.actions) == ("success", "production serves this commit", ())


def test_a_drift_that_ended_otherwise_stays_neutral_and_offers_nothing(project: Project) -> None:
    said(project)
    project.deploy(project.release(sha=SHA_C))
    run = ended(project)
    assert (run.conclusion, run.actions) == ("neutral", ())
    assert run.title.startswith("Over: ")


def test_what_was_never_said_or_is_anothers_is_not_shown(project: Project) -> None:
    said(project)
    assert shown(project, SHA_C) is None
    assert shown(project, SHA_B, repository_id=8) is None
