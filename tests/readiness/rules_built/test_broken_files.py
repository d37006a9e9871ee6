"""Whatever stands in a repository's files, no rule of these stops the inspection."""

import json
from itertools import chain, product

import pytest

from engine.readiness.rules.table import BUILT
from tests.readiness.example_facts import facts_of

JSON: tuple[object, ...] = (1, "x", [], [1, "a"], {"a": 1}, None, {"a": {"b": [1]}}, [{"a": 1}])
TOML = ("1", '"x"', "[]", '[1, "a"]', "{a = 1}", "[{a = 1}]")
TABLES = (
    "project",
    "project.dependencies",
    "project.requires-python",
    "dependency-groups",
    "dependency-groups.dev",
    "tool",
    "tool.poetry",
    "tool.poetry.dependencies",
    "tool.poetry.dependencies.flask",
    "tool.poetry.group",
    "tool.poetry.group.dev",
    "tool.poetry.group.dev.dependencies",
)
KEYS = ("dependencies", "devDependencies", "scripts", "engines", "workspaces", "license", "main")
COMMANDS = (
    "", "'a", "npm", "npm run", "python", "python -m", "sh -c", "A=1", "cd", "env", "node", "node -", "nest start",
    "gunicorn -b", "gunicorn -c", "flask run -p", "python manage.py runserver x:y:z", "uvicorn --port= --host= a:b",
    "node ../../etc/passwd", "python ../x.py", "$(x) | y", "cd x && npm start", "node " + "a/" * 300,
)  # fmt: skip
IMAGES = (
    "FROM", "CMD", "FROM a\nCMD [", "FROM a\nCMD [1]", "FROM a\nCOPY a", "FROM a AS a\nFROM a",
    "FROM b AS a\nFROM a AS b", "\\\n\\", "FROM a\nRUN <<", "FROM a\nENV SECRET",
    'FROM a\nCOPY ["a"', "FROM a\nENTRYPOINT []\nCMD []",
)  # fmt: skip
SCRIPTS = (
    "app.listen(",
    "app.listen({",
    "app.listen(,)",
    "`${`${`",
    "/*",
    "'" * 99,
    "const a = a;app.listen(a)",
    "PORT " * 5000,
)
REQUIREMENTS = (
    "-r requirements.txt",
    "-r ../../x",
    "-c",
    "-e",
    "@",
    "a @",
    "a==",
    "a[",
    "a;",
    "git+",
    "\\",
    "a" * 3000 + "!",
)
EXPRESS = '{"dependencies": {"express": "1"}, "scripts": {"start": "node a.js"}}'

FILES: dict[str, list[dict[str, str]]] = {
    "pyproject.toml": [{"pyproject.toml": f"{key} = {value}\n"} for key, value in product(TABLES, TOML)],
    "Pipfile": [{"Pipfile": f"{key} = {value}\n"} for key, value in product(("packages", "dev-packages"), TOML)],
    "uv.lock": [{"uv.lock": f"package = {each}", "pyproject.toml": "project.dependencies = ['a']"} for each in TOML],
    "package.json": [{"package.json": json.dumps({key: value})} for key, value in product(KEYS, JSON)]
    + [{"package.json": json.dumps(value)} for value in JSON],
    "package-lock.json": [
        {"package.json": EXPRESS, "package-lock.json": json.dumps(each)}
        for value in JSON
        for each in (value, {"packages": value}, {"packages": {"": value}}, {"packages": {"": {"dependencies": value}}})
    ],
    "compose.yaml": [
        {"requirements.txt": "fastapi\n", "compose.yaml": json.dumps({"services": each})}
        for value in JSON
        for each in (value, {"a": value}, {"a": {"build": value}}, {"a": {"build": ".", "command": value}})
    ],
    "render.yaml": [
        {"requirements.txt": "flask\n", "render.yaml": text} for text in ("a: [", "!!x y", "startCommand: 1")
    ],
    "Procfile": [
        {"Procfile": f"web: {each}\n"} | more
        for each, more in product(COMMANDS, ({"requirements.txt": "flask\n"}, {"package.json": EXPRESS}))
    ],
    "Dockerfile": [{"Dockerfile": each, "requirements.txt": "flask\n"} for each in IMAGES],
    "a.js": [{"a.js": each, "package.json": EXPRESS} for each in SCRIPTS],
    "requirements.txt": [{"requirements.txt": each, "app.py": "import flask\n"} for each in REQUIREMENTS],
    "app.py": [
        {"requirements.txt": "flask\n", "Procfile": "web: python app.py\n", "app.py": f"import flask\n{each}"}
        for each in (
            "x = = 1",
            "app.run(*a, **k)",
            "app.run(port='x')",
            "app.run('h', 1.5)",
            "(" * 300,
            "app.run(port=p)",
        )
    ],
}


@pytest.mark.parametrize("name", FILES)
def test_no_rule_is_stopped_by_what_stands_in(name: str) -> None:
    verdicts = chain.from_iterable((rule.check(facts_of(files)) for rule in BUILT) for files in FILES[name])
    assert all(verdict is not None for verdict in verdicts)
