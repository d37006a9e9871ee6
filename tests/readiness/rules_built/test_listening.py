"""port-from-environment, listens-everywhere and production-server: how it is served in the end."""

import json

import pytest

from engine.readiness.rule import Kept, NotApplicable, NotLooked, Rule
from engine.readiness.rules import listens_everywhere, port_from_environment, production_server
from tests.readiness.example_facts import hits, verdict

PYTHON = {"requirements.txt": "flask==3.1.2\nfastapi==0.121\ndjango==5.2\ngunicorn\n"}


def started(command: str, **files: str) -> dict[str, str]:
    """A Python application with this Procfile; `__` in a name is a dot."""
    return PYTHON | {"Procfile": f"web: {command}\n"} | {name.replace("__", "."): text for name, text in files.items()}


def express(start: str, text: str, file: str = "server.js") -> dict[str, str]:
    """An Express application."""
    package = {"dependencies": {"express": "^5"}, "scripts": {"start": start}}
    return {"package.json": json.dumps(package, indent=1), file: text}


LISTENS = "const app = require('express')();\n"
RUN = "from flask import Flask\nimport os\napp = Flask(__name__)\nPORT = int(os.getenv('PORT', 5000))\n"


@pytest.mark.parametrize(
    "files",
    [
        started("gunicorn app:app"),
        started("gunicorn app:app -b 0.0.0.0:$PORT"),
        started("gunicorn app:app --bind=[::]:${PORT:-8000}"),
        started("newrelic-admin run-program gunicorn app:app --bind :$PORT"),
        started("python manage.py migrate && python -m uvicorn main:app --host 0.0.0.0 --port $PORT"),
        started("sh -c 'uvicorn main:app --host=0.0.0.0 --port=${PORT}'"),
        started("UVICORN_PORT=$PORT UVICORN_HOST=0.0.0.0 uvicorn main:app"),
        started("fastapi run main.py"),
        started("python app.py", app__py=RUN + "app.run(host='0.0.0.0', port=PORT)\n"),
        started("python app.py", app__py=RUN + "app.run('0.0.0.0', int(os.environ['PORT']))\n"),
        started("gunicorn -c conf.py app:app", conf__py="import os\nbind = f'0.0.0.0:{os.environ[\"PORT\"]}'\n"),
        express("node server.js", LISTENS + "app.listen(process.env.PORT || 3000)\n"),
        express(
            "node server", LISTENS + "const { PORT = 3000 } = process.env;\napp.listen(PORT, () => console.log('on'))\n"
        ),
        express(
            "node .",
            LISTENS + "const port = process.env['PORT'] ?? 80;\napp.listen(port, '0.0.0.0', () => {})\n",
            "index.js",
        ),
        express("npm run serve", LISTENS)
        | {"Procfile": "web: node web.js\n", "web.js": "http.createServer(f).listen(8)"},
        express("tsc && node dist/app.js", "app.listen(+process.env.PORT!)", "src/app.ts"),
    ],
)
def test_a_port_of_the_environment_is_kept_and_never_taken_for_fixed(files: dict[str, str]) -> None:
    assert not hits(port_from_environment.RULE, files)
    assert not hits(listens_everywhere.RULE, files)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (started("gunicorn app:app -b 0.0.0.0:8000"), ("Procfile", 1)),
        (started("uvicorn main:app --host 0.0.0.0"), ("Procfile", 1)),
        (started("python manage.py runserver 0.0.0.0:8000"), ("Procfile", 1)),
        (started("flask --app shop run --host 0.0.0.0"), ("Procfile", 1)),
        (started("gunicorn -c conf.py app:app", conf__py="workers = 2\nbind = '0.0.0.0:8080'\n"), ("conf.py", 2)),
        (started("python app.py", app__py=RUN + "app.run(host='0.0.0.0', port=8080)\n"), ("app.py", 5)),
        (started("python app.py", app__py="import uvicorn\nP = 80\nuvicorn.run('a:b', port=P)\n"), ("app.py", 3)),
        (
            express("node server.js", LISTENS + "// process.env.PORT\nconst port = 3000;\napp.listen(port);\n"),
            ("server.js", 4),
        ),
        (
            express("node dist/app.js", "/* a */\nserver.listen({ port: 8080, host: '0.0.0.0' });", "src/app.ts"),
            ("src/app.ts", 2),
        ),
    ],
)
def test_a_fixed_port_blocks_where_it_is_written(files: dict[str, str], place: tuple[str, int]) -> None:
    (hit,) = hits(port_from_environment.RULE, files)
    assert (hit.path, hit.line, hit.severity) == (*place, None)


