"""Environments of projects: what serves where. Each change of what visitors get raises the generation `routes`."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select, update

from engine.domain.environment import Environment, environment_label
from engine.reports.slack_marks import mark_about
from engine.reports.subjects import mark_deployment
from engine.sandboxes.port import Upstream
from engine.store import generations
from engine.store.deploy_schema import environments
from engine.store.routes import GENERATION
from engine.store.schema import routes
from engine.store.upsert import insert_into

#: What pages and streams of deploys watch: raised with every change of a release, an environment, a gate or a lock.
DEPLOYS = "deploys"


@dataclass(frozen=True)
class Named:
    """An environment as the default branch's `slipway.yml` names it."""

    name: str
    target: str
    access: str
    #: JSON of its rules.
    rules: str


def ensure(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    full_name: str,
    named: Named,
    now: float,
) -> Environment:
    """The environment of that name with the rules of now, made when it isn't there, with its waiting route."""
    label = environment_label(named.name, full_name, repository_id)
    says = {
        "installation_id": installation_id,
        "target": named.target,
        "access": named.access,
        "rules": named.rules,
        "retired": False,
    }
    made = insert_into(connection, environments).values(
        id=f"env_{secrets.token_hex(8)}", repository_id=repository_id, name=named.name, label=label, **says
    )
    connection.execute(made.on_conflict_do_update(index_elements=["repository_id", "name"], set_=says))
    found = by_name(connection, repository_id, named.name)
    assert found is not None
    _ensure_route(connection, found, now)
    return found


def _ensure_route(connection: Connection, environment: Environment, now: float) -> None:
    known = connection.execute(
        select(routes.c.access, routes.c.installation_id, routes.c.state).where(routes.c.label == environment.label)
    ).one_or_none()
    same = (environment.access, environment.installation_id)
    if known is not None and known.state != "removed" and (known.access, known.installation_id) == same:
        return
    row = {"installation_id": environment.installation_id, "access": environment.access, "updated_at": now}
    made = insert_into(connection, routes).values(
        label=environment.label,
        repository_id=environment.repository_id,
        preview_id=environment.id,
        state="waiting",
        generation=environment.generation,
        **row,
    )
    connection.execute(made.on_conflict_do_update(index_elements=["label"], set_=row))
    # It had ended, and is named again.
    ended = routes.c.label == environment.label, routes.c.state == "removed"
    connection.execute(update(routes).where(*ended).values(state="waiting"))
    generations.bump(connection, GENERATION)


def by_id(connection: Connection, environment_id: str) -> Environment | None:
    """The environment of that id."""
    row = connection.execute(select(environments).where(environments.c.id == environment_id)).mappings().one_or_none()
    return None if row is None else _environment(row)


def by_name(connection: Connection, repository_id: int, name: str) -> Environment | None:
    """The environment of that name."""
    mine = (environments.c.repository_id == repository_id, environments.c.name == name)
    row = connection.execute(select(environments).where(*mine)).mappings().one_or_none()
    return None if row is None else _environment(row)


def of_repository(connection: Connection, repository_id: int) -> list[Environment]:
    """Every environment of a repository, by name; retired ones too."""
    mine = select(environments).where(environments.c.repository_id == repository_id)
    return [_environment(row) for row in connection.execute(mine.order_by(environments.c.name)).mappings()]


def every(connection: Connection) -> list[Environment]:
    """All environments of all repositories."""
    return [_environment(row) for row in connection.execute(select(environments)).mappings()]


def retire(connection: Connection, environment: Environment) -> None:
    """The default branch no longer names it: it serves on, and takes no deploys."""
    _change(connection, environment.id, retired=True)


def hold(connection: Connection, environment: Environment, why: str, by: str, now: float) -> None:
    """Automatic deploys wait from now on, until `release_hold`."""
    _change(connection, environment.id, hold=why, hold_by=by, hold_at=now)


def release_hold(connection: Connection, environment: Environment) -> None:
    """Automatic deploys go on."""
    _change(connection, environment.id, hold="", hold_by="", hold_at=0.0)


def keep_sandbox(connection: Connection, environment: Environment, sandbox_id: str) -> bool:
    """Notes where it runs; False, and nothing changed, if what serves has changed meanwhile."""
    same = (environments.c.id == environment.id, environments.c.generation == environment.generation)
    return bool(connection.execute(update(environments).where(*same).values(sandbox_id=sandbox_id)).rowcount)


