"""What nobody asks for again goes; what somebody may ask for stays (requirement O: retention)."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, insert, select, update

from engine.domain.environment import Environment
from engine.domain.release import DeployState, ReleaseKind
from engine.recovery.vacuum import Vacuum
from engine.reports.subjects import DEPLOYMENT
from engine.sandboxes.port import Upstream
from engine.settings import Intervals
from engine.store import access_schema, environments, history_schema, logs, releases, schema, timeline
from engine.store.environments import Named
from engine.store.releases import NewRelease
from tests.forge.payloads import REPOSITORY_ID, SHA_B, a_comment_event, a_pull_request_event
from tests.recovery.house import DAY, HOUR, RecoveringHouse
from tests.recovery.payloads import NAMED, a_coverage_event, an_installation_event

KEPT = Intervals(keep_deliveries=10 * DAY, keep_jobs=20 * DAY, keep_logs=30 * DAY)


class Keeping(RecoveringHouse):
    """A house with a history, whose clock tests move far."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.mirrors = folder / "mirrors"
        self.pauses: list[float] = []
        self.vacuum = Vacuum(self.database, KEPT, self.mirrors, lambda: self.now, self.pauses.append)

    def after(self, days: float) -> None:
        """The vacuum works so many days after everything that happened so far, which was at `now`."""
        moments = (
            (schema.inbox, "received_at"),
            (schema.jobs, "finished_at"),
            (schema.outbox, "marked_at"),
            (history_schema.log_chunks, "at"),
            (history_schema.timeline, "at"),
            (history_schema.skips, "created_at"),
            (schema.heads, "received_at"),
        )
        with self.database.write() as connection:
            for table, name in moments:
                old = table.c[name].is_not(None)
                connection.execute(update(table).where(old).values({name: self.now - days * DAY}))
        self.vacuum.beat()

    def everything_is_over(self) -> None:
        """Every job has ended and every mark is posted."""
        with self.database.write() as connection:
            connection.execute(update(schema.jobs).values(state="done", finished_at=self.now))
        self.send()

    def is_logged(self) -> None:
        """The newest build of the first pull request has a log."""
        with self.database.write() as connection:
            logs.append(connection, self.builds()[0].id, ["a line"], self.now)

    def closes(self, number: int = 1) -> None:
        """The pull request is closed, and its preview goes."""
        self.github_has(number, state="closed")
        self.take_in("pull_request", a_pull_request_event("closed", number=number, state="closed"))


@pytest.fixture
def old(tmp_path: Path) -> "Keeping":
    """A house with one pull request, built and logged."""
    house = Keeping(tmp_path)
    house.has_preview()
    house.is_logged()
    return house


LASTING = (schema.previews, schema.builds, schema.repositories, schema.pull_requests, access_schema.audit)


def test_deliveries_and_jobs_that_are_over_go_in_their_time(old: Keeping) -> None:
    old.everything_is_over()
    old.after(days=9)
    assert old.count(schema.inbox) == 1
    old.after(days=11)
    assert old.count(schema.inbox) == 0
    assert old.count(schema.jobs) > 0
    old.after(days=21)
    assert old.count(schema.jobs) == 0


def test_a_delivery_that_waits_stays_however_old_it_is(old: Keeping) -> None:
    key = old.receive("issue_comment", a_comment_event("/status"))
    old.after(days=1000)
    assert old.taken() == [key]
    old.everything_is_over()
    old.after(days=1000)
    assert old.taken() == [], "its job is dead"


def test_a_job_that_lives_stays(old: Keeping) -> None:
    living = old.count(schema.jobs)
    old.after(days=1000)
    assert old.count(schema.jobs) == living


def test_an_open_pull_request_keeps_its_log_its_check_and_its_history(old: Keeping) -> None:
    old.everything_is_over()
    before = [
        old.count(table) for table in (*LASTING, history_schema.log_chunks, history_schema.timeline, schema.heads)
    ]
    old.after(days=1000)
    assert [
        old.count(table) for table in (*LASTING, history_schema.log_chunks, history_schema.timeline, schema.heads)
    ] == before
    assert old.count(schema.outbox) == 3, "its comment, its check and its deployment"


