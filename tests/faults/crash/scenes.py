"""How runs begin and go on: what people do at GitHub, what came before, what the processes do."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.domain.build import BuildState
from engine.domain.event import Person, PullRequest
from engine.domain.preview import Preview
from engine.pipeline.revision import BUILD_TAG, GENERATION_TAG, HOME
from engine.pipeline.sandbox_choice import LIFETIME, metadata_of
from engine.sandboxes.port import Command, SandboxSpec
from engine.store import builds, previews, pull_requests, repositories, routes
from engine.store.port import Delivery
from tests.faults.crash.hub import Hub, Pull
from tests.faults.crash.life import Life, Role

STAGES = (BuildState.STARTING, BuildState.SOURCE, BuildState.LAUNCHING, BuildState.READY)


@dataclass(frozen=True)
class Case:
    """One run's pull request, and what GitHub tells of it."""

    hub: Hub
    pull: Pull
    deliveries: tuple[Delivery, ...] = ()
    #: The command's comment; 0: there is none.
    comment_id: int = 0


def commented(text: str) -> Callable[[Hub], Case]:
    """A new pull request with a command."""

    def begin(hub: Hub) -> Case:
        pull = hub.pull()
        comment = hub.comment(pull, text)
        return Case(hub, pull, (hub.comment_delivery(pull, comment),), int(comment["id"]))

    return begin


def commented_twice(one: str, other: str) -> Callable[[Hub], Case]:
    """A new pull request with a command, and then another."""

    def begin(hub: Hub) -> Case:
        pull = hub.pull()
        first, second = hub.comment(pull, one), hub.comment(pull, other)
        deliveries = (hub.comment_delivery(pull, first), hub.comment_delivery(pull, second))
        return Case(hub, pull, deliveries, int(second["id"]))

    return begin


def pushed(hub: Hub) -> Case:
    """A new pull request whose head was pushed just now."""
    pull = hub.pull()
    return Case(hub, pull, (hub.pull_request_delivery(pull, "synchronize"),))


def quiet(hub: Hub) -> Case:
    """A new pull request of which GitHub has nothing to tell."""
    return Case(hub, hub.pull())


def closed(hub: Hub) -> Case:
    """A pull request that was closed just now."""
    pull = hub.pull()
    hub.close(pull)
    return Case(hub, pull, (hub.pull_request_delivery(pull, "closed"),))


def through(*roles: Role) -> Callable[[Life, Case], None]:
    """The deliveries come in (again), and these roles work until they have nothing left to do."""

    def act(life: Life, case: Case) -> None:
        life.take(case.deliveries)
        life.until_calm(roles)

    return act


def posted_twice(life: Life, case: Case) -> None:
    """The build is reported while it waits, and again when it is ready."""
    through(Role.QUICK, Role.SENDER)(life, case)
    preview = preview_of(life, case)
    with life.store.database.read() as connection:
        newest = builds.newest(connection, preview)
    assert newest is not None
    if not newest.state.terminal:
        life.write(lambda connection: walk(connection, newest.id, STAGES))
    life.until_calm((Role.SENDER,))


def worn_out(life: Life, case: Case) -> None:
    """The build's worker died three times."""
    through(Role.QUICK)(life, case)
    for _ in range(3):
        assert life.store.claim("dies", ["work"]) is not None
        life.clock.advance(life.store.intervals.lease + 1)


def buried(life: Life, case: Case) -> None:
    """The deadlines loop looks, and the reports go out."""
    life.act(Role.DEADLINES)
    through(Role.QUICK, Role.SENDER)(life, case)


def serves_old(life: Life, case: Case) -> None:
    """The commit below the head is built and serves."""
    ask_for(life, case, case.pull.old)
    life.until_calm((Role.WORK,))


def is_to_be_looked_at(life: Life, case: Case) -> None:
    """The head serves, and its look was asked for."""
    ask_for(life, case, case.pull.head)
    life.until_calm((Role.WORK,))
    through(Role.QUICK)(life, case)


