"""A health route goes into plain applications alone, and changes nothing else in them."""

import ast

import pytest

from engine.readiness.fixes.fix import NotFixable
from engine.readiness.fixes.health_route import FIX
from tests.readiness.fixes.made import made

FLASK = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef home():\n    return 'hello'\n"
FACTORY = "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n"
FASTAPI = "from fastapi import FastAPI\n\napp: FastAPI = FastAPI(\n    title='Shop',\n)\nVERSION = 1\n"
EXPRESS = "const express = require('express');\nconst app = express();\napp.use(express.json());\napp.listen(3000);\n"


def test_flask_gets_a_route_behind_the_line_that_makes_it() -> None:
    assert made(FIX, {"app.py": FLASK})["app.py"] == FLASK.replace(
        "app = Flask(__name__)\n",
        'app = Flask(__name__)\n\n\n@app.route("/health")\ndef health():\n    return {"status": "ok"}\n',
    )


def test_a_factory_gets_it_inside() -> None:
    written = made(FIX, {"app.py": FACTORY})["app.py"]
    assert (
        '    @app.route("/health")\n    def health():\n        return {"status": "ok"}\n\n    return app\n' in written
    )
    assert isinstance(ast.parse(written).body[-1], ast.FunctionDef)


def test_fastapi_gets_it_before_what_could_take_every_path() -> None:
    written = made(FIX, {"main.py": FASTAPI})["main.py"]
    assert ')\n\n\n@app.get("/health")\ndef health():\n    return {"status": "ok"}\n\n\nVERSION = 1\n' in written


def test_express_gets_it_before_everything_else_that_answers() -> None:
    written = made(FIX, {"server.js": EXPRESS, "package.json": '{"dependencies": {"express": "5"}}'})["server.js"]
    assert written == EXPRESS.replace(
        "express();\n",
        'express();\n\napp.get("/health", (_request, response) => {\n  response.json({ status: "ok" });\n});\n\n',
    )


@pytest.mark.parametrize("source", [FLASK, FACTORY, FASTAPI])
def test_line_ends_stay_as_they_are(source: str) -> None:
    written = made(FIX, {"app.py": source.replace("\n", "\r\n")})["app.py"]
    assert written.count("\n") == written.count("\r\n")
    assert written.replace("\r\n", "\n") == made(FIX, {"app.py": source})["app.py"]


def test_another_function_of_that_name_is_not_taken_over() -> None:
    files = {"app.py": FLASK, "player.py": "def health():\n    return 100\n"}
    assert "def health_check():" in made(FIX, files)["app.py"]


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": FLASK + "\n@app.route('/healthz')\ndef probe():\n    return 'ok'\n"},
        {"app.py": FLASK, "admin.py": FLASK.replace("app", "admin")},
        {"app.py": "from flask import Flask\nif True:\n    app = Flask(__name__)\n"},
        {"app.py": "from flask import Flask\napp = wrap(Flask(__name__))\n"},
        {"app.py": "from flask import Flask\napp = Flask(__name__"},
        {"app.py": 'from flask import Flask\napp = Flask(__name__); NOTE = """\nhello\n"""\n'},
        {"server.js": EXPRESS.replace("express();", "express().use(x);")},
        {"server.js": EXPRESS.replace("const app = express();\n", "const app = express()\n  .disable('etag');\n")},
        {"server.js": "function make() {\nconst app = express();\n}\n"},
        {"server.js": EXPRESS + "app.get('/health', (q, r) => r.end());\n"},
        {"server.js": "const text = `\nconst app = express();\n`;\n"},
        {"index.html": "hello"},
    ],
)
def test_what_is_not_plain_or_has_one_is_left_alone(files: dict[str, str]) -> None:
    with pytest.raises(NotFixable):
        made(FIX, files)
