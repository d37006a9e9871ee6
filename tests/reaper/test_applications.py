"""Applications that die are noticed without a visitor, started again with growing pauses, and at last left down."""

import pytest
from sqlalchemy import text

from engine.domain.build import Build, BuildState
from engine.pipeline.probe import Answered, probe
from engine.pipeline.revision import Turn
from engine.reports.comment_text import sticky_comment_of
from engine.reports.links import Links
from engine.reports.view import pull_request_view
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.port import Finished, Upstream
from engine.store import deaths
from tests.pipeline.acting import CRASH, flask
from tests.pipeline.rig import Rig
from tests.pipeline.scenes import another_preview, only, serving
from tests.pipeline.test_cancel import run_for


def die(sandboxes: MemorySandboxes, fate: Finished | None = None, words: str = "ValueError: no more\n") -> None:
    """The application ends by itself, saying something."""
    (process,) = only(sandboxes).running()
    process.call.say(words)
    process.call.die(fate or Finished(3))
    process.thread.join(20)


def answers(rig: Rig) -> bool:
    """A visitor of the preview is answered by its application."""
    upstream = rig.route()["upstream"]
    return bool(upstream) and probe(Upstream(upstream), "preview.localhost", "/", 5) == Answered(200)


def comment(rig: Rig) -> str:
    """What the pull request's comment says."""
    with rig.database.read() as connection:
        view = pull_request_view(connection, 7, 12)
    assert view is not None
    found = sticky_comment_of(view, Links(rig.settings))
    assert found is not None
    return found.body


def die_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    """It dies once more; everything due is done, without the pause."""
    die(sandboxes)
    rig.reaper.beat()
    rig.run_delayed()


def test_the_first_death_is_noticed_and_mended_at_once(rig: Rig, sandboxes: MemorySandboxes) -> None:
    build = rig.built(flask("one"))
    die(sandboxes)
    rig.reaper.beat()
    assert rig.route() == {"state": "restarting", "upstream": "", "release": ""}
    rig.run()
    assert answers(rig)
    assert (rig.route()["state"], rig.route()["release"]) == ("serving", build.id)
    assert rig.route()["upstream"] == only(sandboxes).upstream(3003).text
    assert rig.kinds(rig.preview.id)[-2:] == ["application_died", "application_restarted"]
    assert rig.build(build.id) == build


def test_its_last_words_are_kept_and_the_cause_is_named(rig: Rig, sandboxes: MemorySandboxes) -> None:
    build = rig.built(flask("one"))
    die(sandboxes, words="".join(f"line {number}\n" for number in range(300)) + "ValueError: no more\n")
    rig.reaper.beat()
    told = rig.messages(rig.preview.id)[-1]
    assert told == "The application exited with 3 while it served: ValueError: no more. It is started again at once."
    log = rig.log(build.id)
    kept = log[log.index("── The application ended by itself; the last that it said:") :]
    assert kept[1:3] == ["line 101", "line 102"]
    assert kept[-2] == "ValueError: no more"


