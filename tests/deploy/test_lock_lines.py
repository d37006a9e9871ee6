"""Locks in SQL, on each kind of database: the line, its races, leases on both clocks, and what frees itself."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from engine.domain.environment import Environment
from engine.domain.event import Repository
from engine.domain.job import JobKind
from engine.domain.lock import Lock
from engine.domain.release import DeployState, Release, ReleaseKind, Waiting
from engine.store import audit, environments, jobs, locks, releases, repositories
from engine.store.clock import Moment
from engine.store.deploy_schema import locks as rows
from engine.store.environments import Named
from engine.store.locks import LockTimes
from engine.store.releases import NewRelease
from engine.store.schema import jobs as job_rows
from tests.databases import Databases
from tests.deploy.world import NOW, A
from tests.store.crowd import Going, crowd

AT = LockTimes(NOW, Moment("clock-1", 1000.0), person=3600.0, deploy=90.0)


class Line:
    """An environment's line."""

    def __init__(self, databases: Databases) -> None:
        self.database = databases.shared()
        with self.database.write() as connection:
            repositories.record(connection, 1, Repository(7, "acme/shop", "main", False, ""), NOW)
        self.environment = self.make("production")

    def make(self, name: str) -> Environment:
        """An environment more."""
        with self.database.write() as connection:
            return environments.ensure(
                connection,
                installation_id=1,
                repository_id=7,
                full_name="acme/shop",
                named=Named(name, "local", "public", ""),
                now=NOW,
            )

    def release(self, ask: str, by: str = "ada", *, automatic: bool = False) -> Release:
        """A release that waits."""
        new = NewRelease(
            environment=self.environment,
            kind=ReleaseKind.DEPLOY,
            sha=A,
            ref="",
            requested_by=by,
            door="api",
            ask=ask,
            variables_version=0,
            configuration="",
            approvals_needed=0,
            automatic=automatic,
        )
        with self.database.write() as connection:
            return releases.ask(connection, new, NOW)

    def person(self, login: str, reason: str = "", at: LockTimes = AT) -> Lock:
        """A person takes a place."""
        with self.database.write() as connection:
            return locks.take_for_person(connection, self.environment.id, login, reason, at)

    def deploy(self, release: Release, at: LockTimes = AT) -> Lock:
        """A deploy takes a place."""
        with self.database.write() as connection:
            return locks.take_for_release(connection, release, at)

    def free(self, lock: Lock) -> None:
        """A place is given up."""
        with self.database.write() as connection:
            locks.free(connection, lock, AT)

    def promote(self, at: LockTimes) -> list[str]:
        """Whose places were over."""
        with self.database.write() as connection:
            return [each.holder for each in locks.promote(connection, self.environment.id, at)]

    def holders(self, at: LockTimes = AT) -> list[str]:
        """Everybody in line; a deploy as the release's name."""
        with self.database.read() as connection:
            line = locks.queue(connection, self.environment.id, at)
        assert [each.place for each in line] == list(range(len(line)))
        return [each.reason if each.release_id else each.holder for each in line]

    def jobs(self) -> list[str]:
        """The releases whose job was asked for."""
        with self.database.read() as connection:
            found = select(job_rows.c.subject).where(job_rows.c.kind == JobKind.DEPLOY).order_by(job_rows.c.created_at)
            return list(connection.execute(found).scalars())


@pytest.fixture
def line(databases: Databases) -> Line:
    """An environment that nobody holds."""
    return Line(databases)


def after(seconds: float, *, moment: float | None = None) -> LockTimes:
    """That much later on the wall; on the clock of leases too, unless told otherwise."""
    return replace(AT, now=NOW + seconds, moment=Moment("clock-1", 1000.0 + (seconds if moment is None else moment)))


def test_the_first_holds_it_and_others_wait_in_their_order(line: Line) -> None:
    assert [line.person(login).place for login in ("ada", "bob", "grace")] == [0, 1, 2]
    assert line.holders() == ["ada", "bob", "grace"]


def test_whoever_leaves_makes_room_for_all_behind(line: Line) -> None:
    for login in ("ada", "bob", "grace"):
        line.person(login)
    line.free(replace(line.person("bob")))
    assert line.holders() == ["ada", "grace"]
    line.free(line.person("ada"))
    assert line.holders() == ["grace"]


def test_one_person_has_one_place_however_they_write_their_name(line: Line) -> None:
    first, again = line.person("ada", "books"), line.person("ADA", "", after(60))
    assert (again.id, again.reason, again.left) == (first.id, "books", 3600.0)


def test_of_two_who_take_it_at_once_one_holds_it_and_one_waits(line: Line) -> None:
    places: list[int] = []

    def take(number: int, _going: Going) -> None:
        places.append(line.person(f"p{number}").place)

    crowd(6, take)
    assert sorted(places) == [0, 1, 2, 3, 4, 5]
    assert len(line.holders()) == 6


def test_of_two_deploys_that_are_asked_for_at_once_one_has_the_turn(line: Line) -> None:
    asked = [line.release(f"ask-{number}") for number in range(4)]
    places: list[int] = []

    def take(number: int, _going: Going) -> None:
        places.append(line.deploy(asked[number]).place)

    crowd(4, take)
    assert sorted(places) == [0, 1, 2, 3]


