"""Installed, suspended, uninstalled, covered or not (requirement G7; faults E6 to E9, E12)."""

import pytest
from sqlalchemy import select

from engine.access import sessions, shares
from engine.access.sessions import SessionKind
from engine.domain.build import BuildState
from engine.domain.event import Person
from engine.domain.job import JobKind
from engine.domain.release import DeployState
from engine.errors import Gone
from engine.store import access_schema, builds, deploy_schema, environments, releases, repositories, schema
from engine.store.environments import Named
from tests.forge.payloads import (
    INSTALLATION_ID,
    REPOSITORY_ID,
    SHA_B,
    a_comment_event,
    a_pull_request_event,
    a_push_event,
)
from tests.recovery.house import NOON, RecoveringHouse
from tests.recovery.payloads import (
    NAMED,
    OTHER_INSTALLATION,
    a_coverage_event,
    a_repository_event,
    an_access_event,
    an_installation_event,
)
from tests.store.test_releases import a_release

LEAVING = {
    "uninstalled": ("installation", an_installation_event("deleted")),
    "suspended": ("installation", an_installation_event("suspend")),
    "taken from it": ("installation_repositories", a_coverage_event(removed=[NAMED])),
    "deleted": ("repository", a_repository_event("deleted")),
    "archived": ("repository", a_repository_event("archived")),
}


@pytest.fixture(params=LEAVING)
def leaving(request: pytest.FixtureRequest) -> tuple[str, object]:
    """Each way in which a repository ceases to be ours to work for."""
    return LEAVING[request.param]


def test_a_build_that_waits_is_cancelled_at_once(house: RecoveringHouse, leaving: tuple[str, object]) -> None:
    house.github_has()
    house.take_in("pull_request", a_pull_request_event())
    house.take_in(*leaving)
    assert [build.state for build in house.builds()] == [BuildState.CANCELLED]
    assert house.values(schema.jobs, "state", kind="build") == ["cancelled"]


def test_a_build_that_runs_is_told_to_stop(house: RecoveringHouse, leaving: tuple[str, object]) -> None:
    house.github_has()
    house.take_in("pull_request", a_pull_request_event())
    job = house.store.claim("a worker", ["work"])
    assert job is not None
    house.take_in(*leaving)
    assert house.store.renew([job]) == {job.id: "cancelled"}


def test_its_preview_is_gone_for_every_visitor(house: RecoveringHouse, leaving: tuple[str, object]) -> None:
    house.has_preview()
    before = house.generation("routes")
    house.take_in(*leaving)
    assert house.preview().life == "removed"
    assert house.values(schema.routes, "state") == ["removed"]
    assert house.values(schema.routes, "upstream") == [""]
    assert house.generation("routes") > before
    assert house.values(schema.jobs, "state", kind="remove") == ["pending"]


def test_share_links_and_sign_ins_to_its_preview_end(house: RecoveringHouse, leaving: tuple[str, object]) -> None:
    house.has_preview()
    preview = house.preview()
    with house.database.write() as connection:
        _, token = shares.mint(
            connection,
            preview_id=preview.id,
            installation_id=INSTALLATION_ID,
            created_by="writer",
            seconds=600,
            now=NOON,
        )
        cookie = sessions.start(
            connection, SessionKind.VISIT, Person(1, "reader"), label=preview.label, seconds=600, now=NOON
        )
    house.take_in(*leaving)
    with house.database.read() as connection:
        assert shares.find(connection, token, preview_id=preview.id, now=NOON) is None
        assert sessions.find(connection, SessionKind.VISIT, cookie, label=preview.label, now=NOON) is None


def test_nothing_waits_to_be_posted_there(house: RecoveringHouse, leaving: tuple[str, object]) -> None:
    house.has_preview()
    house.take_in(*leaving)
    assert house.send() == 0
    assert set(house.values(schema.outbox, "given_up")) == {True}


def test_tokens_and_permissions_are_forgotten(house: RecoveringHouse, leaving: tuple[str, object]) -> None:
    house.has_preview()
    tokens, access = house.generation("tokens"), house.generation("access")
    house.take_in(*leaving)
    assert (house.generation("tokens"), house.generation("access")) > (tokens, access)
    assert house.generation("tokens") > tokens


@pytest.mark.parametrize("way", ["uninstalled", "suspended", "taken from it", "deleted"])
def test_its_secrets_are_erased(house: RecoveringHouse, way: str) -> None:
    house.has_preview()
    house.keeps_a_secret()
    house.take_in(*LEAVING[way])
    assert house.count(deploy_schema.secrets) == 0