def is_to_be_mended(life: Life, case: Case) -> None:
    """The head was looked at, and a fix was asked for."""
    life.take(case.deliveries[:1])
    life.until_calm((Role.QUICK, Role.WORK))
    through(Role.QUICK)(life, case)


def was_looked_at(life: Life, case: Case) -> None:
    """The head was looked at, and nobody was told of it."""
    through(Role.QUICK, Role.WORK)(life, case)


def has_sandbox(life: Life, case: Case) -> None:
    """A preview that is ready in a sandbox, without the work of a build."""
    ask_for(life, case, case.pull.head)
    preview = preview_of(life, case)
    spec = SandboxSpec(preview.id, f"repository:{preview.repository_id}", LIFETIME, metadata_of(preview))
    sandbox = life.sandboxes.create(spec)

    def effects(connection: Connection) -> None:
        assert previews.keep_sandbox(connection, preview, sandbox.id, time.time())
        walk(connection, preview.newest_build_id, STAGES)
        routes.serve(connection, preview, preview.newest_build_id, sandbox.upstream(3001), time.time())

    life.write(effects)
    # Its job has nothing left to do.
    life.until_calm((Role.WORK,))


def is_building(life: Life, case: Case) -> None:
    """A worker has begun with the build, and will never end it."""
    life.take(case.deliveries[:1])
    life.until_calm((Role.QUICK,))
    job = life.store.claim("hangs", ["work"])
    assert job is not None
    preview = preview_of(life, case)
    spec = SandboxSpec(preview.id, f"repository:{preview.repository_id}", LIFETIME, metadata_of(preview))
    sandbox = life.sandboxes.create(spec)
    environment = {BUILD_TAG: job.subject, GENERATION_TAG: str(preview.generation)}
    sandbox.start(Command(("sleep", "3600"), HOME, environment), lambda data: None).detach()

    def effects(connection: Connection) -> None:
        assert previews.keep_sandbox(connection, preview, sandbox.id, time.time())
        walk(connection, job.subject, STAGES[:2])

    life.write(effects)


def has_died(life: Life, case: Case) -> None:
    """The head is built and served, and then its application ended by itself."""
    ask_for(life, case, case.pull.head)
    life.until_calm((Role.WORK,))
    life.sandboxes.connect(preview_of(life, case).sandbox_id).stop(lambda environment: True, 0)


def revived(life: Life, case: Case) -> None:
    """The reaper sees it, and it is started again."""
    life.until_calm((Role.REAPER, Role.QUICK, Role.WORK, Role.SENDER))


def walk(connection: Connection, build_id: str, states: tuple[BuildState, ...]) -> None:
    """Moves a build through stages."""
    for state in states:
        builds.advance(connection, build_id, state, state.value, time.time())


def ask_for(life: Life, case: Case, sha: str) -> None:
    """Intake of a push, as it was at that commit."""
    now = time.time()
    repository = case.hub.as_told()
    writer = Person(int(case.hub.repository["owner"]["id"]), case.hub.person.login)
    told = PullRequest(
        case.pull.number, "Change it", sha, "b", repository.id, "main", writer, draft=False, open=True, merged=False
    )

    def effects(connection: Connection) -> None:
        repositories.record(connection, case.hub.installation_id, repository, now)
        pull_requests.record(connection, repository.id, told, now)
        preview = previews.ensure(
            connection,
            installation_id=case.hub.installation_id,
            repository_id=repository.id,
            full_name=repository.full_name,
            number=case.pull.number,
            access="private",
            now=now,
        )
        builds.ask(connection, preview=preview, sha=sha, ask="", requested_by=writer.login, now=now)

    life.write(effects)


def preview_of(life: Life, case: Case) -> Preview:
    """The pull request's preview."""
    with life.store.database.read() as connection:
        found = previews.by_pull_request(connection, int(case.hub.repository["id"]), case.pull.number)
    assert found is not None
    return found