def serve(
    connection: Connection, environment: Environment, release_id: str, upstream: Upstream, port: int, now: float
) -> bool:
    """Moves the pointer: visitors go to `upstream`, which runs `release_id`; the generation rises by one.

    False, and nothing changed, if another has moved it since `environment` was read.
    """
    generation = environment.generation + 1
    moved = connection.execute(
        update(environments)
        .where(environments.c.id == environment.id, environments.c.generation == environment.generation)
        .values(release_id=release_id, generation=generation, port=port, deaths=0, death="", revive_at=0.0)
    )
    if not moved.rowcount:
        return False
    _route(connection, environment, generation, state="serving", upstream=upstream.text, release=release_id, now=now)
    return True


def serve_again(connection: Connection, environment: Environment, upstream: Upstream, port: int, now: float) -> bool:
    """As `serve`, for the release that serves: it was started anew, and what it died of isn't forgotten."""
    generation = environment.generation + 1
    moved = connection.execute(
        update(environments)
        .where(environments.c.id == environment.id, environments.c.generation == environment.generation)
        .values(generation=generation, port=port, revive_at=0.0)
    )
    if not moved.rowcount:
        return False
    release = environment.release_id
    _route(connection, environment, generation, state="serving", upstream=upstream.text, release=release, now=now)
    return True


def serve_nothing(connection: Connection, environment: Environment, release_id: str, state: str, now: float) -> bool:
    """Moves the pointer although nothing answers: visitors get the page of `state`. As `serve` in all else."""
    moved = connection.execute(
        update(environments)
        .where(environments.c.id == environment.id, environments.c.generation == environment.generation)
        .values(release_id=release_id, generation=environment.generation + 1, port=0)
    )
    if not moved.rowcount:
        return False
    _route(connection, environment, environment.generation + 1, state=state, upstream="", release="", now=now)
    if environment.release_id and not release_id:
        # What served has ended, which its deployment at GitHub and its message in Slack show.
        where = {"installation_id": environment.installation_id, "repository_id": environment.repository_id}
        mark_deployment(connection, **where, subject=environment.release_id)
        mark_about(connection, environment.repository_id, environment.release_id)
    return True


def take_turn(connection: Connection, environment_id: str) -> Environment | None:
    """The environment, at a generation of the caller's own: what an earlier owner still writes changes nothing."""
    mine = environments.c.id == environment_id
    connection.execute(update(environments).where(mine).values(generation=environments.c.generation + 1))
    return by_id(connection, environment_id)


def show(connection: Connection, environment: Environment, state: str, now: float) -> None:
    """Changes the page that answers while no release does: `waiting`, `building` or `failed`."""
    silent = (routes.c.label == environment.label, routes.c.upstream == "", routes.c.state != state)
    if connection.execute(update(routes).where(*silent).values(state=state, updated_at=now)).rowcount:
        generations.bump(connection, GENERATION)


def page_of(connection: Connection, environment: Environment) -> str:
    """The state of its route: `serving` while visitors are sent to a release."""
    found = select(routes.c.state).where(routes.c.label == environment.label)
    return connection.execute(found).scalar_one_or_none() or ""


def fall_silent(connection: Connection, environment: Environment, state: str, now: float) -> None:
    """Nothing answers: visitors get the page of `state` (`restarting`, `down` or `stopped`). The pointer stays."""
    _route(connection, environment, environment.generation, state=state, upstream="", release="", now=now)


def record_death(connection: Connection, environment: Environment, why: str, revive_at: float) -> None:
    """Its application died by itself once more; it is started again at `revive_at` (Unix seconds; 0: it stays down)."""
    _change(connection, environment.id, deaths=environment.deaths + 1, death=why, revive_at=revive_at)


def forget_deaths(connection: Connection, environment: Environment) -> None:
    """It has been well for long enough."""
    _change(connection, environment.id, deaths=0, death="", revive_at=0.0)


def _route(
    connection: Connection,
    environment: Environment,
    generation: int,
    *,
    state: str,
    upstream: str,
    release: str,
    now: float,
) -> None:
    connection.execute(
        update(routes)
        .where(routes.c.label == environment.label)
        .values(state=state, upstream=upstream, release=release, generation=generation, updated_at=now)
    )
    generations.bump(connection, GENERATION)
    generations.bump(connection, DEPLOYS)


def _change(connection: Connection, environment_id: str, **values: object) -> None:
    connection.execute(update(environments).where(environments.c.id == environment_id).values(**values))
    generations.bump(connection, DEPLOYS)


def _environment(row: RowMapping) -> Environment:
    return Environment(**{name: row[name] for name in Environment.__dataclass_fields__})
