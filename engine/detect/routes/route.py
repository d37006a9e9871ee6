"""A route that an application's code says it answers, and the parts it is put together from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

#: What only a path with parameters has: Flask's `<id>`, FastAPI's `{id}`, Express's `:id`, patterns.
PARAMETER = re.compile(r"[<{:*?+(\[\\^$]")
#: Mounts that are followed; parts in parts multiply.
MOST_MOUNTS = 2000


@dataclass(frozen=True, order=True)
class Route:
    """One method of one path."""

    #: Such as `GET`.
    method: str
    #: With its prefixes, as the code writes it: `/users/<id>`, `/users/{id}`, `/users/:id`.
    path: str
    #: In the repository.
    file: str
    #: Where the path is written.
    line: int

    @property
    def plain(self) -> bool:
        """True when the path can be asked for as it stands: it has no parameters."""
        return PARAMETER.search(self.path) is None


@dataclass(frozen=True, order=True)
class Place:
    """Something that holds routes, an application or a part of one: the file that makes it, and its name there."""

    file: str
    name: str


@dataclass
class Mounts:
    """What holds which routes, and what is mounted where."""

    routes: dict[Place, list[Route]] = field(default_factory=dict)
    parts: dict[Place, list[tuple[Place, str]]] = field(default_factory=dict)

    def add(self, place: Place, methods: Iterable[str], path: str, line: int, file: str) -> None:
        """A path that `place` answers by itself."""
        self.routes.setdefault(place, []).extend(Route(method.upper(), path, file, line) for method in methods)

    def mount(self, whole: Place, part: Place, prefix: str) -> None:
        """`part` hangs below `prefix` in `whole`."""
        self.parts.setdefault(whole, []).append((part, prefix))

    def below(self, place: Place) -> set[Route]:
        """Every route of a place with its prefixes; what mounts itself isn't followed again."""
        found: set[Route] = set()
        waiting: list[tuple[Place, str, tuple[Place, ...]]] = [(place, "", ())]
        for here, prefix, over in waiting:
            found |= {replace(each, path=joined(prefix, each.path)) for each in self.routes.get(here, ())}
            parts = [(part, inner) for part, inner in self.parts.get(here, ()) if part not in (*over, here)]
            if len(waiting) < MOST_MOUNTS:
                waiting += ((part, joined(prefix, inner) if inner else prefix, (*over, here)) for part, inner in parts)
        return found


def joined(prefix: str, path: str) -> str:
    """A path below a prefix, with one slash between them."""
    if not path:
        return prefix or "/"
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}"
