"""What lock files pin, and what they leave open."""

import json

import pytest

from engine.scan.locks.table import BYTES, known
from tests.scan.trees import a_tree

UV = """\
version = 1

[[package]]
name = "shop"
version = "0.1.0"
source = { virtual = "." }

[[package]]
name = "Flask_Login"
version = "0.6.3"
source = { registry = "https://index.test/simple" }
"""
POETRY = """\
[[package]]
name = "flask"
version = "3.1.0"
groups = ["main", "dev"]

[[package]]
name = "pytest"
version = "8.0.0"
category = "dev"

[[package]]
name = "ours"
version = "1.0.0"
[package.source]
type = "git"
"""
PIPFILE = json.dumps(
    {"default": {"flask": {"version": "==3.1.0"}, "x": {"git": "…"}}, "develop": {"pytest": {"version": "==8"}}}
)
NPM = json.dumps(
    {
        "packages": {
            "": {"version": "1.0.0"},
            "node_modules/express": {"version": "4.21.2"},
            "node_modules/express/node_modules/@a/qs": {"version": "6.0.0"},
            "node_modules/jest": {"version": "29.0.0", "dev": True},
            "node_modules/alias": {"name": "real", "version": "1.0.0"},
            "node_modules/ours": {"link": True},
            "node_modules/fetched": {"version": "git+ssh://x"},
        }
    }
)
OLD_NPM = json.dumps(
    {
        "dependencies": {
            "express": {"version": "4.21.2", "dependencies": {"qs": {"version": "6.0.0"}}},
            "j": {"version": "1.0.0", "dev": True},
        }
    }
)
YARN = """\
# yarn lockfile v1


"@a/qs@^6.0.0", "@a/qs@~6.0.0":
  version "6.0.0"
  resolved "…"

cjs@npm:real@^1.0.0:
  version "1.0.0"
"""
BERRY = """\
__metadata:
  version: 8

"express@npm:^4.0.0, express@npm:~4.21.0":
  version: 4.21.2
  resolution: "express@npm:4.21.2"

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."
"""
PNPM = """\
lockfileVersion: '9.0'

importers:
  .:
    dependencies: {}

packages:

  '@a/qs@6.0.0':
    resolution: {integrity: sha512-x}

  /express@4.21.2(peer@1.0.0):
    resolution: {integrity: sha512-x}

  /jest/29.0.0:
    resolution: {integrity: sha512-x}
    dev: true

snapshots:

  other@1.0.0: {}
"""


def pinned(files: dict[str, str]) -> set[str]:
    """`name version` of what is pinned, where nothing is left open."""
    found = known(a_tree(files))
    assert found.open == ()
    return {f"{pin.name} {pin.version}" for pin in found.pins}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "requirements.txt",
            "Flask==3.1.0 # web\nx[a,b]===1.0 ; python_version > '3'\n--no-deps\n",
            {"flask 3.1.0", "x 1.0"},
        ),
        ("requirements.txt", "a==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n", {"a 1.0"}),
        ("uv.lock", UV, {"flask-login 0.6.3"}),
        ("poetry.lock", POETRY, {"flask 3.1.0"}),
        ("Pipfile.lock", PIPFILE, {"flask 3.1.0"}),
        ("package-lock.json", NPM, {"express 4.21.2", "@a/qs 6.0.0", "real 1.0.0"}),
        ("npm-shrinkwrap.json", OLD_NPM, {"express 4.21.2", "qs 6.0.0"}),
        ("yarn.lock", YARN, {"@a/qs 6.0.0", "real 1.0.0"}),
        ("yarn.lock", BERRY, {"express 4.21.2"}),
        ("pnpm-lock.yaml", PNPM, {"@a/qs 6.0.0", "express 4.21.2"}),
    ],
)
def test_what_is_installed_is_read(name: str, text: str, expected: set[str]) -> None:
    assert pinned({name: text}) == expected


def test_requirements_that_others_include_count(tmp_path: object) -> None:
    files = {"requirements.txt": "-r deps/base.txt\na==1\n", "deps/base.txt": "-r ../requirements.txt\nb==2\n"}
    assert pinned(files) == {"a 1", "b 2"}


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"requirements.txt": "flask>=3\n"}, "requirements.txt does not pin flask"),
        ({"requirements.txt": "flask==3.*\n"}, "requirements.txt does not pin flask"),
        ({"requirements.txt": "-e .\n"}, "requirements.txt does not pin a package that is no release"),
        (
            {"requirements.txt": "-r ../../etc/passwd\n"},
            "requirements.txt includes ../../etc/passwd, which can't be read",
        ),
        ({"package.json": '{"dependencies": {"a": "1"}}'}, "package.json has no lock file beside it"),
        ({"package.json": "{"}, "package.json can't be read"),
        ({"pyproject.toml": "[project]\ndependencies = ['a']\n"}, "pyproject.toml has no lock file beside it"),
        (
            {"pyproject.toml": "[tool.poetry.dependencies]\npython = '3'\na = '1'\n"},
            "pyproject.toml has no lock file beside it",
        ),
        ({"Pipfile": "[packages]\n"}, "Pipfile has no lock file beside it"),
        ({"uv.lock": "[[package"}, "uv.lock can't be read"),
        ({"uv.lock": "package = 3"}, "uv.lock can't be read"),
        ({"package-lock.json": "[" * 200_000}, "package-lock.json can't be read"),
        ({"Pipfile.lock": "{}"}, "Pipfile.lock can't be read"),
    ],
)
def test_what_is_left_open_is_said(files: dict[str, str], why: str) -> None:
    assert known(a_tree(files)).open == (why,)


@pytest.mark.parametrize(
    "files",
    [
        {"index.html": ""},
        {"package.json": '{"devDependencies": {"jest": "29"}}'},
        {"pyproject.toml": "[tool.ruff]\nline-length = 99\n"},
        {"tests/requirements.txt": "pytest\n", "examples/package.json": '{"dependencies": {"a": "1"}}'},
    ],
)
def test_without_dependencies_nothing_is_open(files: dict[str, str]) -> None:
    assert pinned(files) == set()


def test_a_workspace_is_locked_above() -> None:
    files = {"package-lock.json": NPM, "web/package.json": '{"dependencies": {"express": "4"}}'}
    assert "express 4.21.2" in pinned(files)


def test_a_million_entries_are_not_waited_for() -> None:
    text = "package==1.0\n" * 1_000_000
    assert len(text) > BYTES
    found = known(a_tree({"requirements.txt": text}))
    assert (found.pins, found.open) == ((), ("requirements.txt is larger than 6 MB",))


def test_more_packages_than_can_be_asked_are_said() -> None:
    text = "".join(f"p{number}==1\n" for number in range(5001))
    found = known(a_tree({"requirements.txt": text}))
    assert (len(found.pins), found.open) == (5000, ("there are more than 5000 packages",))
