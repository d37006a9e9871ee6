"""Routes of files that a test writes down."""

from engine.detect.detection import detect
from engine.detect.routes import Route, routes_of
from engine.detect.tree import MemoryTree
from engine.domain.plan import AppPlan
from engine.project.config import ProjectConfig

#: For trees that no runtime knows.
UNKNOWN = AppPlan("custom", "custom", (), install=(), build=(), start=())


def routes(files: dict[str, str], start: str = "", root: str = ".") -> tuple[Route, ...]:
    """What is read from these files, started by `start` where detection doesn't know them."""
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    found = detect(tree, ProjectConfig(root=root, start=tuple(start.split()) or None))
    return routes_of(tree, found if isinstance(found, AppPlan) else UNKNOWN)


def paths(files: dict[str, str], start: str = "") -> list[str]:
    """Method and path of each."""
    return [f"{route.method} {route.path}" for route in routes(files, start)]
