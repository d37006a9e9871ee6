"""The Procfile says what was detected, as every platform reads it."""

import pytest

from engine.detect.procfile import web_process
from engine.detect.tree import MemoryTree
from engine.readiness.fixes.fix import NotFixable
from engine.readiness.fixes.procfile import FIX
from tests.readiness.fixes.made import findings, made, offered

FLASK = {"app.py": "from flask import Flask\napp = Flask(__name__)\n", "requirements.txt": "flask\ngunicorn\n"}
EXPRESS = {"package.json": '{"dependencies": {"express": "5"}, "main": "server.js"}', "server.js": ""}
FASTAPI = {"main.py": "from fastapi import FastAPI\napi = FastAPI()\n", "requirements.txt": "fastapi\nuvicorn\n"}
DJANGO = {
    "manage.py": "import django\n",
    "shop/__init__.py": "",
    "shop/wsgi.py": "application = 1\n",
    "requirements.txt": "django\ngunicorn\n",
}


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (FLASK, "gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 8 app:app"),
        (FLASK | {"requirements.txt": "flask\n"}, "flask --app app:app run --host 0.0.0.0 --port $PORT"),
        (EXPRESS, "node server.js"),
        (FASTAPI, "uvicorn main:api --host 0.0.0.0 --port $PORT"),
        (DJANGO, "gunicorn shop.wsgi --bind 0.0.0.0:$PORT"),
    ],
)
def test_the_start_is_written_as_it_was_recognised(files: dict[str, str], line: str) -> None:
    assert made(FIX, files) == {"Procfile": f"web: {line}\n"}


@pytest.mark.parametrize("files", [FLASK, EXPRESS, FASTAPI, DJANGO])
def test_the_finding_is_gone_afterwards(files: dict[str, str]) -> None:
    assert "start-command" in offered(files)["procfile"].rules
    after = files | made(FIX, files)
    assert findings(after, "start-command") == []
    assert "procfile" not in offered(after)


def test_a_factory_is_quoted_so_that_a_shell_reads_it_too() -> None:
    source = "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n"
    written = made(FIX, FLASK | {"app.py": source})["Procfile"]
    assert written.endswith(" 'app:create_app()'\n")
    process = web_process(MemoryTree({"Procfile": written.encode()}))
    assert process is not None
    assert process.argv[-1] == "app:create_app()"


def test_the_sources_folder_stays_on_the_import_path() -> None:
    files = {"src/shop/__init__.py": "", "src/shop/web.py": FLASK["app.py"], "requirements.txt": "flask\ngunicorn\n"}
    assert made(FIX, files)["Procfile"].startswith("web: PYTHONPATH=src gunicorn ")


def test_other_processes_of_a_procfile_stay() -> None:
    assert made(FIX, FLASK | {"Procfile": "worker: rq worker"})["Procfile"].startswith("worker: rq worker\nweb: ")


def test_it_is_written_where_the_application_is() -> None:
    files = {f"web/{name}": text for name, text in FLASK.items()} | {"slipway.yml": "root: web\n"}
    assert list(made(FIX, files)) == ["web/Procfile"]
    assert offered(files)["procfile"].paths == ("web/Procfile",)


@pytest.mark.parametrize(
    "files",
    [
        FLASK | {"Procfile": "web: gunicorn app:app\n"},
        FLASK | {"slipway.yml": "start: gunicorn app:app\n"},
        {"index.html": "hello"},
        FASTAPI | {"other.py": "from fastapi import FastAPI\nother = FastAPI()\n"},
        FASTAPI | {"requirements.txt": "fastapi\n"},
        {"README.md": "nothing"},
    ],
)
def test_what_is_written_down_or_unknown_is_left_alone(files: dict[str, str]) -> None:
    assert "procfile" not in offered(files)
    with pytest.raises(NotFixable):
        made(FIX, files)