def test_its_deploys_end_and_what_serves_is_retired(house: RecoveringHouse, leaving: tuple[str, object]) -> None:
    house.has_preview()
    with house.database.write() as connection:
        environment = environments.ensure(
            connection,
            installation_id=INSTALLATION_ID,
            repository_id=REPOSITORY_ID,
            full_name="acme/shop",
            named=Named("production", "local", "private", "{}"),
            now=house.now,
        )
        releases.ask(connection, a_release(environment), house.now)
        link, _ = shares.mint(
            connection,
            preview_id=environment.id,
            installation_id=INSTALLATION_ID,
            created_by="ada",
            seconds=3600,
            now=house.now,
        )
    house.take_in(*leaving)
    with house.database.read() as connection:
        assert [each.state for each in releases.of_environment(connection, environment.id)] == [DeployState.CANCELLED]
        revoked = select(access_schema.share_links.c.revoked_at).where(access_schema.share_links.c.id == link.id)
        assert connection.execute(revoked).scalar_one() is not None
        retiring = select(schema.jobs.c.subject).where(schema.jobs.c.kind == JobKind.RETIRE.value)
        assert environment.id in connection.execute(retiring).scalars().all()


def test_an_archived_repository_keeps_its_secrets(house: RecoveringHouse) -> None:
    house.has_preview()
    house.keeps_a_secret()
    house.take_in(*LEAVING["archived"])
    assert house.count(deploy_schema.secrets) == 1


def test_told_twice_it_is_the_same(house: RecoveringHouse, leaving: tuple[str, object]) -> None:
    house.has_preview()
    house.take_in(*leaving)
    removals, builds_before = house.count(schema.jobs), house.builds()
    house.take_in(*leaving)
    assert house.count(schema.jobs) == removals + 1, "only the delivery's own"
    assert house.builds() == builds_before


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("pull_request", a_pull_request_event("synchronize", sha=SHA_B)),
        ("issue_comment", a_comment_event("/preview")),
        ("push", a_push_event()),
    ],
)
def test_what_comes_late_is_left_alone_with_a_reason(
    house: RecoveringHouse, leaving: tuple[str, object], name: str, payload: object
) -> None:
    house.has_preview()
    house.take_in(*leaving)
    house.github_has(sha=SHA_B)
    late = house.take_in(name, payload)
    assert late.state == "ignored"
    assert "GitHub App" in late.note or "repository was" in late.note
    assert house.preview().life == "removed"
    assert house.send() == 0


def test_what_was_being_worked_on_when_it_left_is_left_alone(
    house: RecoveringHouse, leaving: tuple[str, object]
) -> None:
    house.has_preview()
    house.github_has(sha=SHA_B)
    key = house.receive("pull_request", a_pull_request_event("synchronize", sha=SHA_B))
    begun = house.begin(key)
    house.take_in(*leaving)
    house.finish(begun)
    assert house.delivery(key).state == "ignored"
    assert len(house.builds()) == 1


def test_an_uninstall_that_comes_before_everything_else_holds(house: RecoveringHouse) -> None:
    house.github_has()
    house.take_in("installation", an_installation_event("deleted"))
    assert house.take_in("pull_request", a_pull_request_event()).state == "ignored"
    late = house.take_in("installation", an_installation_event("created"))
    assert late.note == "told late: it was uninstalled since"
    assert house.take_in("pull_request", a_pull_request_event()).state == "ignored"
    assert house.find_preview() is None


