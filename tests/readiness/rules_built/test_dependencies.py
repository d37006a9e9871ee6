"""dependency-file, dependencies-pinned, lock-file and build-reproducible: what is installed."""

import json

import pytest

from engine.readiness.finding import Severity
from engine.readiness.rule import Rule
from engine.readiness.rules import build_reproducible, dependencies_pinned, dependency_file, lock_file
from tests.readiness.example_facts import hits

FLASK = "from flask import Flask\napp = Flask(__name__)\n"
EXPRESS = "const express = require('express');\n"


def package(lock: dict[str, str] | None = None, **dependencies: str) -> dict[str, str]:
    """A package.json with these, and a package-lock.json that holds `lock`."""
    files = {"package.json": json.dumps({"dependencies": dependencies}, indent=1)}
    if lock is not None:
        files["package-lock.json"] = json.dumps({"packages": {"": {"dependencies": lock}}})
    return files


def requirements(text: str, **others: str) -> dict[str, str]:
    """A requirements.txt beside other files; `__` in a name is a slash."""
    return {"requirements.txt": text} | {name.replace("__", "/"): each for name, each in others.items()}


def places(rule: Rule, files: dict[str, str]) -> list[tuple[str, int, str]]:
    """Where a rule is broken: path, line, and B, W or N."""
    grave = {Severity.BLOCKING: "B", Severity.WARNING: "W", Severity.NOTE: "N"}
    return [(hit.path, hit.line, grave[hit.severity or rule.severity]) for hit in hits(rule, files)]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"app.py": "import os\n" + FLASK}, [("app.py", 2, "B")]),
        (requirements("requests\n") | {"app.py": FLASK}, [("app.py", 1, "B")]),
        (requirements("flask\n") | {"app.py": FLASK, "Procfile": "web: gunicorn app:app\n"}, [("Procfile", 1, "B")]),
        ({"server.js": "\n" + EXPRESS}, [("server.js", 2, "B")]),
        (package(koa="^3") | {"server.js": EXPRESS}, [("server.js", 1, "B")]),
        # None of these lacks anything.
        (requirements("Flask_SQLAlchemy==3\n") | {"app.py": FLASK}, []),
        (requirements("-r base.in\n") | {"base.in": "Flask==3\n", "app.py": FLASK}, []),
        (requirements("-e .\n") | {"app.py": FLASK}, []),
        ({"app.py": FLASK, "deploy/requirements-prod.txt": "flask\n"}, []),
        ({"app.py": FLASK, "Dockerfile": "FROM python:3.13\nRUN pip install flask\n"}, []),
        ({"app.py": FLASK, "setup.py": "setup(install_requires=['flask'])"}, []),
        ({"app.py": FLASK, "pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.12'\nFlask = '^3'\n"}, []),
        ({"app.py": FLASK, "environment.yml": "dependencies:\n  - python=3.12\n  - pip:\n    - flask\n"}, []),
        (requirements("requests\n") | {"app.py": FLASK, "slipway.yml": "install: pip install flask\n"}, []),
        (requirements("requests\n") | {"tests/test_app.py": FLASK, "examples/a.py": FLASK}, []),
        (requirements("requests\n") | {"api/requirements.txt": "flask\n", "api/app.py": FLASK}, []),
        (requirements("fastapi[standard]\n") | {"Procfile": "web: uvicorn main:app\n"}, []),
        (requirements("uvicorn[standard]\n") | {"Procfile": "web: uvicorn main:app\n"}, []),
        ({"package.json": "{}", "web/package.json": "{}", "web/server.js": EXPRESS}, []),
        (package(koa="^3") | {"server.js": "// require('express')\nimport koa from 'koa'\n"}, []),
        (package(koa="^3") | {"src/a.ts": "import { Request } from 'express'\n"}, []),
    ],
)
def test_what_is_needed_must_be_named(files: dict[str, str], found: list[tuple[str, int, str]]) -> None:
    assert places(dependency_file.RULE, files) == found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (requirements("# web\nflask==3\nrequests\n"), [("requirements.txt", 3, "W")]),
        (requirements("flask>=2\nrequests\n"), [("requirements.txt", 1, "W")]),
        (requirements("-r base.txt\n", **{"base.txt": "x~=1\nflask\n"}), [("base.txt", 2, "W")]),
        (package(express="*", koa="latest"), [("package.json", 3, "W")]),
        ({"pyproject.toml": '[project]\ndependencies = [\n  "flask>=3",\n]\n'}, [("pyproject.toml", 3, "W")]),
        ({"Pipfile": '[packages]\nflask = "*"\n'}, [("Pipfile", 2, "W")]),
        ({"pyproject.toml": '[project]\nname = "flaskr"\ndependencies = ["flask"]\n'}, [("pyproject.toml", 3, "W")]),
        # Limits of every kind.
        (requirements("a==1 ; python_version < '4'\nb~=2.0\nc>=1,<2\nd[x]==1.*\ne===1\n"), []),
        (requirements("flask\n-c constraints.txt\n", **{"constraints.txt": "flask==3.1\n"}), []),
        (requirements("a==1 \\\n    --hash=sha256:00\n"), []),
        (requirements("flask\n") | {"pyproject.toml": "", "uv.lock": ""}, []),
        (requirements("shop @ git+https://github.com/acme/shop\n./vendored\n"), []),
        (package(express="^5", koa="~3.0", next="15", a="workspace:*", b="npm:c@1"), []),
        (package({}, express="latest"), []),
        ({"pyproject.toml": "[dependency-groups]\ndev = ['pytest']\n"}, []),
        ({"environment.yml": "dependencies:\n  - flask=3.0\n"}, []),
    ],
)
def test_each_file_tells_its_first_open_version(files: dict[str, str], found: list[tuple[str, int, str]]) -> None:
    assert places(dependencies_pinned.RULE, files) == found


