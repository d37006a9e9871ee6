"""Runs an application's own tests beside the trial, in a copy of its files: what they write, nobody serves."""

import posixpath
import time
from dataclasses import replace

from engine.pipeline.revision import HOME, Revision
from engine.pipeline.steps import run_watched
from engine.readiness.facts import TestsRun
from engine.readiness.trial.leftovers import copy_of
from engine.readiness.trial.narrator import TrialNarrator
from engine.readiness.trial.own_tests import OwnTests, why_unsure
from engine.sandboxes.port import Command, Sandbox

#: Seconds for all tests, for asking whether their runner is there, and for the copy.
TIMEOUT = 120.0
QUICK = 20.0
COPY_TIMEOUT = 60.0
#: Lines of what they said that are kept, and characters of one.
KEPT = 20
LONGEST = 200


def run_tests(
    sandbox: Sandbox, revision: Revision, tests: OwnTests | str, narrator: TrialNarrator
) -> tuple[TestsRun | None, str]:
    """How they went, or why that can't be said. They get no variables and no way out."""
    if isinstance(tests, str):
        return None, tests
    narrator.forget()
    end = time.monotonic() + QUICK
    there = run_watched(sandbox, revision, revision.command(tests.asked), narrator, end)
    if there is None or there.exit_code:
        return None, f"{tests.runner} is not installed where it was built"
    copy = copy_of(revision)
    if not _copied(sandbox, revision, copy, narrator):
        return None, "its files could not be copied for the tests"
    narrator.forget()
    begun = time.monotonic()
    finished = run_watched(sandbox, revision, _command(revision, tests, copy), narrator, begun + TIMEOUT)
    took = round(time.monotonic() - begun, 1)
    lines = narrator.tail()
    if finished is not None and finished.out_of_memory:
        return None, "the sandbox has too little memory for the tests beside the preview"
    unsure = why_unsure(tests, finished.exit_code, lines) if finished is not None else ""
    if unsure:
        return None, unsure
    tail = tuple(line.replace(f"{copy}/", "")[:LONGEST] for line in lines[-KEPT:])
    code = finished.exit_code if finished is not None else -1
    return TestsRun(tests.argv, code, took, timed_out=finished is None, tail=tail), ""


def _copied(sandbox: Sandbox, revision: Revision, copy: str, narrator: TrialNarrator) -> bool:
    # Writing a file makes its folder.
    sandbox.write(f"{copy}/.slipway-copy", b"")
    command = Command(("cp", "-a", "--", f"{revision.folder}/.", copy), HOME, _tagged(revision))
    done = run_watched(sandbox, revision, command, narrator, time.monotonic() + COPY_TIMEOUT)
    return done is not None and not done.exit_code


def _tagged(revision: Revision) -> dict[str, str]:
    return revision.command(()).environment


def _command(revision: Revision, tests: OwnTests, copy: str) -> Command:
    command = revision.command(tests.argv)
    own = {"CI": "1", "PYTHONDONTWRITEBYTECODE": "1", "SLIPWAY_DATA": f"{copy}/.slipway-data"}
    folder = posixpath.normpath(posixpath.join(copy, revision.plan.root))
    return replace(command, folder=folder, environment=command.environment | own)
