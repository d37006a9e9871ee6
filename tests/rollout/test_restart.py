"""What serves is started again under the same release: it died, its sandbox is gone, or somebody asked."""

from collections.abc import Sequence

from engine.domain.release import DeployState, Release
from engine.errors import Unreachable
from engine.project.environments import RunConfig
from engine.rollout.restarts import ask_restart, bring_back
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.port import Command, Finished
from engine.store import deaths
from tests.pipeline.acting import CRASH, Actor, flask
from tests.pipeline.scenes import only, serving
from tests.rollout.rig import Rig


def die(sandboxes: MemorySandboxes, words: str = "ValueError: no more\n") -> None:
    """What serves ends by itself."""
    (process,) = only(sandboxes).running()
    process.call.say(words)
    process.call.die(Finished(3))
    process.thread.join(30)


def die_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    """It dies once more; everything due is done, without the pause."""
    die(sandboxes)
    rig.reaper.beat()
    rig.run_delayed()


def restart(rig: Rig) -> None:
    """Somebody asks for it."""
    with rig.database.write() as connection:
        ask_restart(connection, rig.environment)
    rig.run()


def answers(rig: Rig, words: bytes = b"one\n") -> bool:
    """A visitor gets the application."""
    return rig.visit().body == words


def test_a_restart_puts_a_new_process_in_place_of_the_old(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.deployed(flask("one"))
    (before,) = only(sandboxes).running()
    restart(rig)
    (after,) = only(sandboxes).running()
    assert (after.pid != before.pid, serving(sandboxes)) == (True, [release.id])
    assert answers(rig)
    assert (rig.kinds(release.id)[-1], rig.release(release.id).state) == (deaths.RESTARTED, DeployState.DEPLOYED)


def test_a_restart_that_fails_leaves_what_runs(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.deployed(flask("one"))
    only(sandboxes).files[f"/home/user/revisions/{release.id}/app.py"] = CRASH.encode()
    restart(rig)
    assert answers(rig)
    assert rig.kinds(release.id)[-1] == "not_restarted"
    assert serving(sandboxes) == [release.id]


def test_a_restart_takes_the_values_of_the_release(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.set_variable("WORD", "old")
    rig.deployed(flask("one"))
    rig.set_variable("WORD", "new")
    restart(rig)
    (process,) = only(sandboxes).running()
    assert process.call.command.environment["WORD"] == "old"


def test_a_release_that_dies_is_noticed_told_and_started_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.deployed(flask("one"))
    die(sandboxes)
    rig.reaper.beat()
    assert rig.page() == "restarting"
    rig.until(lambda: rig.visit().status == 503, "visitors to get the page")
    rig.run()
    rig.until(lambda: answers(rig), "it to answer again")
    died = "The application exited with 3 while it served: ValueError: no more. It is started again at once."
    assert rig.messages(release.id)[-2:] == [died, "Started again (for the 1. time since it was well)"]
    assert "ValueError: no more" in rig.log(release.id)
    assert rig.environment.deaths == 1


def test_what_it_said_last_is_told_without_its_secrets(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.set_variable("TOKEN", "hunter2-hunter2")
    release = rig.deployed(flask("one"))
    die(sandboxes, "ValueError: bad token hunter2-hunter2\n")
    rig.use_reaper_with_variables()
    rig.reaper.beat()
    told = [*rig.log(release.id), *rig.messages(release.id), rig.environment.death]
    assert not any("hunter2" in line for line in told)
    assert any("ValueError: bad token" in line for line in told)


def test_without_the_keys_nothing_of_its_words_is_told(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.set_variable("TOKEN", "hunter2-hunter2")
    release = rig.deployed(flask("one"))
    die(sandboxes, "ValueError: bad token hunter2-hunter2\n")
    rig.reaper.beat()
    told = [*rig.log(release.id), *rig.messages(release.id), rig.environment.death]
    assert not any("hunter2" in line or "ValueError" in line for line in told)


def test_one_that_dies_again_and_again_stays_down(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.deployed(flask("one"))
    for _ in deaths.PAUSES:
        die_again(rig, sandboxes)
    assert (rig.page(), rig.environment.deaths) == ("serving", len(deaths.PAUSES))
    die_again(rig, sandboxes)
    assert (rig.page(), rig.environment.release_id) == ("down", release.id)
    rig.reaper.beat()
    rig.run_delayed()
    assert rig.page() == "down"


def test_a_person_starts_one_that_stays_down(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    for _ in range(len(deaths.PAUSES) + 1):
        die_again(rig, sandboxes)
    restart(rig)
    rig.until(lambda: answers(rig), "it to answer again")
    assert rig.environment.deaths == 0


def test_health_for_long_enough_makes_the_deaths_forgotten(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    die_again(rig, sandboxes)
    rig.reaper.beat()
    assert rig.environment.deaths == 1
    rig.ahead += deaths.HEALTH + 1
    rig.reaper.beat()
    assert rig.environment.deaths == 0


def test_a_sandbox_that_is_gone_is_built_again_under_the_same_release(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.deployed(flask("one"))
    sandboxes.kill(only(sandboxes).id)
    rig.reaper.beat()
    assert rig.page() == "restarting"
    rig.run()
    rig.until(lambda: answers(rig), "it to answer again")
    assert rig.visit().value("x-slipway-release") == release.id
    assert rig.release(release.id).state is DeployState.DEPLOYED
    assert (rig.environment.sandbox_id, serving(sandboxes)) == (only(sandboxes).id, [release.id])


def test_a_start_of_everything_brings_back_what_served(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.deployed(flask("one"))
    sandboxes.kill(only(sandboxes).id)
    with rig.database.write() as connection:
        assert [each.id for each in bring_back(connection, (), rig.time())] == [rig.environment_id]
    rig.run()
    rig.until(lambda: answers(rig), "it to answer again")
    assert rig.environment.release_id == release.id


def test_what_still_lives_is_left_alone_by_a_start(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    with rig.database.write() as connection:
        assert bring_back(connection, [only(sandboxes).id], rig.time()) == []
    assert answers(rig)


def test_it_is_built_from_the_mirror_while_github_is_away(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    sandboxes.kill(only(sandboxes).id)
    rig.forge.outage = Unreachable("asking GitHub: it is away")
    rig.reaper.beat()
    rig.run()
    rig.until(lambda: answers(rig), "it to answer again")


def test_a_host_that_is_away_is_asked_again_for_as_long_as_it_takes(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    sandboxes.kill(only(sandboxes).id)
    rig.reaper.beat()
    sandboxes.away = True
    for _ in range(4):
        rig.run_delayed()
    assert rig.page() == "restarting"
    sandboxes.away = False
    rig.reaper.beat()
    rig.run_delayed()
    rig.until(lambda: answers(rig), "it to answer again")


def test_a_deploy_repairs_an_environment_whose_sandbox_is_gone(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    sandboxes.kill(only(sandboxes).id)
    second = rig.deployed(flask("two"))
    assert (second.state, answers(rig, b"two\n")) == (DeployState.DEPLOYED, True)


def test_a_deploy_that_fails_in_a_fresh_sandbox_brings_the_old_release_back(
    rig: Rig, sandboxes: MemorySandboxes
) -> None:
    first = rig.deployed(flask("one"))
    sandboxes.kill(only(sandboxes).id)
    assert rig.deployed(flask("two") | {"app.py": CRASH}).state is DeployState.ROLLED_BACK
    rig.until(lambda: answers(rig), "the old one to answer again")
    assert rig.environment.release_id == first.id


def test_a_release_that_is_not_well_and_whose_predecessor_died_starts_that_again(
    rig: Rig, sandboxes: MemorySandboxes, actor: Actor
) -> None:
    first = rig.deployed(flask("one"), RunConfig(port=8080))
    bad = rig.deployed_unseen(flask("two"), RunConfig(port=8080))
    assert bad.state is DeployState.ROLLED_BACK
    rig.until(lambda: answers(rig), "the old one to answer again")
    assert serving(sandboxes) == [first.id]


def test_nothing_is_restarted_where_nothing_serves(rig: Rig) -> None:
    restart(rig)
    assert (rig.jobs("restart"), rig.page()) == (["done"], "waiting")


def stray(environment: dict[str, str], release_id: str, argv: Sequence[str]) -> Command:
    """A process that a release left behind."""
    tags = {"SLIPWAY_BUILD": release_id, "PORT": "3099"}
    return Command(argv, f"/home/user/revisions/{release_id}", environment | tags)


def test_processes_of_a_release_that_is_over_are_ended(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first: Release = rig.deployed(flask("one"))
    second = rig.deployed(flask("two"))
    command = only(sandboxes).running()[0].call.command
    only(sandboxes).start(stray(command.environment, first.id, command.argv), lambda data: None)
    rig.reaper.beat()
    assert serving(sandboxes) == [second.id]


def test_a_sandbox_that_no_environment_lives_in_is_ended(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    home = only(sandboxes)
    sandboxes.create(home.spec)
    rig.reaper.beat()
    assert list(sandboxes.living) == [home.id]
    assert answers(rig)
