"""The walls of the house, read from the source: who may import whom, and what only one place may do."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "bot": {"bot", "engine"},
    "engine": {"engine"},
    "worker": {"worker", "engine"},
    "playground": {"playground"},
    "cli": {"cli", "engine"},
}
#: What only some files may import; each is a path or a folder's beginning.
RESERVED = {
    "rq": ("engine/wakeups/rq.py", "worker/"),
    "githubkit": ("engine/forge/",),
    "e2b": ("engine/sandboxes/",),
    "slack_bolt": ("bot/slack/",),
}
NOBODY_IMPORTS = ("githubkit.webhooks", "githubkit.rest", "unittest.mock")
READS_THE_ENVIRONMENT = (
    "engine/settings",
    "playground/settings.py",
    "worker/sandboxd/settings.py",
    "cli/",
    "playground/git.py",  # hands PATH on to git, and nothing else
)
#: The web edge answers through Starlette's handler; these hold the others.
BROAD_HANDLERS = {"engine/work/edge.py"}


@cache
def sources() -> dict[str, ast.Module]:
    """Every file of the rooms, by its path."""
    files = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_bytes(), str(path)) for path in files}


def module_of(path: str) -> str:
    """The dotted name of a file."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def imports_of(path: str) -> frozenset[str]:
    """What a file imports, in functions too; `from a import b` is `a.b`, be `b` a module or a name in one."""
    found: set[str] = set()
    for node in ast.walk(sources()[path]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def is_in(module: str, package: str) -> bool:
    """True for the package itself and everything in it."""
    return module == package or module.startswith(package + ".")


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function or method of that name."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and name in (getattr(called, "id", ""), getattr(called, "attr", "")):
                yield path, node


def test_every_room_is_there() -> None:
    assert {path.split("/")[0] for path in sources()} == set(ROOMS)


def test_rooms_import_only_what_they_may() -> None:
    for path in sources():
        own = path.split("/")[0]
        for module in imports_of(path):
            top = module.split(".")[0]
            assert top not in ROOMS or top in ROOMS[own], f"{path} imports {module}"


@pytest.mark.parametrize("package", RESERVED)
def test_a_library_stays_behind_its_port(package: str) -> None:
    users = {path for path in sources() if any(is_in(module, package) for module in imports_of(path))}
    assert {path for path in users if not path.startswith(RESERVED[package])} == set()


def test_nobody_imports_what_is_slow_or_false() -> None:
    for path in sources():
        assert not any(is_in(module, each) for module in imports_of(path) for each in NOBODY_IMPORTS), path


def test_tests_use_no_mocks() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        words = path.read_text() if path != Path(__file__) else ""
        assert "unittest.mock" not in words, path
        assert "monkeypatch.setattr" not in words, path


def graph() -> dict[str, set[str]]:
    """Module → modules of ours that it imports."""
    modules = {module_of(path): path for path in sources()}
    links: dict[str, set[str]] = {}
    for module, path in modules.items():
        found = {each if each in modules else each.rpartition(".")[0] for each in imports_of(path)}
        links[module] = (found & modules.keys()) - {module}
    return links


def test_no_module_imports_itself_by_a_detour() -> None:
    links = graph()
    # What imports nothing that is left is taken away until nothing is left; what stays is a cycle.
    while free := [module for module, needed in links.items() if not needed & links.keys()]:
        for module in free:
            del links[module]
    assert links == {}


def test_imports_stand_at_the_top() -> None:
    for path, tree in sources().items():
        inside = [node for function in ast.walk(tree) if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
                  for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]  # fmt: skip
        assert inside == [], f"{path}:{inside[0].lineno}"


def test_only_mains_and_settings_read_the_environment() -> None:
    for path, tree in sources().items():
        if path.startswith(READS_THE_ENVIRONMENT) or path.endswith("/__main__.py") or path == "worker/clock.py":
            continue
        for node in ast.walk(tree):
            read = isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv")
            assert not read, f"{path}:{node.lineno}"  # type: ignore[attr-defined]


def test_no_shell_string_is_ever_run() -> None:
    for name in ("run", "Popen", "call", "check_call", "check_output", "create_subprocess_exec"):
        for path, call in calls(name):
            for keyword in call.keywords:
                shell = keyword.arg == "shell" and not (
                    isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                )
                assert not shell, f"{path}:{call.lineno}"
    for name in ("system", "popen", "create_subprocess_shell", "getoutput"):
        assert [path for path, _ in calls(name)] == [], name


def test_broad_handlers_are_at_the_edges() -> None:
    found = set()
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                caught = {getattr(each, "id", "") for each in ast.walk(node.type)} if node.type else {"Exception"}
                if caught & {"Exception", "BaseException"} and not reraises(node):
                    found.add(path)
    assert found <= BROAD_HANDLERS


def reraises(handler: ast.ExceptHandler) -> bool:
    """True when the handler only tidies up: it ends by raising the same error again."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None
