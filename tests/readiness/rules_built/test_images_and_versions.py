"""image-file and runtime-version: which base, which command, which version."""

import pytest

from engine.readiness.finding import Severity
from engine.readiness.rule import NotApplicable
from engine.readiness.rules import image_file, runtime_version
from tests.readiness.example_facts import hits, verdict

PYTHON = "FROM python:3.13-slim\n"
COMMAND = 'CMD ["python", "app.py"]\n'


@pytest.mark.parametrize(
    ("dockerfile", "others", "found"),
    [
        ("# ours\nFROM node\n" + COMMAND, {}, [(2, Severity.WARNING)]),
        ("FROM --platform=linux/amd64 node:latest AS build\nFROM build\n" + COMMAND, {}, [(1, Severity.WARNING)]),
        (PYTHON + "COPY app.py .\n", {}, [(1, Severity.WARNING)]),
        (PYTHON + "COPY requirements.txt \\\n  /srv/\n" + COMMAND, {}, [(2, Severity.BLOCKING)]),
        ("FROM node:22\nCOPY package.json yarn.lock ./\n" + COMMAND, {"package.json": "{}"}, [(2, Severity.BLOCKING)]),
        (PYTHON + "ENV A=1 API_TOKEN=s3cr3tvalue\n" + COMMAND, {}, [(2, Severity.WARNING)]),
        (PYTHON + "COPY . .\n" + COMMAND, {}, [(2, Severity.NOTE)]),
        # Nothing is wrong with these.
        (PYTHON + "COPY . .\n" + COMMAND, {".dockerignore": ".git\n"}, []),
        (PYTHON + "ENTRYPOINT python app.py\n", {}, []),
        ("FROM nginx:1.29\nCOPY index.html /usr/share/nginx/html/\n", {"index.html": ""}, []),
        ("ARG TAG\nFROM python:${TAG}\n" + COMMAND, {}, []),
        ("FROM node:22 AS build\nCMD x\nFROM scratch\nCOPY --from=build /app /\n" + COMMAND, {}, []),
        ("FROM python:3.13 AS base\n" + COMMAND + "FROM base AS final\nRUN true\n", {}, []),
        ("FROM acme/python@sha256:00\n", {}, []),
        ("FROM node:22\nCOPY package*.json ./\n" + COMMAND, {"package.json": "{}"}, []),
        (PYTHON + "COPY <<EOF /requirements.txt\nFROM node\nEOF\n" + COMMAND, {}, []),
        (PYTHON + "COPY requirements.txt .\n", {"compose.yaml": "services: {}\n"}, []),
        (PYTHON + "ARG API_TOKEN\nENV API_TOKEN=$API_TOKEN SECRET_FILE=/run/a PASSWORD=changeme\n" + COMMAND, {}, []),
    ],
)
def test_a_dockerfile_says_what_the_image_is(
    dockerfile: str, others: dict[str, str], found: list[tuple[int, Severity]]
) -> None:
    seen = hits(image_file.RULE, others | {"Dockerfile": dockerfile})
    assert [(hit.line, hit.severity or Severity.WARNING) for hit in seen] == found


def test_an_image_of_a_part_may_be_built_from_all() -> None:
    files = {"slipway.yml": "root: api\n", "api/Dockerfile": PYTHON + "COPY api/requirements.txt .\n" + COMMAND}
    assert not hits(image_file.RULE, files | {"api/requirements.txt": ""})


def test_without_a_dockerfile_there_is_nothing_to_say() -> None:
    assert verdict(image_file.RULE, {"package.json": "{}"}) == NotApplicable()


FLASK = {"requirements.txt": "flask==3.1.2\n"}
EXPRESS = '{"dependencies": {"express": "^5"},\n"engines": {"node": "%s"}}'


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (FLASK, [("requirements.txt", 0)]),
        (FLASK | {"runtime.txt": "python-3.7.3"}, [("runtime.txt", 1)]),
        (FLASK | {"Pipfile": "[requires]\npython_version = '3.8'\n"}, [("Pipfile", 2)]),
        (FLASK | {"pyproject.toml": "[project]\nrequires-python = '==3.9.*'\n"}, [("pyproject.toml", 2)]),
        (FLASK | {"Dockerfile": "FROM python:3.9-slim\n"}, [("Dockerfile", 1)]),
        ({"package.json": EXPRESS % "*"}, [("package.json", 0)]),
        ({"package.json": EXPRESS % "16.x"}, [("package.json", 2)]),
        ({"package.json": EXPRESS % "^18.12.0"}, [("package.json", 2)]),
        ({"package.json": EXPRESS % "22.x", ".nvmrc": "v14\n"}, [(".nvmrc", 1)]),
        (FLASK | {"package.json": '{"devDependencies": {"tailwindcss": "^4"}}', ".python-version": "3.13"}, []),
        (FLASK | {"pyproject.toml": "[project]\nrequires-python = '>=3.8'\n"}, []),
        (FLASK | {"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.9'\n"}, []),
        (FLASK | {".tool-versions": "nodejs 14.0.0\npython 3.12.1\n"}, []),
        (FLASK | {"environment.yml": "dependencies:\n  - python=3.12\n"}, []),
        (FLASK | {"Dockerfile": "FROM python:3.9 AS build\nFROM python:3.13\n"}, []),
        ({"package.json": EXPRESS % ">=12"}, []),
        ({"package.json": EXPRESS % "18 || 20 || 22"}, []),
        ({"package.json": '{"dependencies": {"express": "^5"}}', "Dockerfile": "FROM node:22-alpine\n"}, []),
        ({"slipway.yml": "root: api\n", "api/requirements.txt": "flask\n", ".python-version": "3.13\n"}, []),
        ({"index.html": "<h1>hello</h1>"}, []),
    ],
)
def test_a_version_is_asked_for_that_is_looked_after(files: dict[str, str], found: list[tuple[str, int]]) -> None:
    assert [(hit.path, hit.line) for hit in hits(runtime_version.RULE, files)] == found
