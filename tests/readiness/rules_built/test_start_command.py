"""start-command: what is written, what is named there, and what only some read."""

import pytest

from engine.readiness.finding import Severity
from engine.readiness.rule import Kept, NotApplicable
from engine.readiness.rules.start_command import RULE
from tests.readiness.example_facts import hits, verdict

FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
EXPRESS = '{"dependencies": {"express": "^5"}, "scripts": {"start": "%s"}}'


@pytest.mark.parametrize(
    "files",
    [
        FLASK | {"Procfile": "web: gunicorn app:app\n"},
        FLASK
        | {"Procfile": "release: flask db upgrade\nweb: flask db upgrade; gunicorn app:app --bind=0.0.0.0:$PORT\n"},
        FLASK | {"slipway.yml": "start: gunicorn app:app\n"},
        FLASK | {"Procfile": "web: gunicorn 'shop:create_app()'\n", "shop/__init__.py": "def create_app():\n    ...\n"},
        FLASK | {"Procfile": "web: gunicorn --chdir src shop:app\n", "src/shop.py": "app = 1\n"},
        FLASK | {"Procfile": "web: gunicorn run:app\n", "run.py": "from app import *\n"},
        FLASK | {"Procfile": "web: gunicorn run:app\n", "run.py": "if 1:\n    app: object = 1\n"},
        FLASK | {"Procfile": "web: gunicorn -c conf.py missing:app\n"},
        {"package.json": EXPRESS % "node server", "server.js": ""},
        {"package.json": EXPRESS % "node .", "index.js": ""},
        {"package.json": EXPRESS % "node dist/index.js"},
        {"package.json": EXPRESS % "node --env-file=.env ./bin/www", "bin/www": ""},
        {"package.json": EXPRESS % "next start"},
        {"requirements.txt": "django\n", "Procfile": "web: gunicorn shop.wsgi\n", "shop/wsgi.py": "application = 1\n"},
    ],
)
def test_a_command_that_is_written_and_names_what_is_there_is_kept(files: dict[str, str]) -> None:
    assert verdict(RULE, files) == Kept()


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (FLASK | {"Procfile": "web: gunicorn shop:app\n"}, ("Procfile", 1)),
        (FLASK | {"Procfile": "worker: celery\nweb: gunicorn app:application\n"}, ("Procfile", 2)),
        (FLASK | {"Procfile": "web: python main.py\n"}, ("Procfile", 1)),
        (FLASK | {"procfile": "web: gunicorn app:app\n"}, ("procfile", 0)),
        (FLASK | {"Procfile.txt": "web: gunicorn app:app\n"}, ("Procfile.txt", 0)),
        ({"package.json": EXPRESS % "node serve.js", "server.js": ""}, ("package.json", 1)),
        ({"slipway.yml": "root: api\nstart: node a.js\n", "api/package.json": "{}"}, ("slipway.yml", 2)),
        ({"requirements.txt": "django\n", "manage.py": ""}, ("manage.py", 0)),
        ({"requirements.txt": "fastapi\n", "main.py": ""}, ("", 0)),
        ({"api/requirements.txt": "fastapi\n", "web/package.json": "{}"}, ("", 0)),
        ({"README.md": "words"}, ("", 0)),
        ({"index.html": "", "package.json": '{"dependencies": {"socket.io": "^4"}}'}, ("", 0)),
        ({"requirements.txt": "fastapi\n", "version.sh": "npm version $1\nyarn install\n"}, ("", 0)),
    ],
)
def test_nothing_written_and_what_is_missing_block(files: dict[str, str], place: tuple[str, int]) -> None:
    (hit,) = hits(RULE, files)
    assert (hit.path, hit.line) == place
    assert hit.severity is None


IMAGE = {"Dockerfile": 'FROM python:3.13\nENV A=1\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0"]\n'}


@pytest.mark.parametrize(
    ("files", "place", "severity"),
    [
        (FLASK, ("", 0), Severity.NOTE),
        (FLASK | IMAGE, ("Dockerfile", 3), Severity.NOTE),
        ({"requirements.txt": "fastapi\n"} | IMAGE, ("Dockerfile", 3), Severity.WARNING),
        (
            {"requirements.txt": "fastapi\n", "start.sh": "set -e\nexec uvicorn main:app\n"},
            ("start.sh", 2),
            Severity.WARNING,
        ),
        (
            {"requirements.txt": "fastapi\n", "compose.yml": "services: {a: {build: ., command: uvicorn a:b --reload}}"}
            | IMAGE,
            ("Dockerfile", 3),
            Severity.WARNING,
        ),
        (
            {"requirements.txt": "fastapi\n", "Dockerfile": "FROM a\nCMD ./boot.sh", "boot.sh": "# on\nuvicorn a:b\n"},
            ("boot.sh", 2),
            Severity.WARNING,
        ),
        ({"requirements.txt": "django\n", "vercel.json": "{}"}, ("vercel.json", 0), Severity.WARNING),
        (
            {
                "requirements.txt": "fastapi\n",
                "render.yaml": "services:\n- startCommand: uvicorn main:app --port $PORT\n",
            },
            ("render.yaml", 2),
            Severity.WARNING,
        ),
        (
            {"slipway.yml": "root: src\n", "src/requirements.txt": "fastapi\n"}
            | {"compose.yaml": "services:\n  web:\n    build: ./src\n    command: uvicorn main:app\n"},
            ("compose.yaml", 4),
            Severity.WARNING,
        ),
        (
            {"package.json": '{"devDependencies": {"vite": "^7"}, "scripts": {"build": "vite"}}', "index.html": ""},
            ("package.json", 0),
            Severity.NOTE,
        ),
    ],
)
def test_what_only_some_read_is_told_less_gravely(
    files: dict[str, str], place: tuple[str, int], severity: Severity
) -> None:
    (hit,) = hits(RULE, files)
    assert (hit.path, hit.line, hit.severity) == (*place, severity)


def test_a_static_site_needs_none() -> None:
    assert verdict(RULE, {"index.html": "<h1>hello</h1>"}) == NotApplicable()
