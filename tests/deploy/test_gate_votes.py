"""Gates in SQL, on each kind of database: votes, what opens and closes them, and what a push makes of them."""

import pytest

from engine.domain.gate import Gate, GateKind, GateState, Vote, fork_subject
from engine.store import gates
from engine.store.database import Database
from engine.store.gates import NewGate
from engine.store.schema import outbox as marks
from tests.databases import Databases
from tests.deploy.world import NOW, A, B
from tests.store.crowd import Going, crowd

NEW = NewGate(1, 7, GateKind.DEPLOY, "dep_1", A, "ada", 2)


@pytest.fixture
def database(databases: Databases) -> Database:
    """An empty database."""
    return databases.shared()


def made(database: Database, new: NewGate = NEW) -> Gate:
    """The gate."""
    with database.write() as connection:
        return gates.ensure(connection, new, NOW)


def vote(database: Database, gate: Gate, login: str, *, approves: bool = True) -> Gate:
    """Somebody votes."""
    with database.write() as connection:
        fresh = gates.by_id(connection, gate.id)
        assert fresh is not None
        return gates.vote(connection, fresh, Vote(login, approves, NOW))


def test_a_gate_is_made_once_and_shown(database: Database) -> None:
    first, again = made(database), made(database)
    assert first == again and (first.state, first.missing) == (GateState.WAITING, 2)
    with database.read() as connection:
        subjects = [row.subject for row in connection.execute(marks.select())]
    assert subjects == [f"gate:7:{first.id}"]


def test_another_commit_has_another_gate(database: Database) -> None:
    first = made(database)
    second = made(database, NewGate(1, 7, GateKind.DEPLOY, "dep_1", B, "ada", 1))
    assert first.id != second.id


def test_the_last_approval_that_is_missing_opens_it(database: Database) -> None:
    gate = made(database)
    assert (vote(database, gate, "bob").state, vote(database, gate, "bob").missing) == (GateState.WAITING, 1)
    opened = vote(database, gate, "grace")
    assert (opened.state, opened.decided_at) == (GateState.APPROVED, NOW)


def test_one_person_is_one_vote_however_they_write_their_name(database: Database) -> None:
    gate = made(database)
    vote(database, gate, "bob")
    assert vote(database, gate, "BOB").missing == 1


def test_approvals_at_once_count_each_once(database: Database) -> None:
    gate = made(database, NewGate(1, 7, GateKind.DEPLOY, "dep_1", A, "ada", 4))

    def approve(number: int, _going: Going) -> None:
        vote(database, gate, f"p{number}")

    crowd(4, approve)
    with database.read() as connection:
        found = gates.by_id(connection, gate.id)
    assert found is not None and (found.state, len(found.votes)) == (GateState.APPROVED, 4)


def test_one_rejection_closes_it_and_nothing_opens_it_again(database: Database) -> None:
    gate = made(database)
    assert vote(database, gate, "bob", approves=False).state is GateState.REJECTED
    for login in ("bob", "grace", "zoe"):
        assert vote(database, gate, login).state is GateState.REJECTED


@pytest.mark.parametrize("approved", [True, False])
def test_a_push_makes_it_void_for_good(database: Database, approved: bool) -> None:
    gate = made(database)
    for login in ("bob", "grace") if approved else ():
        vote(database, gate, login)
    with database.write() as connection:
        assert gates.make_void(connection, gate, NOW).state is GateState.VOID
    assert vote(database, gate, "zoe").state is GateState.VOID


def test_what_was_rejected_stays_rejected(database: Database) -> None:
    gate = vote(database, made(database), "bob", approves=False)
    with database.write() as connection:
        assert gates.make_void(connection, gate, NOW).state is GateState.REJECTED


def test_votes_of_those_who_may_no_more_are_dropped(database: Database) -> None:
    gate = vote(database, made(database), "bob")
    with database.write() as connection:
        assert gates.drop_votes(connection, gate, ["BOB"]).missing == 2


def test_an_open_gate_can_wait_again(database: Database) -> None:
    gate = made(database)
    for login in ("bob", "grace"):
        vote(database, gate, login)
    with database.write() as connection:
        assert gates.wait_again(connection, gate).state is GateState.WAITING


def test_waiting_gates_are_one_repositorys_and_of_one_kind(database: Database) -> None:
    mine = made(database)
    made(database, NewGate(1, 7, GateKind.FORK, fork_subject(7, 3), A, "eve", 1))
    made(database, NewGate(1, 8, GateKind.DEPLOY, "dep_2", A, "ada", 1))
    with database.read() as connection:
        assert [each.id for each in gates.waiting(connection, 7, GateKind.DEPLOY)] == [mine.id]
        assert gates.before(connection, GateKind.FORK, fork_subject(7, 3), B) is None
