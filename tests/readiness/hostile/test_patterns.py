"""Patterns that took the square of a text's length, or twice as long with each sign more."""

import json

import pytest

from engine.detect.detection import detect
from engine.detect.routes.application import TOTAL_READ, sources
from engine.detect.tree import MemoryTree
from engine.project.config import ProjectConfig
from engine.readiness.patience import at_most
from engine.readiness.rule import Rule
from engine.readiness.rules import licence, readme_runs, runtime_version, start_command, tests_exist
from engine.readiness.sources.runtime_versions import AskedVersion
from tests.readiness.example_facts import facts_of

APP = "from flask import Flask\napp = Flask(__name__)\n"
#: Of the processor.
SECONDS = 2.0
EMPTY = "\n" * 200_000
RAILWAY = '{"build": {},\n' + " " * 200_000 + '\n"deploy": {"startCommand": "\\u0067unicorn app:app"}}'


@pytest.mark.parametrize(
    "files",
    [
        {
            "package.json": json.dumps(
                {"scripts": {"start": "node" + " --a" * 60 + " ;"}, "dependencies": {"express": "4"}}
            )
        },
        {"app.py": APP, "requirements.txt": f"flask{EMPTY}"},
    ],
    ids=["a start script", "requirements"],
)
def test_detection_ends(files: dict[str, str]) -> None:
    with at_most(SECONDS):
        detect(MemoryTree({path: text.encode() for path, text in files.items()}), ProjectConfig())


def test_a_version_of_dashes_is_none() -> None:
    with at_most(SECONDS):
        assert AskedVersion("1" + "-" * 60 + " x", "runtime.txt", 1).only == ()
        assert AskedVersion("9" * 100_000, "runtime.txt", 1).only == (int("9" * 100),)
        assert AskedVersion(">=3.12-rc1", "runtime.txt", 1).only == ()
        assert AskedVersion("3.12.x", "runtime.txt", 1).only == (3, 12)


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        (start_command.RULE, {"railway.json": RAILWAY}),
        (runtime_version.RULE, {".python-version": EMPTY, "runtime.txt": EMPTY, ".nvmrc": EMPTY}),
        (tests_exist.RULE, {"tests/test_it.py": EMPTY}),
        (licence.RULE, {"README.md": " " * 200_000}),
        (readme_runs.RULE, {"README.md": "#" * 200_000 + "\n" + "flask " * 30_000}),
    ],
    ids=["start", "versions", "tests", "licence", "readme"],
)
def test_rules_end(rule: Rule, files: dict[str, str]) -> None:
    facts = facts_of({"app.py": APP, "requirements.txt": "flask\n", **files})
    with at_most(SECONDS):
        rule.check(facts)


def test_of_sources_without_end_only_the_first_are_read() -> None:
    tree = MemoryTree({f"m{number}.py": b"a = 1\n" * 80_000 for number in range(20)})
    assert sum(len(text) for _, text in sources(tree, ".", (".py",))) <= TOTAL_READ