@pytest.mark.parametrize(
    "files",
    [
        express("node server.js", LISTENS + "app.listen(config.port);\n"),
        express("node server.js", "require('./src/start')\n"),
        started("honcho start -f Procfile.real"),
        started("./run.sh"),
    ],
)
def test_what_reading_does_not_tell_is_never_called_kept(files: dict[str, str]) -> None:
    assert isinstance(verdict(port_from_environment.RULE, files), NotLooked)


@pytest.mark.parametrize("command", ["./run.sh", "honcho start", "python start.py", "uvicorn a:b --reload & celery"])
def test_an_unknown_server_is_never_called_kept(command: str) -> None:
    assert isinstance(verdict(production_server.RULE, started(command, start__py="import app\n")), NotLooked)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (started("uvicorn main:app --port $PORT"), ("Procfile", 1)),
        (started("gunicorn app:app -b 127.0.0.1:$PORT"), ("Procfile", 1)),
        (started("python app.py", app__py=RUN + "app.run(\n    port=PORT)\n"), ("app.py", 6)),
        (express("node server.js", LISTENS + "app.listen(process.env.PORT, 'localhost', done);\n"), ("server.js", 2)),
        (
            express("node a.mjs", "import Fastify from 'fastify'\nfastify.listen({ port: process.env.PORT })", "a.mjs"),
            ("a.mjs", 2),
        ),
    ],
)
def test_an_address_of_its_own_machine_warns(files: dict[str, str], place: tuple[str, int]) -> None:
    (hit,) = hits(listens_everywhere.RULE, files)
    assert (hit.path, hit.line) == place


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (started("flask run --host 0.0.0.0 --port $PORT"), ("Procfile", 1)),
        (started("python manage.py runserver 0.0.0.0:$PORT"), ("Procfile", 1)),
        (started("uvicorn main:app --reload"), ("Procfile", 1)),
        (started("python app.py", app__py=RUN + "app.run(port=PORT)\n"), ("app.py", 5)),
        (express("npx nodemon server.js", LISTENS), ("package.json", 6)),
        (express("NODE_ENV=production next dev", LISTENS), ("package.json", 6)),
        (
            express("npm run dev", LISTENS)
            | {
                "package.json": '{"dependencies": {"next": "15"},\n"scripts": {"start":\n'
                '"npm run dev",\n"dev": "next dev"}}'
            },
            ("package.json", 4),
        ),
        ({"requirements.txt": "# ours\nflask\n", "app.py": RUN}, ("requirements.txt", 2)),
    ],
)
def test_a_development_server_warns_where_it_is_named(files: dict[str, str], place: tuple[str, int]) -> None:
    (hit,) = hits(production_server.RULE, files)
    assert (hit.path, hit.line) == place


@pytest.mark.parametrize(
    "files",
    [
        started("gunicorn app:app --reload-engine poll"),
        started("python app.py", app__py=RUN + "from waitress import serve\nserve(app, port=PORT)\n"),
        started("python app.py", app__py="import uvicorn\nuvicorn.run('main:app', port=int(env('PORT')))\n"),
        PYTHON | {"app.py": RUN + "if __name__ == '__main__':\n    app.run(debug=True, port=5000)\n"},
        express("node server.js", LISTENS),
        express("next start -p ${PORT:-3000}", LISTENS),
    ],
)
def test_a_production_server_is_kept(files: dict[str, str]) -> None:
    assert verdict(production_server.RULE, files) == Kept()
    assert not hits(port_from_environment.RULE, files)


def test_a_compose_file_starts_what_a_developer_needs() -> None:
    files = {"requirements.txt": "fastapi\n", "compose.yml": "services: {a: {build: ., command: uvicorn a:b --reload}}"}
    assert isinstance(verdict(production_server.RULE, files), NotLooked)


def test_a_server_that_is_taken_for_flask_is_not_told_of_flask() -> None:
    files = {"requirements.txt": "fastapi\n", "app.py": "from shop import create_app\napp = create_app()\n"}
    assert not hits(production_server.RULE, files)


def test_a_script_that_is_the_only_way_to_serve_is_told_less_gravely() -> None:
    files = {"requirements.txt": "flask\n", "app.py": RUN + "if __name__ == '__main__':\n    app.run(port=8080)\n"}
    (hit,) = hits(port_from_environment.RULE, files)
    assert (hit.path, hit.line, hit.severity) == ("app.py", 6, "warning")


@pytest.mark.parametrize("rule", [port_from_environment.RULE, listens_everywhere.RULE, production_server.RULE])
def test_a_static_site_has_no_server_of_its_own(rule: Rule) -> None:
    assert verdict(rule, {"index.html": "<h1>hello</h1>"}) == NotApplicable()
