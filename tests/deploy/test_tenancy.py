"""Nothing of one repository is reached from another, and everything that was asked is in the audit."""

import pytest

from engine.deploy.asks import Action, DeployAsk
from engine.domain.event import Repository
from engine.domain.permission import Role
from engine.domain.release import DeployState, Waiting
from engine.forge.memory import MemoryRepository
from engine.forge.port import RepositoryRef
from engine.reasons import Reason
from engine.store import audit, repositories
from tests.deploy.world import NOW, World, reasons_of

OTHER = RepositoryRef(2, 8, "evil/shop")


@pytest.fixture
def two(world: World) -> World:
    """Another repository, where mallory may do everything."""
    world.forge.repositories[8] = MemoryRepository("evil/shop", roles={"mallory": Role.ADMIN}, installation_id=2)
    with world.database.write() as connection:
        repositories.record(connection, 2, Repository(8, "evil/shop", "main", False, ""), NOW)
    return world


@pytest.mark.parametrize("action", [Action.ROLLBACK, Action.CANCEL, Action.APPROVE, Action.REJECT, Action.LOCK])
def test_anothers_release_is_not_there(two: World, action: Action) -> None:
    two.write_project(b"environments: {production: {approvals: 1}}\n")
    release = two.start()
    for wanted in (release.id, two.gate(release).id):
        found = two.desk.handle(DeployAsk(action, OTHER, "main", "mallory", "api", wanted, release=wanted))
        assert set(reasons_of(found)) <= {Reason.NO_SUCH_RELEASE, Reason.NOTHING_TO_APPROVE}
    assert (two.release(release.id).state, two.release(release.id).waiting) == (DeployState.PENDING, Waiting.APPROVAL)


def test_environments_of_one_name_are_each_repositorys_own(two: World) -> None:
    two.start()
    found = two.desk.handle(DeployAsk(Action.LOCK, OTHER, "main", "mallory", "api", "x", words=("production",)))
    assert not getattr(found, "obstacles", ())
    assert [each.release_id for each in two.line()] == [two.releases("production")[0].id]


def test_an_id_of_another_environment_than_the_one_named_is_not_taken(ordered: World) -> None:
    staged = ordered.deployed("staging")
    refused = ordered.do(Action.ROLLBACK, "production", release=staged.id)
    assert reasons_of(refused) == [Reason.NO_SUCH_RELEASE]


def test_everything_that_was_asked_is_recorded_with_its_door_and_outcome(world: World) -> None:
    release = world.start(door="page")
    world.do(Action.LOCK, login="bob", door="slack")
    world.do(Action.UNLOCK, login="grace", door="comment")
    world.do(Action.DEPLOY, login="eve")
    with world.database.read() as connection:
        here = audit.of_subject(connection, world.environment().id)
        elsewhere = audit.of_subject(connection, "acme/shop")
    assert [(each.who, each.door, each.did, each.outcome) for each in here] == [
        ("ada", "page", "deploy", f"done {release.id}"),
        ("bob", "slack", "lock", "done"),
        ("grace", "comment", "unlock", "refused:locked"),
    ]
    assert [(each.who, each.outcome) for each in elsewhere] == [("eve", "refused:not_permitted")]
    assert here[0].sha == release.sha
