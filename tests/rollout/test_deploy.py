"""A commit comes to serve its environment; whatever goes wrong, what served before serves on."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.deploy.outcome import Obstacle
from engine.domain.environment import Environment
from engine.domain.job import JobKind
from engine.domain.release import DeployState
from engine.errors import Unreachable
from engine.project.environments import RunConfig
from engine.reasons import Reason
from engine.rollout import scan
from engine.sandboxes.memory import MemorySandboxes
from engine.store import jobs, releases
from engine.store.port import NewJob
from tests.pipeline.acting import CRASH, FLASK, Actor, flask
from tests.pipeline.scenes import only, serving
from tests.rollout.rig import Rig

WHOLE_WAY = ["PENDING", "SECURITY_SCANNING", "scanned", "BUILDING", "DEPLOYING", "switched", "DEPLOYED"]


def test_the_first_release_walks_through_its_states_and_serves(rig: Rig) -> None:
    release = rig.deployed(flask("one"))
    assert release.state is DeployState.DEPLOYED, rig.log(release.id)
    assert rig.kinds(release.id) == WHOLE_WAY
    assert "Not scanned: this Slipway has no scanner yet" in rig.messages(release.id)
    got = rig.visit()
    assert (got.body, got.value("x-slipway-release"), got.values("x-robots-tag")) == (b"one\n", release.id, [])


def test_the_next_release_takes_its_place_and_the_old_process_ends(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    second = rig.deployed(flask("two"))
    assert (second.state, second.name) == (DeployState.DEPLOYED, "v2")
    assert rig.visit().body == b"two\n"
    assert serving(sandboxes) == [second.id]


def test_the_bundle_is_kept_with_the_release(rig: Rig) -> None:
    release = rig.deployed(flask("one"), RunConfig(drain=3))
    with rig.database.read() as connection:
        assert "gunicorn" in releases.plan_of(connection, release.id)
    assert RunConfig.from_json(release.configuration).drain == 3


@pytest.mark.parametrize(
    ("files", "code", "state"),
    [
        ({"app.py": CRASH}, "exited", DeployState.ROLLED_BACK),
        ({"app.py": FLASK + "# deaf"}, "wrong_port", DeployState.ROLLED_BACK),
        ({"app.py": FLASK + "# memory"}, "out_of_memory", DeployState.ROLLED_BACK),
        ({"requirements.txt": "gunicorn\nflask\nmissing\n"}, "egress_denied", DeployState.FAILED),
        ({"app.py": "x = 1", "requirements.txt": "rich"}, "not_detected", DeployState.FAILED),
    ],
)
def test_a_release_that_fails_names_its_cause_and_the_old_one_serves_on(
    rig: Rig, sandboxes: MemorySandboxes, files: dict[str, str], code: str, state: DeployState
) -> None:
    good = rig.deployed(flask("one"))
    bad = rig.deployed(flask("two") | files, RunConfig(startup_timeout=2))
    assert (bad.state, bad.cause_code) == (state, code)
    assert (rig.visit().body, rig.environment.release_id) == (b"one\n", good.id)
    assert serving(sandboxes) == [good.id]
    assert not any(bad.id in path for path in only(sandboxes).files)


def test_the_first_release_that_fails_shows_a_page(rig: Rig) -> None:
    rig.deployed(flask("one") | {"app.py": CRASH})
    got = rig.visit()
    assert (got.status, got.json["error"]["code"]) == (503, "failed")


def test_five_bundles_are_kept(rig: Rig, sandboxes: MemorySandboxes) -> None:
    made = [rig.deployed(flask(f"version {number}")).id for number in range(7)]
    kept = {path.split("/")[4] for path in only(sandboxes).files if path.startswith("/home/user/revisions/")}
    assert kept == set(made[-5:])
    assert not any("incoming" in path for path in only(sandboxes).files)


def test_dependencies_that_no_kept_release_needs_are_removed(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one") | {"requirements.txt": "flask\ngunicorn\nrich\n"})
    before = environments_of(sandboxes)
    for number in range(5):
        rig.deployed(flask(f"version {number}"))
    assert len(environments_of(sandboxes)) == 1
    assert environments_of(sandboxes) != before


def environments_of(sandboxes: MemorySandboxes) -> set[str]:
    """The folders of installed dependencies."""
    return {path.split("/")[4] for path in only(sandboxes).files if path.startswith("/home/user/environments/")}


def test_unsaid_the_health_path_is_health_and_where_that_is_missing_the_root(rig: Rig, actor: Actor) -> None:
    actor.paths = {"/health": 404}
    assert rig.deployed(flask("one")).state is DeployState.DEPLOYED
    actor.paths = {"/": 500}
    assert rig.deployed(flask("two")).state is DeployState.DEPLOYED


def test_a_health_path_that_is_said_is_the_only_one(rig: Rig, actor: Actor) -> None:
    actor.paths = {"/up": 503}
    failed = rig.deployed(flask("one"), RunConfig(health_check_path="/up", startup_timeout=1))
    assert (failed.state, failed.cause_code) == (DeployState.FAILED, "unhealthy")
    assert "/up answered 503" in failed.cause


def test_what_stands_in_the_way_when_the_job_runs_ends_it(rig: Rig) -> None:
    rig.obstacle = Obstacle(Reason.NOT_PERMITTED, "@ada may not deploy here any more.", "Ask somebody.")
    release = rig.deployed(flask("one"))
    assert (release.state, release.cause_code) == (DeployState.FAILED, "not_permitted")
    assert "BUILDING" not in rig.kinds(release.id)


def test_a_branch_that_moved_cancels_it_in_the_words_of_the_rule(rig: Rig) -> None:
    rig.obstacle = Obstacle(Reason.REF_MOVED, "main is at 1234567, not at 89abcde any more.", "")
    release = rig.deployed(flask("one"))
    assert (release.state, release.status_message) == (DeployState.CANCELLED, rig.obstacle.sentence)


@pytest.mark.parametrize(
    ("outcome", "state", "said"),
    [
        (scan.Passed(), DeployState.DEPLOYED, "The security scan found nothing that blocks"),
        (scan.Inconclusive("no network"), DeployState.DEPLOYED, "The security scan could not tell: no network"),
        (scan.NotScanned("it is off"), DeployState.DEPLOYED, "Not scanned: it is off"),
        (scan.Red("A key is in app.py."), DeployState.SECURITY_FAILED, "A key is in app.py."),
    ],
)
def test_each_outcome_of_the_scan_is_acted_on(rig: Rig, outcome: scan.Outcome, state: DeployState, said: str) -> None:
    rig.use(replace(rig.tools, scan=lambda release, source: outcome))
    release = rig.deployed(flask("one"))
    assert release.state is state
    assert said in rig.messages(release.id)


def test_a_release_command_runs_with_the_values_before_visitors_come(
    rig: Rig, actor: Actor, sandboxes: MemorySandboxes
) -> None:
    rig.set_variable("DATABASE_URL", "postgres://secret-host/")
    seen: list[dict[str, str]] = []
    actor.before = lambda call: seen.append(call.command.environment) if "migrate" in call.command.argv else None
    release = rig.deployed(flask("one"), RunConfig(release_command=("migrate", "--all")))
    assert release.state is DeployState.DEPLOYED
    assert [each["DATABASE_URL"] for each in seen] == ["postgres://secret-host/"]
    ran = [argv[0].rpartition("/")[2] for argv in actor.ran]
    assert ran.index("migrate") < ran.index("gunicorn")


def test_a_release_command_that_fails_leaves_the_old_one_serving(rig: Rig, actor: Actor) -> None:
    rig.deployed(flask("one"))
    actor.codes = {"migrate": 7}
    failed = rig.deployed(flask("two"), RunConfig(release_command=("migrate",)))
    assert (failed.state, rig.visit().body) == (DeployState.ROLLED_BACK, b"one\n")
    assert failed.cause.startswith("The release command ended with 7")


def test_cancelling_one_that_is_built_ends_it_in_the_words_of_who_did(rig: Rig, sandboxes: MemorySandboxes) -> None:
    good = rig.deployed(flask("one"))
    release = rig.ask(rig.push(flask("two") | {"requirements.txt": "flask\ngunicorn\nslow\n"}))

    def cancel() -> None:
        rig.until(lambda: len(only(sandboxes).running()) == 2, "it to be built")
        with rig.database.write() as connection:
            releases.cancel(connection, rig.release(release.id), "Cancelled by @ada", rig.time())

    rig.while_it_waits(cancel)
    ended = rig.release(release.id)
    assert (ended.state, ended.status_message) == (DeployState.CANCELLED, "Cancelled by @ada")
    assert serving(sandboxes) == [good.id]


def test_a_release_that_is_not_seen_at_its_address_is_taken_back(rig: Rig, sandboxes: MemorySandboxes) -> None:
    good = rig.deployed(flask("one"))
    bad = rig.deployed_unseen(flask("two"))
    assert (bad.state, bad.cause_code) == (DeployState.ROLLED_BACK, "not_serving")
    assert rig.kinds(bad.id)[-4:] == ["switched", "ROLLING_BACK", "taken_back", "ROLLED_BACK"]
    rig.until(lambda: rig.visit().body == b"one\n", "visitors to get the old one")
    assert serving(sandboxes) == [good.id]
    assert rig.release(good.id).state is DeployState.DEPLOYED


def test_the_first_release_that_is_not_seen_has_failed(rig: Rig) -> None:
    bad = rig.deployed_unseen(flask("one"))
    assert (bad.state, rig.page(), rig.environment.release_id) == (DeployState.FAILED, "failed", "")


def test_cancelling_one_that_visitors_got_takes_it_back(rig: Rig, sandboxes: MemorySandboxes) -> None:
    good = rig.deployed(flask("one"))
    release = rig.ask(rig.push(flask("two")))

    def cancel(environment: Environment, release_id: str, path: str, check: Callable[[], None]) -> None:
        with rig.database.write() as connection:
            releases.cancel(connection, rig.release(release_id), "Cancelled by @ada", rig.time())
        rig.until_raised(check)

    rig.use(replace(rig.tools, proof=cancel))
    rig.run()
    ended = rig.release(release.id)
    assert (ended.state, ended.status_message) == (DeployState.CANCELLED, "Cancelled by @ada")
    rig.until(lambda: rig.visit().body == b"one\n", "visitors to get the old one")
    assert serving(sandboxes) == [good.id]


def test_a_target_that_is_away_for_long_ends_it_with_a_reason(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.ask(rig.push(flask("one")))
    sandboxes.away = True
    for _ in range(3):
        rig.run_delayed()
    sandboxes.away = False
    ended = rig.release(release.id)
    assert (ended.state, ended.cause_code) == (DeployState.FAILED, "gave_up")
    assert rig.jobs("deploy") == ["dead"]


def test_a_target_that_this_slipway_has_not_is_named(rig: Rig) -> None:
    rig.use(replace(rig.tools, targets={}))
    failed = rig.deployed(flask("one"))
    assert (failed.state, failed.cause_code) == (DeployState.FAILED, "target_unavailable")


def test_github_away_is_tried_again(rig: Rig) -> None:
    release = rig.ask(rig.push(flask("one")))
    rig.forge.outage = Unreachable("asking GitHub: it is away")
    rig.run()
    assert rig.release(release.id).state in (DeployState.SECURITY_SCANNING, DeployState.BUILDING)
    rig.forge.outage = None
    rig.run_delayed()
    assert rig.release(release.id).state is DeployState.DEPLOYED


def test_an_application_that_insists_on_a_port_waits_until_the_one_before_is_gone(
    rig: Rig, sandboxes: MemorySandboxes
) -> None:
    rig.deployed(flask("one"), RunConfig(port=8080))
    second = rig.deployed(flask("two"), RunConfig(port=8080))
    assert (second.state, rig.environment.port) == (DeployState.DEPLOYED, 8080)
    assert "The application insists on port 8080: the one before is stopped first" in rig.messages(second.id)
    assert serving(sandboxes) == [second.id]


def test_one_that_insisted_on_a_port_and_failed_brings_the_old_one_back(rig: Rig) -> None:
    good = rig.deployed(flask("one"), RunConfig(port=8080))
    bad = rig.deployed(flask("two") | {"app.py": CRASH}, RunConfig(port=8080))
    assert bad.state is DeployState.ROLLED_BACK
    assert (rig.page(), rig.environment.release_id) == ("serving", good.id)
    rig.until(lambda: rig.visit().body == b"one\n", "visitors to get the old one")


def test_a_job_of_an_unknown_release_ends(rig: Rig) -> None:
    with rig.database.write() as connection:
        jobs.add(connection, jobs_of("dep_unknown"))
    rig.run()
    assert rig.jobs("deploy") == ["failed"]


def jobs_of(subject: str) -> NewJob:
    """A deploy job of that subject."""
    return NewJob(kind=JobKind.DEPLOY, key=f"deploy:{subject}", installation_id=1, subject=subject)