def test_a_deploy_goes_in_just_before_its_askers_own_lock(line: Line) -> None:
    line.person("ada")
    line.person("bob")
    first, second = line.release("1"), line.release("2", "Ada")
    assert [line.deploy(first).place, line.deploy(second).place] == [0, 1]
    assert line.holders() == ["Deploying v1", "Deploying v2", "ada", "bob"]


def test_what_a_push_started_goes_behind_its_pushers_lock(line: Line) -> None:
    line.person("ada")
    assert line.deploy(line.release("", automatic=True)).place == 1


def test_a_deploy_has_one_place(line: Line) -> None:
    release = line.release("1")
    assert line.deploy(release).id == line.deploy(release).id
    assert line.holders() == ["Deploying v1"]


def test_a_deploy_that_comes_to_the_front_gets_its_job(line: Line) -> None:
    ada = line.person("ada")
    second, third = line.release("2", "bob"), line.release("3", "bob")
    line.deploy(second)
    line.deploy(third)
    assert line.jobs() == []
    line.free(ada)
    assert line.jobs() == [second.id]
    with line.database.read() as connection:
        assert releases.known_by(connection, second.id).waiting is Waiting.TURN


def test_a_persons_lock_ends_with_its_time_and_the_next_moves_up(line: Line) -> None:
    line.person("ada", "books")
    line.person("bob", "", after(3000))
    assert line.promote(after(3599)) == []
    assert line.promote(after(3601)) == ["ada"]
    assert line.holders(after(3601)) == ["bob"]
    with line.database.read() as connection:
        entries = audit.of_subject(connection, line.environment.id)
        held = locks.holder(connection, line.environment.id, after(3601))
    assert [(each.who, each.did) for each in entries] == [("ada", "lock freed: its time was over")]
    assert held is not None and held.left == 3600.0


def test_a_dead_deploys_lock_frees_itself_after_its_lease(line: Line) -> None:
    dead = line.release("1")
    line.deploy(dead)
    line.person("bob")
    assert line.promote(after(89)) == []
    assert line.promote(after(91)) == ["ada"]
    assert line.holders(after(91)) == ["bob"]


def test_a_deploys_lease_is_the_databases_clock_not_the_walls(line: Line) -> None:
    line.deploy(line.release("1"))
    assert line.promote(after(36_000, moment=10)) == []
    assert line.promote(replace(AT, moment=Moment("after a reboot", 1.0))) == ["ada"]


def test_a_renewed_deploy_keeps_its_lock_and_one_in_line_has_none_to_renew(line: Line) -> None:
    first, second = line.release("1"), line.release("2")
    line.deploy(first)
    line.deploy(second)
    with line.database.write() as connection:
        renewed = [locks.renew(connection, each.id, after(80)) for each in (first, second)]
    assert renewed == [True, False]
    assert line.promote(after(160)) == []


def test_a_deploy_whose_job_lives_is_not_dead(line: Line) -> None:
    release = line.release("1")
    line.deploy(release)
    with line.database.write() as connection:
        releases.add_job(connection, release, NOW)
    assert line.promote(after(100_000)) == []
    with line.database.write() as connection:
        jobs.want_stop(connection, subject=release.id, kind=JobKind.DEPLOY, why="cancelled")
    assert line.promote(after(100_000)) == ["ada"]


def test_a_deploy_that_is_over_gives_its_place_up_wherever_it_is(line: Line) -> None:
    first, second, third = (line.release(str(number)) for number in range(3))
    for each in (first, second, third):
        line.deploy(each)
    with line.database.write() as connection:
        for over in (first, second):
            releases.advance(connection, over.id, DeployState.FAILED, "Over", NOW)
    assert line.promote(AT) == ["ada", "ada"]
    assert line.holders() == ["Deploying v3"] and line.jobs() == [third.id]


def test_a_takeover_is_the_first_persons_lock_and_the_old_place_is_gone(line: Line) -> None:
    line.deploy(line.release("1", "zoe"))
    line.person("ada", "books")
    line.person("bob")
    with line.database.write() as connection:
        taken = locks.take_over(connection, line.environment.id, "bob", "fire", after(5))
    assert taken is not None and (taken.holder, taken.reason, taken.since) == ("bob", "fire", NOW + 5)
    assert line.holders() == ["Deploying v1", "bob"]


def test_nothing_is_taken_over_from_a_deploy(line: Line) -> None:
    line.deploy(line.release("1"))
    with line.database.write() as connection:
        assert locks.take_over(connection, line.environment.id, "bob", "fire", AT) is None


def test_lines_of_environments_are_apart(line: Line) -> None:
    line.person("ada")
    other = line.make("staging")
    with line.database.write() as connection:
        assert locks.take_for_person(connection, other.id, "bob", "", AT).place == 0
        assert locks.locked_environments(connection) == sorted([line.environment.id, other.id])
        assert connection.execute(select(func.count()).select_from(rows)).scalar_one() == 2


def test_who_takes_and_who_frees_at_once_leave_a_line_without_gaps(line: Line) -> None:
    def come_and_go(number: int, _going: Going) -> None:
        for turn in range(5):
            lock = line.person(f"p{number}-{turn}")
            if (number + turn) % 2:
                with line.database.write() as connection:
                    fresh = [each for each in locks.queue(connection, line.environment.id, AT) if each.id == lock.id]
                    locks.free(connection, fresh[0], AT)

    crowd(4, come_and_go)
    assert len(line.holders()) == 10