def test_a_closed_pull_request_keeps_its_comment_alone(old: Keeping) -> None:
    old.closes()
    old.everything_is_over()
    old.after(days=29)
    assert old.count(history_schema.log_chunks) == 1
    old.after(days=31)
    assert old.count(history_schema.log_chunks) == 0
    assert old.count(history_schema.timeline) == 0
    assert old.values(schema.outbox, "subject") == [f"comment:{REPOSITORY_ID}:1"]
    assert all(old.count(table) for table in LASTING)


def test_a_pull_request_that_is_reopened_edits_its_old_comment(old: Keeping) -> None:
    old.closes()
    old.everything_is_over()
    old.after(days=1000)
    remote = old.values(schema.outbox, "remote")
    old.github_has()
    old.take_in("pull_request", a_pull_request_event("reopened"))
    assert old.values(schema.outbox, "remote", reporter="github_comment") == remote


def test_a_wish_for_a_preview_that_ended_long_ago_holds_no_more(old: Keeping) -> None:
    old.take_in("issue_comment", a_comment_event("/preview restart"))
    old.build_goes_well()
    old.closes()
    old.everything_is_over()
    old.after(days=31)
    old.repository.files["main"] = {"slipway.yml": b"preview: {drafts: false}\n"}
    old.github_has(draft=True)
    told = old.take_in("pull_request", a_pull_request_event("reopened", draft=True))
    assert told.note == "skipped: draft"


def test_a_mark_that_waits_to_be_posted_stays(old: Keeping) -> None:
    old.closes()
    with old.database.write() as connection:
        connection.execute(update(schema.jobs).values(state="done", finished_at=old.now))
    old.after(days=1000)
    assert old.count(schema.outbox) == 3


def test_older_heads_go_and_the_newest_stays(old: Keeping) -> None:
    old.github_has(sha=SHA_B)
    old.take_in("pull_request", a_pull_request_event("synchronize", sha=SHA_B))
    assert old.count(schema.heads) == 2
    old.after(days=31)
    assert old.values(schema.heads, "sha") == [SHA_B]


def test_why_a_commit_was_not_built_is_kept_while_its_pull_request_is_open(old: Keeping) -> None:
    old.github_has(2, head=FORK)
    old.take_in("pull_request", a_pull_request_event(number=2, head=FORK))
    old.after(days=31)
    assert old.count(history_schema.skips) == 1
    old.closes(2)
    old.after(days=31)
    assert old.count(history_schema.skips) == 0


FORK = {"ref": "cart", "sha": SHA_B, "repo": {"id": 7}}


def test_reactions_marks_go_once_they_are_posted(old: Keeping) -> None:
    old.take_in("issue_comment", a_comment_event("/status"))
    old.everything_is_over()
    assert "github_reaction" in old.values(schema.outbox, "reporter")
    old.after(days=21)
    assert "github_reaction" not in old.values(schema.outbox, "reporter")


@pytest.mark.parametrize(
    ("table", "row", "age"),
    [
        (schema.creations, {"installation_id": 1, "at": -HOUR}, 1.0),
        (
            schema.missed_deliveries,
            {"guid": "x", "delivery_id": 1, "event": "push", "delivered_at": -10 * DAY, "given_up": True},
            1.0,
        ),
        (access_schema.sessions, {"token_hash": "x", "kind": "bot", "created_at": 0.0, "expires_at": 0.0}, 0.0),
    ],
)
def test_small_things_go_when_their_time_is_over(
    old: Keeping, table: Table, row: dict[str, object], age: float
) -> None:
    moved = {name: old.now + value if isinstance(value, float) and value <= 0 else value for name, value in row.items()}
    with old.database.write() as connection:
        connection.execute(insert(table).values(**moved))
    old.now -= 1
    old.vacuum.beat()
    assert old.count(table) == 1
    old.now += 1 + age
    old.vacuum.beat()
    assert old.count(table) == 0