UV_LOCK = '[[package]]\nname = "flask"\n'
FROZEN = "click==8.1\nflask==3.1\nwerkzeug==3.1\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (requirements("flask>=3,<4\n"), [("requirements.txt", 0, "W")]),
        (requirements("redis==6\nflask==3.1\n"), [("requirements.txt", 2, "W")]),
        (package(express="^5"), [("package.json", 0, "W")]),
        (package({"express": "^5"}, express="^5", cors="^2"), [("package.json", 4, "B")]),
        (package({"express": "^5"}, express="^5") | {"yarn.lock": ""}, [("package-lock.json", 0, "W")]),
        (
            {"pyproject.toml": '[project]\ndependencies = ["flask",\n"redis"]\n', "uv.lock": UV_LOCK},
            [("pyproject.toml", 3, "B")],
        ),
        # All of these fit.
        (requirements(FROZEN), []),
        (requirements("Django==2.2\n"), []),
        (requirements("flask\n") | {"poetry.lock": ""}, []),
        ({"pyproject.toml": '[project]\ndependencies = ["a"]\n', "requirements.lock": "a==1\n"}, []),
        (package({"express": "^4"}, express="^5"), []),
        (package(express="^5") | {"pnpm-lock.yaml": ""}, []),
        (
            {
                "slipway.yml": "root: apps/api\n",
                "apps/api/package.json": '{"dependencies": {"a": "1"}}',
                "yarn.lock": "",
            },
            [],
        ),
        ({"slipway.yml": "root: api\n", "api/pyproject.toml": '[project]\ndependencies = ["a"]\n', "uv.lock": ""}, []),
        ({"package.json": "{}"}, []),
        ({"package.json": "{", "requirements.txt": "# none yet\n"}, []),
    ],
)
def test_a_lock_file_must_be_there_and_fit(files: dict[str, str], found: list[tuple[str, int, str]]) -> None:
    assert places(lock_file.RULE, files) == found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (requirements("a==1\ncertifi @ file:///home/anna/certifi\n"), [("requirements.txt", 2, "B")]),
        (requirements("pywin32==306\n"), [("requirements.txt", 1, "B")]),
        (requirements("git+https://github.com/acme/shop.git\n"), [("requirements.txt", 1, "W")]),
        (requirements("shop @ git+https://github.com/acme/shop@main\n"), [("requirements.txt", 1, "W")]),
        (package(shop="github:acme/shop"), [("package.json", 3, "W")]),
        (
            {"package.json": "{}", "node_modules/a/package.json": "{}", "node_modules/b/package.json": "{}"},
            [("node_modules/a/package.json", 0, "W")],
        ),
        (
            requirements("a==1\n") | {"env/pyvenv.cfg": "", "env/lib/python3.13/site-packages/six.py": ""},
            [("env/pyvenv.cfg", 0, "W")],
        ),
        (requirements("a==1\n") | {"pyvenv.cfg": "", "lib/shop.py": ""}, []),
        (
            {"package.json": '{"scripts": {"start": "npm install && node a.js"}}', "a.js": ""},
            [("package.json", 1, "W")],
        ),
        # Anybody can have these again.
        (requirements("pywin32==306 ; sys_platform == 'win32'\n"), []),
        (requirements("shop @ git+https://github.com/acme/shop@0a1b2c3d4e\n"), []),
        (requirements("git+ssh://git@github.com/acme/shop.git@v1.2#egg=shop\n"), []),
        (package(shop="github:acme/shop#semver:^1"), []),
        (package({"shop": "x"}, shop="github:acme/shop"), []),
        (requirements("-e .\n./libs/shop\n"), []),
    ],
)
def test_what_nobody_else_can_install_again_is_told(files: dict[str, str], found: list[tuple[str, int, str]]) -> None:
    assert places(build_reproducible.RULE, files) == found
