"""Start commands in shell scripts and compose files: told there, and read by nobody who doesn't use those."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.detect.tree import FileTree
from engine.readiness.sources.application import is_application, line_at, text_of
from engine.readiness.sources.settings_file import settings_of

SERVERS = (
    r"(?:(?:gunicorn|uvicorn|flask|daphne|hypercorn|waitress-serve|streamlit|fastapi|node)\s"
    r"|(?:npm|yarn|pnpm) (?:run )?(?:start|serve)\b)"
)
STARTER = r"(?:exec\s+)?(?:(?:poetry|uv|pipenv) run\s+)?(?:python3? -m\s+)?"
SERVES = re.compile(rf"\s*{STARTER}{SERVERS}|.*manage\.py runserver")
SERVES_SOMEWHERE = re.compile(rf"(?:^|[\s;&'\"]){SERVERS}|manage\.py runserver|python3? \S+\.py")
COMPOSE = ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml", "docker-compose.prod.yml")
#: Scripts that are read at most, and how deep they lie.
SCRIPTS_READ = 30
DEPTH = 2


@dataclass(frozen=True)
class StartLine:
    """A command that starts the application, where it is written."""

    command: str
    #: Of the repository.
    path: str
    #: From 1; 0: unknown.
    line: int
    #: True: an image or one platform runs it, nobody else reads it.
    elsewhere: bool = False


def start_scripts(tree: FileTree) -> Iterator[StartLine]:
    """The last line of a shell script that starts a server; paths are the tree's."""
    paths = [path for path in tree.paths() if path.endswith(".sh") and path.count("/") < DEPTH and is_application(path)]
    for name in [*sorted(paths, key=lambda path: ("start" not in path, path))[:SCRIPTS_READ], "startup.txt"]:
        lines = (text_of(tree, name) or "").splitlines()
        found = [(number, line.strip()) for number, line in enumerate(lines, start=1) if SERVES.match(line)]
        if found:
            yield StartLine(found[-1][1].removesuffix("\\").strip(), name, found[-1][0], elsewhere=True)


def compose_commands(whole: FileTree, root: str) -> Iterator[StartLine]:
    """The commands of services that are built from this folder of the repository."""
    for name in COMPOSE:
        for folder in dict.fromkeys(("", "" if root == "." else root)):
            path = posixpath.join(folder, name)
            text = text_of(whole, path)
            content = settings_of(name, text) if text is not None else None
            services = content.get("services") if isinstance(content, dict) else None
            for service in services.values() if isinstance(services, dict) else ():
                words = _command(service, folder, root)
                if words and SERVES_SOMEWHERE.search(words):
                    yield StartLine(words, path, _line(text or "", words), elsewhere=True)


def _command(service: Any, folder: str, root: str) -> str:
    build = service.get("build") if isinstance(service, dict) else None
    context = build.get("context", ".") if isinstance(build, dict) else build
    command = service.get("command") if isinstance(service, dict) else None
    if not isinstance(context, str) or posixpath.normpath(posixpath.join(folder, context)) != root:
        return ""
    return " ".join(map(str, command)) if isinstance(command, list) else str(command or "").strip()


def _line(text: str, words: str) -> int:
    """The line in which the command's first word stands behind `command`; 0 when it isn't found."""
    place = re.search(rf"command\s*:[^\w]*{re.escape(words.split(maxsplit=1)[0])}", text)
    return line_at(text, place.start()) if place else 0
