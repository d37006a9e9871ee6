"""The environments of a project become what the default branch's `slipway.yml` says."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from engine.forge.port import RepositoryRef
from engine.project.environments import Rules, rules_of, with_choice
from engine.store import environments
from engine.store.environments import Named


def adopt(connection: Connection, repository: RepositoryRef, rules: Sequence[Rules], now: float) -> None:
    """Makes those that are new, gives all the rules of now, and retires those that are named no more."""
    known = {each.name: each for each in environments.of_repository(connection, repository.id)}
    for each in rules:
        before = known.get(each.name)
        kept = with_choice(each, None if before is None else rules_of(before))
        if before is None or before.retired or before.rules != kept.json():
            _ensure(connection, repository, kept, now)
    for name, environment in known.items():
        if not environment.retired and all(each.name != name for each in rules):
            environments.retire(connection, environment)


def choose_branch(connection: Connection, repository: RepositoryRef, rules: Rules, branch: str, now: float) -> None:
    """Pushes to `branch` deploy from now on: only the file's own word goes before."""
    _ensure(connection, repository, replace(rules, chosen_branch=branch), now)


def _ensure(connection: Connection, repository: RepositoryRef, rules: Rules, now: float) -> None:
    environments.ensure(
        connection,
        installation_id=repository.installation_id,
        repository_id=repository.id,
        full_name=repository.full_name,
        named=Named(rules.name, rules.target, rules.access, rules.json()),
        now=now,
    )
