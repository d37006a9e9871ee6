"""What visitors get at an environment's address: its release, a page, or the way to the sign-in."""

import pytest

from engine.domain.release import DeployState
from engine.sandboxes.memory import MemorySandboxes
from engine.store import environments
from tests.gateway.running import NAVIGATION
from tests.pipeline.acting import flask
from tests.rollout.rig import Rig

PERSON = {name.replace("-", "_"): text for name, text in NAVIGATION.items()}


def test_before_the_first_deploy_its_page_says_so(rig: Rig) -> None:
    rig.until(lambda: rig.visit().status == 503, "the gateway to know the environment")
    got = rig.visit("/", **PERSON)
    assert (got.status, b"Nothing is deployed here yet" in got.body) == (503, True)


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("building", 503, b"Being deployed"),
        ("restarting", 503, b"Starting again"),
        ("down", 503, b"The application is down"),
        ("failed", 503, b"The first deploy failed"),
        ("removed", 410, b"Nothing is here any more"),
    ],
)
def test_each_state_without_an_application_has_its_page(rig: Rig, state: str, status: int, words: bytes) -> None:
    with rig.database.write() as connection:
        environments.fall_silent(connection, rig.environment, state, rig.time())
    rig.until(lambda: words in rig.visit("/", **PERSON).body, "the page to be shown")
    got = rig.visit("/", **PERSON)
    assert (got.status, got.value("x-robots-tag")) == (status, "noindex")
    assert b"/jobs/" not in got.body


def test_a_private_release_is_proven_and_strangers_are_sent_to_the_sign_in(private: Rig) -> None:
    release = private.deployed(flask("one"))
    assert release.state is DeployState.DEPLOYED, private.log(release.id)
    assert private.visit().status == 401
    got = private.visit("/", **PERSON)
    assert (got.status, got.value("location").split("?")[0]) == (302, f"{private.settings.public_url}/signin/enter")


def test_the_key_of_the_proof_opens_nothing_afterwards(private: Rig) -> None:
    private.deployed(flask("one"))
    with private.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT preview_id, revoked_at FROM share_links").all()
    assert [(row[0], row[1] is not None) for row in rows] == [(private.environment_id, True)]


def test_a_private_release_is_not_for_search_engines(private: Rig) -> None:
    private.deployed(flask("one"))
    assert private.visit("/", **PERSON).value("x-robots-tag") == "noindex"


def test_a_public_release_says_itself_what_search_engines_may_do(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    assert rig.visit().values("x-robots-tag") == []
