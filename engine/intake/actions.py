"""Carries a decision out: rows and marks, in the very transaction that ends the intake job."""

from dataclasses import dataclass
from typing import assert_never

from sqlalchemy import Connection

from engine.domain.event import ButtonPressed, Commented, PullRequestChanged
from engine.domain.gate import GateState, Vote
from engine.intake import readiness
from engine.planner.decision import (
    Answer,
    CancelBuild,
    DecideGate,
    Decision,
    FollowBuild,
    InspectCommit,
    MakeFix,
    Nothing,
    Refuse,
    RemovePreview,
    Skip,
    StartBuild,
    StopPreview,
)
from engine.reports.subjects import mark_check, mark_comment, mark_reaction
from engine.store import asks, audit, builds, gates, previews, skips
from engine.store.audit import Entry
from engine.store.skips import Skipped


@dataclass(frozen=True)
class Scene:
    """Where a decision is carried out. `now` is in Unix seconds."""

    connection: Connection
    event: PullRequestChanged | Commented | ButtonPressed
    number: int
    now: float
    #: Which way it came in, for the audit.
    door: str

    @property
    def ask(self) -> str:
        """The delivery of the command; empty for what happens by itself."""
        return "" if isinstance(self.event, PullRequestChanged) else self.event.delivery


def door_of(event: PullRequestChanged | Commented | ButtonPressed) -> str:
    """The audit's word for where an event came from."""
    return "push" if isinstance(event, PullRequestChanged) else event.door


def carry_out(scene: Scene, decision: Decision) -> str:
    """Writes everything that the decision leads to; one short sentence of what was done."""
    match decision:
        case StartBuild():
            return _start(scene, decision)
        case FollowBuild(build_id):
            asks.follow(scene.connection, scene.ask, build_id)
            _show(scene)
            return f"answered with {build_id}"
        case CancelBuild(build_id):
            return _cancel(scene, build_id)
        case RemovePreview():
            return _end(scene, "removed")
        case StopPreview(answer):
            asks.settle(scene.connection, scene.ask, asks.DONE, answer)
            said = _end(scene, "stopped")
            _show(scene)
            return said
        case DecideGate():
            return _decide_gate(scene, decision)
        case InspectCommit() | MakeFix():
            return _follow(scene, decision)
        case Answer(markdown):
            asks.settle(scene.connection, scene.ask, asks.DONE, markdown)
            _show(scene)
            return "answered"
        case Refuse():
            return _refuse(scene, decision)
        case Skip(sha, reason, detail):
            _skip(scene, Skip(sha, reason, detail))
            return f"skipped: {reason}"
        case Nothing(why):
            return why
        case _:
            assert_never(decision)


def _start(scene: Scene, decision: StartBuild) -> str:
    repository = scene.event.repository
    preview = previews.ensure(
        scene.connection,
        installation_id=scene.event.installation_id,
        repository_id=repository.id,
        full_name=repository.full_name,
        number=scene.number,
        access=decision.access,
        now=scene.now,
    )
    build = builds.ask(
        scene.connection,
        preview=preview,
        sha=decision.sha,
        ask=scene.ask,
        requested_by=decision.login,
        now=scene.now,
    )
    if scene.ask:
        asks.follow(scene.connection, scene.ask, build.id)
        _show(scene)
    _note(scene, f"start {build.id}", decision.sha, "done")
    return f"started {build.id}"


def _decide_gate(scene: Scene, decision: DecideGate) -> str:
    gate = gates.by_id(scene.connection, decision.gate_id)
    if gate is None:
        return "there was no gate any more"
    now = gates.vote(scene.connection, gate, Vote(scene.event.sender.login, decision.approves, scene.now))
    _note(scene, f"{'approve' if decision.approves else 'reject'} {gate.id}", gate.sha, "done")
    if decision.held is not None:
        _skip(scene, decision.held)
    if decision.start is not None and now.state is GateState.APPROVED:
        return f"approved {gate.sha[:7]}, {_start(scene, decision.start)}"
    asks.settle(scene.connection, scene.ask, asks.DONE, decision.answer)
    _show(scene)
    return f"{now.state} {gate.sha[:7]}"


def _follow(scene: Scene, decision: InspectCommit | MakeFix) -> str:
    """A look, or a fix: the ask goes as that goes."""
    # Neither comes by itself: somebody asks.
    assert not isinstance(scene.event, PullRequestChanged)
    if isinstance(decision, InspectCommit):
        did = f"inspect {readiness.inspect(scene.connection, scene.event, decision, scene.now)}"
    else:
        did = f"fix {decision.name} {readiness.fix(scene.connection, scene.event, decision, scene.now)}"
    _show(scene)
    _note(scene, did, decision.sha, "done")
    return did


def _cancel(scene: Scene, build_id: str) -> str:
    asks.follow(scene.connection, scene.ask, build_id)
    builds.cancel(scene.connection, build_id, scene.event.sender.login, scene.now)
    _show(scene)
    _note(scene, f"cancel {build_id}", "", "done")
    return f"cancelled {build_id}"


def _end(scene: Scene, life: str) -> str:
    preview = previews.by_pull_request(scene.connection, scene.event.repository.id, scene.number)
    if preview is None:
        return "there was no preview any more"
    previews.end(scene.connection, preview, "removed" if life == "removed" else "stopped", scene.now)
    _note(scene, f"{life} {preview.id}", "", "done")
    return f"{life} {preview.id}"


def _refuse(scene: Scene, refused: Refuse) -> str:
    sentence = f"{refused.sentence}\n\n`{refused.reason}`"
    asks.settle(scene.connection, scene.ask, asks.REFUSED, sentence, reason=refused.reason)
    if refused.sha:
        _skip(scene, Skip(refused.sha, refused.reason, refused.detail))
    _show(scene)
    _note(scene, "command", refused.sha, f"refused:{refused.reason}")
    return f"refused: {refused.reason}"


def _skip(scene: Scene, skip: Skip) -> None:
    event = scene.event
    row = Skipped(
        repository_id=event.repository.id,
        sha=skip.sha,
        installation_id=event.installation_id,
        number=scene.number,
        reason=skip.reason,
        detail=skip.detail,
        created_at=scene.now,
    )
    skips.record(scene.connection, row)
    mark_check(scene.connection, installation_id=event.installation_id, repository_id=event.repository.id, sha=skip.sha)
    if previews.by_pull_request(scene.connection, event.repository.id, scene.number) is not None:
        _mark_comment(scene)


def _show(scene: Scene) -> None:
    """The comment shows the answer, the command's comment how it went."""
    _mark_comment(scene)
    event = scene.event
    if isinstance(event, Commented):
        mark_reaction(
            scene.connection,
            installation_id=event.installation_id,
            repository_id=event.repository.id,
            comment_id=event.comment_id,
        )


def _mark_comment(scene: Scene) -> None:
    if not scene.number:
        # Of a release that belongs to no pull request, or asked through a door that stands in none.
        return
    mark_comment(
        scene.connection,
        installation_id=scene.event.installation_id,
        repository_id=scene.event.repository.id,
        number=scene.number,
    )


def _note(scene: Scene, did: str, sha: str, outcome: str) -> None:
    event = scene.event
    audit.record(
        scene.connection,
        Entry(
            at=scene.now,
            installation_id=event.installation_id,
            who=event.sender.login,
            door=scene.door,
            did=did,
            subject=event.repository.full_name + (f"#{scene.number}" if scene.number else ""),
            sha=sha,
            outcome=outcome,
        ),
    )
