"""The `web` line of a Procfile."""

import re
import shlex
from dataclasses import dataclass, field

from engine.detect.tree import FileTree

LINE = re.compile(r"^web\s*:\s*(?P<command>.+)$")
ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)
#: What only a shell can do: operators, substitutions, variables other than PORT.
NEEDS_A_SHELL = re.compile(r"[;&|<>`*?~]|\$\(|\$(?!PORT\b|\{PORT\})")


@dataclass(frozen=True)
class WebProcess:
    """How a Procfile starts the application."""

    argv: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def web_process(files: FileTree) -> WebProcess | None:
    """The web process of the Procfile, None without one."""
    data = files.read("Procfile")
    for line in (data or b"").decode(errors="replace").splitlines():
        found = LINE.match(line.strip())
        if found:
            return parse_command(found["command"].strip())
    return None


def parse_command(line: str) -> WebProcess:
    """The words of a command line; a shell reads it only when nothing less will do."""
    if NEEDS_A_SHELL.search(line):
        return WebProcess(("/bin/sh", "-c", line))
    try:
        words = shlex.split(line)
    except ValueError:
        return WebProcess(("/bin/sh", "-c", line))
    environment: dict[str, str] = {}
    while words and (assignment := ASSIGNMENT.fullmatch(words[0])):
        environment[assignment["name"]] = assignment["value"]
        words.pop(0)
    return WebProcess(tuple(words), environment) if words else WebProcess(("/bin/sh", "-c", line))
