"""Values that planner tests are made of: what is known, what happens."""

from dataclasses import replace
from typing import Any

from engine.domain.build import Build, BuildState
from engine.domain.event import ButtonPressed, Commented, Event, PullRequest, PullRequestChanged, Pushed
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.forge.payload_models import PullRequest as PullRequestPayload
from engine.forge.payload_values import pull_request_of
from engine.forge.payloads import event_of
from engine.planner.decision import Decision, StartBuild
from engine.planner.known import Known, Project
from engine.planner.plan import plan
from tests.forge.payloads import (
    FORK_ID,
    REPOSITORY_ID,
    SHA_A,
    a_comment_event,
    a_pull_request,
    a_pull_request_event,
    in_bytes,
)

PREVIEW = Preview("pv_1", 1, REPOSITORY_ID, 1, "pr-1--shop", "open", 1, "", "bld_1", "bld_1", "private")
STOPPED, REMOVED = replace(PREVIEW, life="stopped"), replace(PREVIEW, life="removed")
BUILD = Build("bld_1", "pv_1", REPOSITORY_ID, 1, SHA_A, "", "writer", BuildState.READY, "", "", "", 1, 1, 2, "")
ON_COMMAND = Project(start="on_command")
BROKEN = Project(problems=("slipway.yml: a: an unknown key.", "slipway.yml: b: an unknown key."))


def at_github(sha: str = SHA_A, **changes: Any) -> PullRequest:
    return pull_request_of(PullRequestPayload.model_validate(a_pull_request(sha=sha, **changes)))


def known(**changes: object) -> Known:
    usual = Known(REPOSITORY_ID, "writer", Role.WRITE, current=at_github(), bound_sha=SHA_A, newest_sha=SHA_A)
    return replace(usual, **changes)  # type: ignore[arg-type]  # named fields of Known


def event(name: str, payload: dict[str, object]) -> Pushed | PullRequestChanged | Commented:
    found: Event = event_of(name, "guid", in_bytes(payload))
    assert isinstance(found, Pushed | PullRequestChanged | Commented)
    return found


def pushed(world: Known, action: str = "synchronize", **changes: Any) -> Decision:
    return plan(event("pull_request", a_pull_request_event(action, **changes)), world)


def written(text: str, world: Known) -> Decision:
    return plan(event("issue_comment", a_comment_event(text)), world)


def pressed(button: str, world: Known, sha: str = SHA_A) -> Decision:
    told = event("issue_comment", a_comment_event("/help"))
    return plan(ButtonPressed("guid", 1, told.repository, told.sender, button, sha, "", 0, (1,)), world)


START = StartBuild(SHA_A, "private", "writer")
FORK = {"ref": "x", "sha": SHA_A, "repo": {"id": FORK_ID}}
