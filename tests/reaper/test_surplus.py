"""Sandboxes that nobody uses are ended; those of others are left alone."""

from engine.domain.job import JobState
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.port import SandboxSpec
from engine.store import meta, previews
from tests.pipeline.acting import flask
from tests.pipeline.rig import NOW, Rig


def a_sandbox(rig: Rig, sandboxes: MemorySandboxes, preview_id: str, generation: int, instance: str = "") -> str:
    """A sandbox with the marks that builds give it."""
    with rig.database.read() as connection:
        ours = meta.instance(connection)
    metadata = {
        "slipway_preview": preview_id,
        "slipway_generation": str(generation),
        "slipway_instance": instance or ours,
    }
    return sandboxes.create(SandboxSpec(preview_id, "repository:7", 600, metadata)).id


def reap(rig: Rig) -> None:
    """The reaper looks once, and its jobs run."""
    rig.reaper.beat()
    rig.run()


def test_one_whose_preview_is_unknown_ends(rig: Rig, sandboxes: MemorySandboxes) -> None:
    a_sandbox(rig, sandboxes, "pv_unknown", 1)
    reap(rig)
    assert sandboxes.living == {}


def test_one_of_another_slipway_and_one_of_nobody_stay(rig: Rig, sandboxes: MemorySandboxes) -> None:
    theirs = a_sandbox(rig, sandboxes, "pv_unknown", 1, instance="another")
    nobodys = sandboxes.create(SandboxSpec("x", "x", 600, {"slipway_preview": "pv_unknown"})).id
    reap(rig)
    assert set(sandboxes.living) == {theirs, nobodys}


def test_one_of_an_earlier_life_and_one_made_twice_end(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    used = rig.preview.sandbox_id
    a_sandbox(rig, sandboxes, rig.preview.id, 0)
    a_sandbox(rig, sandboxes, rig.preview.id, 1)
    reap(rig)
    assert list(sandboxes.living) == [used]
    assert "sandbox_removed" not in rig.kinds(rig.preview.id)


def test_one_that_a_build_has_just_made_stays(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.ask(rig.push(flask("one")))
    assert rig.store.claim("busy", ["work"]) is not None
    made = a_sandbox(rig, sandboxes, rig.preview.id, 1)
    reap(rig)
    assert list(sandboxes.living) == [made]


def test_a_removal_that_was_given_up_or_lost_is_asked_for_anew(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    rig.end()
    job = rig.store.claim("dies", ["quick"])
    assert job is not None
    rig.store.finish(job, JobState.DEAD, rig.remove_handler.bury(job, "The host is away."))
    assert len(sandboxes.living) == 1
    reap(rig)
    assert sandboxes.living == {}
    assert rig.kinds(rig.preview.id)[-2:] == ["sandbox_not_removed", "sandbox_removed"]


def test_while_a_removal_waits_no_second_is_asked_for(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    rig.end()
    rig.reaper.beat()
    rig.reaper.beat()
    assert rig.jobs("remove") == ["pending"]


def test_a_host_that_is_away_is_asked_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    a_sandbox(rig, sandboxes, "pv_unknown", 1)
    sandboxes.away = True
    rig.reaper.beat()
    assert len(sandboxes.living) == 1
    sandboxes.away = False
    rig.reaper.beat()
    assert sandboxes.living == {}


def test_the_sandbox_that_serves_is_left_alone(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    used = rig.preview.sandbox_id
    reap(rig)
    assert list(sandboxes.living) == [used]
    with rig.database.write() as connection:
        previews.end(connection, rig.preview, "stopped", NOW)
    reap(rig)
    assert sandboxes.living == {}
