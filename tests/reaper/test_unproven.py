"""Ends that aren't proven yet are proven later, each for itself."""

from sqlalchemy import text

from engine.domain.build import Build
from engine.sandboxes.memory import MemorySandboxes
from engine.store import builds, previews
from tests.pipeline.acting import flask
from tests.pipeline.rig import NOW, Rig
from tests.pipeline.scenes import another_preview


def an_unproven_build(rig: Rig, number: int) -> Build:
    """A build of the pull request that is over, of which something may still run."""
    with rig.database.write() as connection:
        preview = previews.by_pull_request(connection, 7, number)
        assert preview is not None
        build = builds.ask(connection, preview=preview, sha="a" * 40, ask="", requested_by="octo", now=NOW)
        builds.cancel(connection, build.id, "octo", NOW + number)
        connection.execute(text("UPDATE builds SET end_unproven = 1 WHERE id = :id"), {"id": build.id})
    return build


def unproven(rig: Rig) -> list[str]:
    """The builds whose end isn't proven."""
    with rig.database.read() as connection:
        return [build.id for build in builds.unproven(connection)]


def test_one_sandbox_that_does_not_answer_keeps_no_other_build_unproven(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    first = an_unproven_build(rig, 12)
    stubborn = sandboxes.living[rig.preview.sandbox_id]
    another_preview(rig, sandboxes)
    an_unproven_build(rig, 13)
    stubborn.away = True
    rig.reaper.beat()
    assert unproven(rig) == [first.id]
    stubborn.away = False
    rig.reaper.beat()
    assert unproven(rig) == []
