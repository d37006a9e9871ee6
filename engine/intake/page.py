"""A button of the job page or of a message: the same decision as its command's, taken in the caller's transaction."""

import secrets
from dataclasses import replace

from sqlalchemy import Connection

from engine.domain.build import Build
from engine.domain.event import ButtonPressed, Person, PullRequest
from engine.domain.permission import Role
from engine.intake import coverage
from engine.intake.actions import Scene, carry_out
from engine.intake.asking import receive_ask
from engine.intake.record import known_of
from engine.planner.decision import Decision, Refuse
from engine.planner.known import Project
from engine.planner.plan import plan
from engine.reasons import REMEDY, Reason
from engine.store import previews, pull_requests, repositories
from engine.store.pull_requests import StoredPullRequest

NOT_OURS = f"The GitHub App doesn't cover this repository any more. {REMEDY[Reason.REPOSITORY_REMOVED]}"


def press(
    connection: Connection,
    build: Build,
    button: str,
    *,
    person: Person,
    role: Role,
    now: float,
    door: str = "page",
    delivery: str = "",
) -> Decision:
    """Carries out what the button of this build means, and answers what was decided.

    GitHub isn't asked here: the build was allowed when it was made, and its job asks again. A refusal is told where it
    was pressed alone. `delivery`: the press's own id, where it has one.
    """
    event = _event(connection, build, button, person, door, delivery or f"page:{secrets.token_hex(8)}")
    if coverage.set_aside(connection, event):
        return Refuse(Reason.REPOSITORY_REMOVED, NOT_OURS)
    preview = previews.by_id(connection, build.preview_id)
    stored = pull_requests.by_number(connection, build.repository_id, event.numbers[0])
    known = replace(
        known_of(connection, event),
        role=role,
        current=_as_told(stored) if stored is not None else None,
        project=Project(access=preview.access if preview is not None else "private"),
        seen=build,
    )
    decision = plan(event, known)
    if not isinstance(decision, Refuse):
        receive_ask(connection, event, build.sha, now)
    carry_out(Scene(connection, event, event.numbers[0], now, event.door), decision)
    return decision


def _event(
    connection: Connection, build: Build, button: str, person: Person, door: str, delivery: str
) -> ButtonPressed:
    repository = repositories.by_id(connection, build.repository_id)
    preview = previews.by_id(connection, build.preview_id)
    # Rows that the build's own row refers to: the database keeps them.
    assert repository is not None
    assert preview is not None
    return ButtonPressed(
        delivery=delivery,
        installation_id=repository.installation_id,
        repository=repository.told,
        sender=person,
        button=button,
        sha=build.sha,
        external_id="",
        app_id=0,
        numbers=(preview.number,),
        door=door,
    )


def _as_told(stored: StoredPullRequest) -> PullRequest:
    """The pull request as the last delivery told of it."""
    return PullRequest(
        number=stored.number,
        title=stored.title,
        head_sha=stored.head_sha,
        head_ref=stored.head_ref,
        head_repository_id=None if stored.fork else stored.repository_id,
        base_ref=stored.base_ref,
        author=Person(0, stored.author),
        draft=stored.draft,
        open=stored.open,
        merged=False,
        labels=stored.labels,
    )
