"""Gates: what a person must open before something goes on, bound to one commit. Each change is shown outside."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, select, update

from engine.domain.gate import Gate, GateKind, GateState, Vote
from engine.reports.slack_marks import mark_about
from engine.reports.subjects import mark_gate
from engine.store import generations
from engine.store.deploy_schema import gates, votes
from engine.store.environments import DEPLOYS
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class NewGate:
    """A gate to be. Fields are those of Gate."""

    installation_id: int
    repository_id: int
    kind: GateKind
    subject: str
    sha: str
    asked_by: str
    needed: int


def ensure(connection: Connection, new: NewGate, now: float) -> Gate:
    """The gate before that subject at that commit; one that is there stays as it is."""
    made = insert_into(connection, gates).values(
        id=f"gate_{secrets.token_hex(8)}", state=GateState.WAITING, created_at=now, **vars(new)
    )
    known = made.on_conflict_do_nothing(index_elements=["kind", "subject", "sha"]).returning(gates.c.id)
    fresh = connection.execute(known).scalar_one_or_none()
    found = before(connection, new.kind, new.subject, new.sha)
    assert found is not None
    if fresh is not None:
        _mark(connection, found)
    return found


def by_id(connection: Connection, gate_id: str) -> Gate | None:
    """The gate of that id."""
    return _first(connection, gates.c.id == gate_id)


def before(connection: Connection, kind: GateKind, subject: str, sha: str) -> Gate | None:
    """The gate before that subject at that commit."""
    return _first(connection, (gates.c.kind == kind) & (gates.c.subject == subject) & (gates.c.sha == sha))


def newest_of(connection: Connection, kind: GateKind, subject: str) -> Gate | None:
    """The newest gate before that subject, whatever its commit and state."""
    return _first(connection, (gates.c.kind == kind) & (gates.c.subject == subject))


def waiting(connection: Connection, repository_id: int, kind: GateKind) -> list[Gate]:
    """The gates of a repository that wait to be opened, oldest first."""
    mine = (gates.c.repository_id == repository_id, gates.c.kind == kind, gates.c.state == GateState.WAITING)
    rows = connection.execute(select(gates).where(*mine).order_by(gates.c.created_at, gates.c.id)).mappings().all()
    return [_gate(connection, row) for row in rows]


def vote(connection: Connection, gate: Gate, one: Vote) -> Gate:
    """Notes what somebody decided: a rejection closes the gate, the last approval that was missing opens it.

    Nothing changes at a gate that waits no more. The login is the same in any case: one vote a person.
    """
    if gate.state is not GateState.WAITING:
        return gate
    row = {"gate_id": gate.id, "login": one.login.lower(), "approves": one.approves, "at": one.at}
    says = {"approves": one.approves, "at": one.at}
    cast = insert_into(connection, votes).values(**row)
    connection.execute(cast.on_conflict_do_update(index_elements=["gate_id", "login"], set_=says))
    now = by_id(connection, gate.id)
    assert now is not None
    if not one.approves:
        return _decide(connection, now, GateState.REJECTED, one)
    if not now.missing:
        return _decide(connection, now, GateState.APPROVED, one)
    _mark(connection, now)
    return now


def drop_votes(connection: Connection, gate: Gate, logins: Collection[str]) -> Gate:
    """What these people decided counts no more: they may not decide it any longer."""
    lowered = [login.lower() for login in logins]
    connection.execute(delete(votes).where(votes.c.gate_id == gate.id, votes.c.login.in_(lowered)))
    found = by_id(connection, gate.id)
    assert found is not None
    return found


def wait_again(connection: Connection, gate: Gate) -> Gate:
    """An approved gate waits again: one of those who opened it may not any longer."""
    approved = (gates.c.id == gate.id, gates.c.state == GateState.APPROVED)
    connection.execute(update(gates).where(*approved).values(state=GateState.WAITING, decided_by="", decided_at=None))
    return _marked(connection, gate.id)


def make_void(connection: Connection, gate: Gate, now: float) -> Gate:
    """A push came: whether it was approved or not, it opens nothing any more. One that was rejected stays so."""
    open_still = gates.c.state.in_([GateState.WAITING, GateState.APPROVED])
    values = {"state": GateState.VOID, "decided_at": now}
    if not connection.execute(update(gates).where(gates.c.id == gate.id, open_still).values(**values)).rowcount:
        return gate
    return _marked(connection, gate.id)


def _decide(connection: Connection, gate: Gate, state: GateState, one: Vote) -> Gate:
    values = {"state": state, "decided_by": one.login, "decided_at": one.at}
    connection.execute(update(gates).where(gates.c.id == gate.id).values(**values))
    return _marked(connection, gate.id)


def _marked(connection: Connection, gate_id: str) -> Gate:
    found = by_id(connection, gate_id)
    assert found is not None
    _mark(connection, found)
    return found


def _mark(connection: Connection, gate: Gate) -> None:
    mark_gate(connection, installation_id=gate.installation_id, repository_id=gate.repository_id, gate_id=gate.id)
    if gate.kind is GateKind.DEPLOY:
        mark_about(connection, gate.repository_id, gate.subject)
    generations.bump(connection, DEPLOYS)


def _first(connection: Connection, which: ColumnElement[bool]) -> Gate | None:
    newest = select(gates).where(which).order_by(gates.c.created_at.desc(), gates.c.id.desc()).limit(1)
    row = connection.execute(newest).mappings().one_or_none()
    return None if row is None else _gate(connection, row)


def _gate(connection: Connection, row: RowMapping) -> Gate:
    cast = select(votes).where(votes.c.gate_id == row["id"]).order_by(votes.c.at, votes.c.login)
    told = tuple(Vote(each.login, bool(each.approves), each.at) for each in connection.execute(cast))
    names = (
        "id",
        "installation_id",
        "repository_id",
        "subject",
        "sha",
        "asked_by",
        "needed",
        "created_at",
        "decided_at",
    )
    return Gate(
        kind=GateKind(row["kind"]), state=GateState(row["state"]), votes=told, **{name: row[name] for name in names}
    )
