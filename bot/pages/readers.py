"""Which repositories somebody may read: GitHub is asked about several at once, and a no stays a no when it is away."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from engine.access.permissions import Permissions
from engine.domain.permission import Role
from engine.errors import OutsideError
from engine.forge.port import RepositoryRef

#: Repositories that are asked about at once.
QUESTIONS = 8


@dataclass(frozen=True)
class Readable:
    """Whose repositories may be shown to one person, and those of which nobody could tell."""

    roles: dict[int, Role]
    unclear: tuple[str, ...]


def readable_by(permissions: Permissions, login: str, wanted: Iterable[RepositoryRef]) -> Readable:
    """Those of `wanted` that `login` may read."""
    each_once = list({each.id: each for each in wanted}.values())
    with ThreadPoolExecutor(QUESTIONS) as askers:
        answers = list(askers.map(_asking(permissions, login), each_once))
    told = {each.id: role for each, role in zip(each_once, answers, strict=True) if role is not None}
    return Readable(
        roles={number: role for number, role in told.items() if role >= Role.READ},
        unclear=tuple(each.full_name for each, role in zip(each_once, answers, strict=True) if role is None),
    )


def _asking(permissions: Permissions, login: str) -> Callable[[RepositoryRef], Role | None]:
    def ask(repository: RepositoryRef) -> Role | None:
        try:
            return permissions.role(repository, login)
        except OutsideError:
            return None

    return ask