def test_of_a_release_that_serves_no_more_its_history_stays_and_its_log_goes(old: Keeping) -> None:
    with old.database.write() as connection:
        environment = environments.ensure(
            connection,
            installation_id=1,
            repository_id=REPOSITORY_ID,
            full_name="acme/shop",
            named=Named("production", "local", "public", "{}"),
            now=old.now,
        )
        served = a_deployed_release(connection, environment, "gh:old", old.now)
        serving = a_deployed_release(connection, environment, "gh:new", old.now)
        environments.serve(connection, environment, serving, Upstream("tcp:127.0.0.1:1"), 3001, old.now)
        connection.execute(update(schema.outbox).values(posted=schema.outbox.c.version))
    old.after(days=31)
    with old.database.read() as connection:
        assert logs.count(connection, served) == 0
        assert logs.count(connection, serving) == 1
        assert timeline.of(connection, served)
        of_releases = schema.outbox.c.reporter == DEPLOYMENT, schema.outbox.c.subject.like("%:dep_%")
        marks = connection.execute(select(schema.outbox.c.subject).where(*of_releases))
        assert marks.scalars().all() == [f"deployment:{REPOSITORY_ID}:{serving}"]


def a_deployed_release(connection: Connection, environment: Environment, ask: str, now: float) -> str:
    """A release that is over and has a log; its id."""
    new = NewRelease(
        environment=environment,
        kind=ReleaseKind.DEPLOY,
        sha=SHA_B,
        ref="",
        requested_by="ada",
        door="api",
        ask=ask,
        variables_version=0,
        configuration="{}",
        approvals_needed=0,
    )
    release = releases.ask(connection, new, now)
    for state in (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING, DeployState.DEPLOYED):
        releases.advance(connection, release.id, state, "", now)
    logs.append(connection, release.id, ["a line"], now)
    return release.id


def test_it_works_in_small_bites_with_pauses_between(old: Keeping) -> None:
    rows = [{"installation_id": 1, "at": 0.0} for _ in range(450)]
    with old.database.write() as connection:
        connection.execute(insert(schema.creations), rows)
    old.vacuum.beat()
    assert old.count(schema.creations) == 0
    assert len(old.pauses) == 3


def test_a_house_with_nothing_old_loses_nothing(old: Keeping) -> None:
    tables = [table for table in schema.metadata.sorted_tables if table is not schema.generations]
    before = {table.name: old.count(table) for table in tables}
    old.vacuum.beat()
    old.after(days=1)
    assert {table.name: old.count(table) for table in tables} == before


@pytest.mark.parametrize(
    "leaving",
    [
        ("installation", an_installation_event("deleted")),
        ("installation_repositories", a_coverage_event(removed=[NAMED])),
    ],
)
def test_mirrors_of_repositories_that_are_gone_go_too(old: Keeping, leaving: tuple[str, object]) -> None:
    ours, unknown, lock = old.mirrors / f"{REPOSITORY_ID}.git", old.mirrors / "7.git", old.mirrors / "7.lock"
    for folder in (ours, unknown):
        (folder / "objects").mkdir(parents=True)
    old.vacuum.beat()
    assert ours.exists()
    assert not unknown.exists()
    old.take_in(*leaving)
    old.vacuum.beat()
    assert not ours.exists()
    assert lock.exists()


def test_a_delivery_that_was_vacuumed_is_not_taken_in_again(old: Keeping) -> None:
    old.github_logs("once")
    old.missed.beat()
    assert "gh:once" in old.taken()
    old.everything_is_over()
    old.now += 1000 * DAY
    old.after(days=11)
    assert old.taken() == []
    old.missed.beat()
    old.another_loop().beat()
    assert old.taken() == []
