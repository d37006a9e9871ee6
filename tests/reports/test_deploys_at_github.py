"""A project's deploys as GitHub shows them in the end, sent by the real sender through every real reporter."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.compose import reporters_of
from engine.domain.event import Repository
from engine.domain.release import DeployState, Waiting
from engine.reports.links import Links
from engine.reports.sender import Sender
from engine.settings import Intervals, read_settings
from engine.store import drifts
from engine.store.clock import ManualClock
from engine.store.database import Database
from tests.forge.at_playground import AtPlayground
from tests.reports.project import WAY, Project
from tests.store.building import a_database

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))


class Shown:
    """A project whose reports go to a GitHub; each test has environments of its own."""

    def __init__(self, database: Database, github: AtPlayground, place: str) -> None:
        self.github = github
        self.place = place
        ref = github.ref("acme/shop")
        repository = Repository(ref.id, ref.full_name, "main", private=False, clone_url="https://example.com/a.git")
        self.project = Project(database, repository, ref.installation_id)
        self.head = str(github.call("reader", "GET", "/repos/acme/shop/pulls/1")["head"]["sha"])
        self.main = str(github.call("reader", "GET", "/repos/acme/shop/commits/main")["sha"])
        self.sender = Sender(database, reporters_of(github.clients, LINKS), ManualClock(), Intervals())

    def send(self) -> None:
        """Everything that is due is shown."""
        while self.sender.send_due():
            pass

    def deployments(self) -> dict[str, list[str]]:
        """The states of each deployment in this test's environment, by its description, in order."""
        found = self._get(f"/deployments?environment={self.place}&per_page=100")
        return {
            str(each["description"]).partition(",")[0]: [
                str(status["state"]) for status in reversed(self._get(f"/deployments/{each['id']}/statuses"))
            ]
            for each in found
        }

    def check(self, name: str, sha: str) -> dict[str, Any]:
        """The one check run of that name on a commit."""
        found = self._get(f"/commits/{sha}/check-runs?filter=all&check_name={name.replace(' ', '%20')}")
        (run,) = found["check_runs"]
        return dict(run)

    def said(self, sha: str) -> list[str]:
        """What was said on a commit about this test's environment, without its hidden line."""
        mark = f":commit:{self.project.known(self.place).id}:"
        found = self._get(f"/commits/{sha}/comments?per_page=100")
        return [str(each["body"]).partition("\n\n")[2] for each in found if mark in str(each["body"])]

    def _get(self, path: str) -> Any:
        return self.github.call("reader", "GET", f"/repos/acme/shop{path}")


@pytest.fixture
def shown(tmp_path: Path, github: AtPlayground) -> Iterator[Shown]:
    """A GitHub that shows the deploys of a project."""
    database = a_database(tmp_path)
    yield Shown(database, github, f"e{secrets.token_hex(4)}")
    database.close()


def test_each_release_is_one_deployment_and_the_last_is_the_success(shown: Shown) -> None:
    project, place = shown.project, shown.place
    first = project.release(place, sha=shown.main)
    shown.send()
    project.deploy(first)
    shown.send()
    project.deploy(project.release(place, sha=shown.head))
    shown.send()
    assert shown.deployments() == {
        "v1": ["queued", "success", "inactive"],
        "v2": ["success"],
    }


def test_no_success_before_the_release_is_deployed(shown: Shown) -> None:
    release = shown.project.release(shown.place, sha=shown.main)
    for state in WAY:
        shown.project.move(release, state)
        shown.send()
    shown.project.serve(release)
    shown.send()
    assert shown.deployments() == {"v1": ["in_progress", "in_progress", "in_progress"]}
    shown.project.move(release, DeployState.DEPLOYED)
    shown.send()
    assert shown.deployments()["v1"][-1] == "success"


def test_what_a_rollback_left_is_inactive_in_production_too(shown: Shown) -> None:
    shown.place = "production"
    first = shown.project.deploy(shown.project.release(sha=shown.main))
    shown.send()
    second = shown.project.deploy(shown.project.release(sha=shown.head))
    shown.send()
    shown.project.roll_back(second, first)
    shown.send()
    assert shown.deployments() == {"v1": ["success", "inactive"], "v2": ["success", "inactive"], "v3": ["success"]}


def test_a_release_that_waits_for_an_approval_is_pending_and_its_check_has_buttons(shown: Shown) -> None:
    project = shown.project
    release = project.release(shown.place, sha=shown.main, waiting=Waiting.APPROVAL, message="It waits for an approval")
    gate = project.gate(release)
    shown.send()
    name = f"Slipway deploy: {shown.place}"
    assert shown.deployments() == {"v1": ["pending"]}
    assert shown.check(name, shown.main)["conclusion"] == "action_required"
    project.vote(gate, "grace")
    project.move(release, *WAY)
    shown.send()
    assert shown.check(name, shown.main)["status"] == "in_progress"
    project.serve(release)
    project.move(release, DeployState.DEPLOYED)
    shown.send()
    assert shown.check(name, shown.main)["conclusion"] == "success"


def test_a_push_that_failed_is_said_on_its_commit_once_and_mended_there(shown: Shown) -> None:
    project = shown.project
    project.fail(project.pushed(shown.place, sha=shown.main))
    shown.send()
    (failed,) = shown.said(shown.main)
    assert failed.startswith("❌ **Failed:** [`v1`]")
    project.fail(project.pushed(shown.place, sha=shown.main))
    shown.send()
    (failed_again,) = shown.said(shown.main)
    assert failed_again.startswith("❌ **Failed:** [`v2`]")
    project.deploy(project.release(shown.place, sha=shown.main))
    shown.send()
    (mended,) = shown.said(shown.main)
    assert mended.startswith("✅ **Deployed after all:** [`v3`]")


def test_a_drift_is_said_once_and_ends(shown: Shown) -> None:
    project = shown.project
    project.deploy(project.release(shown.place, sha=shown.main))
    environment = project.known(shown.place)
    with project.database.write() as connection:
        for _ in range(2):
            drifts.say(connection, environment, shown.head, shown.main, project.now(), project.now())
    shown.send()
    name = f"Slipway drift: {shown.place}"
    assert shown.check(name, shown.head)["conclusion"] == "neutral"
    project.deploy(project.release(shown.place, sha=shown.head))
    with project.database.write() as connection:
        drifts.end(connection, project.known(shown.place), project.now())
    shown.send()
    assert shown.check(name, shown.head)["conclusion"] == "success"
