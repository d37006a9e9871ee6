"""Where a repository says how it is started."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.detect.tree import FileTree
from engine.project.config import PROJECT_FILE
from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository, text_of
from engine.readiness.sources.dockerfile import command, instructions
from engine.readiness.sources.node_package import node_package
from engine.readiness.sources.settings_file import settings_of
from engine.readiness.sources.start_elsewhere import StartLine, compose_commands, start_scripts

WEB = re.compile(r"^web\s*:\s*(?P<command>.+)$")
#: Files by which one platform starts it, in a way that is its own.
PLATFORM_FILES = (
    "vercel.json",
    "now.json",
    "app.yaml",
    "serverless.yml",
    "serverless.yaml",
    "template.yaml",
    "zappa_settings.json",
    "netlify.toml",
    "wrangler.toml",
    "apprunner.yaml",
    "host.json",
    "heroku.yml",
)


def start_lines(facts: Facts) -> tuple[StartLine, ...]:
    """Every one, the strongest first."""
    return tuple(_lines(facts, application(facts)))


def platform_file(facts: Facts) -> str:
    """The file by which one platform alone starts it, as the repository's path; empty: none."""
    tree = application(facts)
    return next((in_repository(facts, name) for name in PLATFORM_FILES if tree.read(name) is not None), "")


def _lines(facts: Facts, tree: FileTree) -> Iterator[StartLine]:
    if facts.project.start:
        text = text_of(facts.tree, PROJECT_FILE) or ""
        yield StartLine(" ".join(facts.project.start), PROJECT_FILE, _number(text, r"start\s*:"))
    for number, line in enumerate((text_of(tree, "Procfile") or "").splitlines(), start=1):
        found = WEB.match(line.strip())
        if found:
            yield StartLine(found["command"].strip(), in_repository(facts, "Procfile"), number)
    package = node_package(tree)
    if package is not None and package.scripts.get("start", "").strip():
        line_number = package.line_of("scripts", "start")
        yield StartLine(package.scripts["start"].strip(), in_repository(facts, "package.json"), line_number)
    yield from _of_platforms(facts, tree)
    image = tuple(_of_image(facts, tree))
    scripts = tuple(replace(each, path=in_repository(facts, each.path)) for each in start_scripts(tree))
    # An image that runs a script says less than the script does.
    yield from (*scripts, *image) if any(".sh" in each.command for each in image) else (*image, *scripts)
    yield from compose_commands(facts.tree, facts.project.root)


def _of_image(facts: Facts, tree: FileTree) -> Iterator[StartLine]:
    text = text_of(tree, "Dockerfile")
    words, number = command(instructions(text)) if text is not None else ("", 0)
    if words:
        yield StartLine(words, in_repository(facts, "Dockerfile"), number, elsewhere=True)


def _of_platforms(facts: Facts, tree: FileTree) -> Iterator[StartLine]:
    for name, key in (
        ("railway.json", "startCommand"),
        ("railway.toml", "startCommand"),
        ("render.yaml", "startCommand"),
        ("nixpacks.toml", "cmd"),
        (".do/app.yaml", "run_command"),
        (".do/deploy.template.yaml", "run_command"),
    ):
        text = text_of(tree, name)
        for words in _values(settings_of(name, text), key) if text is not None else ():
            number = _number(text or "", rf"{key}\W+{re.escape(words)}") or _number(text or "", key)
            yield StartLine(words, in_repository(facts, name), number, elsewhere=True)


def _values(content: Any, key: str) -> Iterator[str]:
    """Every text of that key, however deep, of what serves."""
    match content:
        case {"type": "worker" | "cron" | "pserv"}:
            pass
        case dict():
            for name, value in content.items():
                if name in ("jobs", "workers"):
                    continue
                if name == key and isinstance(value, str) and value.strip():
                    yield value.strip()
                else:
                    yield from _values(value, key)
        case list():
            for value in content:
                yield from _values(value, key)
        case _:
            pass


def _number(text: str, pattern: str) -> int:
    """The first line that begins with a pattern; 0 when none does."""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(pattern, line.lstrip(" \t-\"'{[,")):
            return number
    return 0