def test_deliveries_before_the_installation_itself_make_one_row(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("installation", an_installation_event("created"))
    house.take_in("installation", an_installation_event("created"))
    assert house.values(schema.installations, "state") == ["active"]
    assert house.preview().life == "open"


def test_installed_again_it_works_under_the_new_installation(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("installation", an_installation_event("deleted"))
    house.take_in("installation", an_installation_event("created", OTHER_INSTALLATION))
    again = a_pull_request_event("reopened") | {"installation": {"id": OTHER_INSTALLATION}}
    assert house.take_in("pull_request", again).state == "handled"
    assert house.preview().installation_id == OTHER_INSTALLATION
    assert set(house.values(schema.builds, "installation_id")) == {OTHER_INSTALLATION}


def test_unsuspended_it_works_again_and_says_what_it_could_not_say(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("installation", an_installation_event("suspend"))
    asked = house.generation("sweep")
    house.take_in("installation", an_installation_event("unsuspend"))
    assert house.generation("sweep") > asked
    house.send()
    assert "removed" in house.comment().body
    assert house.take_in("pull_request", a_pull_request_event("reopened")).state == "handled"
    assert house.preview().life == "open"


@pytest.mark.parametrize("late", ["unsuspend", "suspend"])
def test_nothing_but_github_itself_brings_an_uninstalled_app_back(house: RecoveringHouse, late: str) -> None:
    house.take_in("installation", an_installation_event("deleted"))
    house.take_in("installation", an_installation_event(late))
    assert house.values(schema.installations, "state") == ["deleted"]


def test_a_repository_that_is_added_again_is_worked_for_again(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("installation_repositories", a_coverage_event(removed=[NAMED]))
    house.take_in("installation_repositories", a_coverage_event(added=[NAMED]))
    assert house.take_in("pull_request", a_pull_request_event("reopened")).state == "handled"


def test_only_the_repository_that_left_is_left(house: RecoveringHouse) -> None:
    house.has_preview()
    other = NAMED | {"id": REPOSITORY_ID + 1}
    house.take_in("installation_repositories", a_coverage_event(removed=[other]))
    assert house.preview().life == "open"


def test_what_another_installation_covers_by_now_is_not_taken_by_the_old_one(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("installation_repositories", a_coverage_event(added=[NAMED], installation=OTHER_INSTALLATION))
    house.take_in("installation_repositories", a_coverage_event(removed=[NAMED]))
    house.take_in("installation", an_installation_event("deleted"))
    assert house.preview().life == "open"


def test_a_renamed_repository_is_found_under_its_new_name(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("repository", a_repository_event("renamed", "acme/store"))
    with house.database.read() as connection:
        found = repositories.by_full_name(connection, "acme/store")
    assert found is not None
    assert found.id == REPOSITORY_ID
    house.send()
    assert house.comment().repository.full_name == "acme/store"


def test_what_was_refused_under_the_old_name_is_posted_under_the_new_one(house: RecoveringHouse) -> None:
    house.has_preview()
    with house.database.write() as connection:
        connection.execute(schema.outbox.update().values(given_up=True))
    house.take_in("repository", a_repository_event("renamed", "acme/store"))
    assert house.send() == 3, "comment, check and deployment"


def test_a_transferred_repository_takes_everything_along(house: RecoveringHouse) -> None:
    house.github_has()
    house.take_in("pull_request", a_pull_request_event())
    asked = house.generation("sweep")
    house.take_in("repository", a_repository_event("transferred", "globex/shop", OTHER_INSTALLATION))
    for table in (schema.previews, schema.builds, schema.outbox, schema.routes, schema.repositories):
        assert set(house.values(table, "installation_id")) == {OTHER_INSTALLATION}, table.name
    assert house.values(schema.jobs, "installation_id", kind="build") == [OTHER_INSTALLATION]
    assert house.generation("sweep") > asked


def test_public_previews_close_at_once_when_their_repository_becomes_private(house: RecoveringHouse) -> None:
    house.has_preview()
    for table in (schema.previews, schema.routes):
        with house.database.write() as connection:
            connection.execute(table.update().values(access="public"))
    before = house.generation("routes")
    house.take_in("repository", a_repository_event("privatized"))
    assert house.values(schema.routes, "access") == ["private"]
    assert house.preview().access == "private"
    assert house.generation("routes") > before


def test_an_unarchived_repository_is_worked_for_again(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("repository", a_repository_event("archived"))
    house.take_in("repository", a_repository_event("unarchived"))
    assert house.take_in("pull_request", a_pull_request_event("reopened")).state == "handled"
    assert house.preview().life == "open"


@pytest.mark.parametrize("event", ["member", "membership", "organization"])
def test_permissions_are_asked_for_anew_when_somebody_comes_or_goes(house: RecoveringHouse, event: str) -> None:
    before = house.generation("access")
    house.take_in(event, an_access_event())
    assert house.generation("access") > before


def test_new_permissions_need_new_tokens(house: RecoveringHouse) -> None:
    before = house.generation("tokens")
    house.take_in("installation", an_installation_event("new_permissions_accepted"))
    assert house.generation("tokens") > before
    assert house.values(schema.installations, "state") == ["active"]


def test_what_nobody_knows_here_is_noted_only(house: RecoveringHouse) -> None:
    house.take_in("repository", a_repository_event("created"))
    house.take_in("repository", a_repository_event("privatized"))
    assert house.count(schema.repositories) == 0


def test_a_build_that_ends_after_all_has_its_say_tried_once(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("installation", an_installation_event("deleted"))
    with house.database.write() as connection:
        builds.say(connection, house.builds()[0].id, "said late")
    house.comments.outage = house.checks.outage = Gone("GitHub answered 404")
    assert house.send() == 3, "comment, check and deployment"
    assert house.send() == 0