def test_memory_that_ran_out_is_named(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    die(sandboxes, Finished(137, out_of_memory=True))
    rig.reaper.beat()
    assert rig.preview.death == "The application ended: out of memory."


def test_the_pauses_grow_and_then_it_stays_down(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    for _ in range(4):
        die_again(rig, sandboxes)
        assert answers(rig)
    die_again(rig, sandboxes)
    assert rig.route() == {"state": "down", "upstream": "", "release": ""}
    assert rig.jobs("revive") == ["done"] * 4
    told = [message for message in rig.messages(rig.preview.id) if "started again" in message]
    assert [message.rpartition("again ")[2] for message in told] == ["at once.", "in 10 s.", "in 60 s.", "in 300 s."]
    rig.reaper.beat()
    rig.run_delayed()
    assert rig.preview.down
    assert serving(sandboxes) == []


def test_the_comment_tells_of_restarts_and_of_being_down(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    die_again(rig, sandboxes)
    assert "**Restarted once:** The application ended by itself once, the last time because: " in comment(rig)
    for _ in range(4):
        die_again(rig, sandboxes)
    assert "❌ Failed" in comment(rig)
    assert "**Down:** The application ended by itself 5 times" in comment(rig)
    assert "comment `/preview restart`" in comment(rig)


def test_a_new_version_begins_without_a_record(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    for _ in range(5):
        die_again(rig, sandboxes)
    build = rig.built(flask("two"))
    assert (build.state, rig.preview.deaths, rig.preview.serving_build_id) == (BuildState.READY, 0, build.id)
    assert answers(rig)


def test_ten_minutes_of_health_end_the_record(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    die_again(rig, sandboxes)
    rig.ahead = deaths.HEALTH - 60
    rig.reaper.beat()
    assert rig.preview.deaths == 1
    rig.ahead = deaths.HEALTH + 60
    rig.reaper.beat()
    assert rig.preview.deaths == 0
    assert "Restarted" not in comment(rig)


def test_one_that_does_not_get_well_has_died_once_more(rig: Rig, sandboxes: MemorySandboxes) -> None:
    build = rig.built(flask("one"))
    only(sandboxes).files[f"/home/user/revisions/{build.id}/app.py"] = CRASH.encode()
    die(sandboxes)
    for _ in range(9):
        rig.reaper.beat()
        rig.run_delayed()
    assert rig.preview.down
    assert rig.preview.death.startswith("The application exited with 1 before it listened")
    assert rig.jobs("revive") == ["failed"] * 4


def test_a_restart_whose_job_was_lost_is_asked_for_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    die(sandboxes)
    rig.reaper.beat()
    with rig.database.write() as connection:
        connection.execute(text("DELETE FROM jobs WHERE kind = 'revive'"))
    rig.reaper.beat()
    rig.run()
    assert answers(rig)


def test_while_a_newer_build_is_on_its_way_nothing_is_restarted(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    die(sandboxes)
    rig.reaper.beat()
    newer = rig.ask(rig.push(flask("two")))
    rig.run()
    assert rig.jobs("revive") == ["superseded"]
    assert rig.preview.serving_build_id == newer.id


def test_when_the_newer_build_fails_the_older_is_restarted(rig: Rig, sandboxes: MemorySandboxes) -> None:
    good = rig.built(flask("one"))
    die(sandboxes)
    rig.reaper.beat()
    bad = rig.built(flask("two") | {"app.py": CRASH})
    assert bad.state is BuildState.FAILED
    rig.reaper.beat()
    rig.run()
    assert answers(rig)
    assert rig.route()["release"] == good.id


def test_a_sandbox_that_is_gone_is_noticed_and_its_commit_built_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first = rig.built(flask("one"))
    sandboxes.kill(rig.preview.sandbox_id)
    rig.reaper.beat()
    assert rig.route()["state"] == "building"
    rig.reaper.beat()
    rig.run()
    build = rig.build(rig.preview.newest_build_id)
    assert (build.number, build.sha, build.state) == (2, first.sha, BuildState.READY)
    assert answers(rig)


def test_a_sandbox_that_goes_with_its_application_is_built_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    die(sandboxes)
    rig.reaper.beat()
    sandboxes.kill(rig.preview.sandbox_id)
    rig.run()
    assert answers(rig)
    assert rig.build(rig.preview.newest_build_id).number == 2


def test_one_whose_sandbox_goes_soon_after_it_was_built_again_waits_for_the_next(
    rig: Rig, sandboxes: MemorySandboxes
) -> None:
    rig.built(flask("one"))
    for _ in range(3):
        sandboxes.kill(rig.preview.sandbox_id)
        rig.reaper.beat()
        rig.run()
    assert rig.build(rig.preview.newest_build_id).number == 2
    rig.ahead = deaths.HEALTH + 60
    rig.reaper.beat()
    rig.run()
    assert rig.build(rig.preview.newest_build_id).number == 3
    assert answers(rig)


def test_one_sandbox_that_does_not_answer_keeps_no_other_from_its_restart(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    die(sandboxes)
    rig.reaper.beat()
    with rig.database.write() as connection:
        connection.execute(text("DELETE FROM jobs WHERE kind = 'revive'"))
    another_preview(rig, sandboxes).away = True
    rig.reaper.beat()
    assert rig.jobs("revive") == ["pending"]


def test_a_host_that_is_away_says_nothing_about_applications(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    only(sandboxes).away = sandboxes.away = True
    rig.reaper.beat()
    assert (rig.route()["state"], rig.preview.deaths) == ("serving", 0)


def test_a_host_that_is_away_during_a_restart_is_no_death(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    die(sandboxes)
    rig.reaper.beat()
    sandboxes.away = True
    rig.run()
    assert rig.preview.deaths == 1
    sandboxes.away = False
    rig.reaper.beat()
    rig.run()
    assert answers(rig)


def test_while_a_build_is_at_work_nothing_is_called_dead(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    rig.ask(rig.push(flask("two")))
    assert rig.store.claim("busy", ["work"]) is not None
    die(sandboxes)
    rig.reaper.beat()
    assert (rig.route()["state"], rig.preview.deaths) == ("serving", 0)


@pytest.mark.parametrize("state", ["cancelled", "failed", "superseded"])
def test_what_a_shut_out_worker_started_after_its_build_was_over_is_ended(
    rig: Rig, sandboxes: MemorySandboxes, state: str
) -> None:
    good = rig.built(flask("one"))
    over: Build = rig.ask(rig.push(flask("two")))
    rig.cancel(over.id)
    with rig.database.write() as connection:
        connection.execute(text("UPDATE builds SET state = :state WHERE id = :id"), {"state": state, "id": over.id})
    run_for(only(sandboxes), over, Turn(2, fence=1))
    assert serving(sandboxes) == [good.id, over.id]
    rig.reaper.beat()
    assert serving(sandboxes) == [good.id]
    assert answers(rig)


def test_a_preview_that_is_closed_meanwhile_is_not_restarted(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    die(sandboxes)
    rig.reaper.beat()
    rig.end("stopped")
    rig.run()
    assert sandboxes.living == {}
    assert (rig.route()["state"], rig.preview.deaths) == ("stopped", 0)
