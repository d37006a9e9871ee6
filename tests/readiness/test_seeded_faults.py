"""Faults that somebody might make, each put into an application without one: the right rule finds it at its line."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.readiness.finding import Finding, Severity
from engine.readiness.judge import judge
from engine.readiness.whole_tree import whole
from engine.scan.scanner import Scanner
from engine.shell.real import RealShell
from engine.source.folder import folder_source
from tests.readiness.example_facts import facts_of

#: Nothing is wrong with these two, as far as their files say.
SHOP = {
    "app.py": """\
import os

from flask import Flask
from flask_cors import CORS

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
app.config["SESSION_COOKIE_SECURE"] = True
CORS(app, origins=["https://shop.example"], supports_credentials=True)


@app.get("/health")
def health():
    return "well"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ["PORT"]))
""",
    "requirements.txt": "flask==3.1.2\nflask-cors==6.0.1\nflask-sqlalchemy==3.1.1\ngunicorn==23.0.0\n",
    "uv.lock": "version = 1\n",
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.13"\n',
    "Procfile": "web: gunicorn app:app --bind 0.0.0.0:$PORT\n",
    ".env.example": "SECRET_KEY=\nDATABASE_URL=\n",
    ".gitignore": ".env\n__pycache__/\n",
    "tests/test_app.py": "def test_it_is_well(): assert True\n",
    "README.md": "# Shop\n\n## Run it\n\n```\nflask run\n```\n",
    "LICENSE": "MIT License\n",
}
DESK = {
    "server.js": """\
const express = require('express')
const cors = require('cors')
const session = require('express-session')

const app = express()
app.use(cors({ origin: 'https://desk.example', credentials: true }))
app.use(session({ secret: process.env.SESSION_SECRET, cookie: { secure: true } }))
app.get('/health', (request, response) => response.send('well'))
app.listen(process.env.PORT)
""",
    "package.json": """\
{
  "name": "desk",
  "license": "MIT",
  "engines": { "node": "24.x" },
  "scripts": { "start": "node server.js", "test": "node --test" },
  "dependencies": { "cors": "2.8.5", "express": "5.1.0", "express-session": "1.18.2" }
}
""",
    "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
    ".env.example": "SESSION_SECRET=\n",
    ".gitignore": ".env\nnode_modules/\n",
    "test/desk.test.js": "require('node:test').test('well', () => {})\n",
    "README.md": "# Desk\n\n## Run it\n\n```\nnpm start\n```\n",
    "LICENSE": "MIT License\n",
}


@dataclass(frozen=True)
class Fault:
    """What stands there instead, and where which rule has to find it."""

    rule: str
    path: str
    line: int
    #: What is taken out; empty: `now` is a file of its own.
    was: str
    now: str


SHOP_FAULTS = (
    Fault("debug-off", "app.py", 9, '_SECURE"] = True', '_SECURE"] = app.debug = True'),
    Fault("secret-from-environment", "app.py", 7, 'os.environ["SECRET_KEY"]', '"q8V2rT5kLm9zX4"'),
    Fault("database-durable", "app.py", 8, 'os.environ["DATABASE_URL"]', '"sqlite:///shop.db"'),
    Fault("cookies-secure", "app.py", 9, '"SESSION_COOKIE_SECURE"] = True', '"SESSION_COOKIE_SECURE"] = False'),
    Fault("cors-closed", "app.py", 10, 'origins=["https://shop.example"]', 'origins="*"'),
    Fault("env-example", "app.py", 8, '["SECRET_KEY"]\n', '["SECRET_KEY"]\nSTRIPE = os.environ["STRIPE_KEY"]\n'),
    Fault("port-from-environment", "Procfile", 1, "0.0.0.0:$PORT", "0.0.0.0:8000"),
    Fault("listens-everywhere", "Procfile", 1, "0.0.0.0:$PORT", "127.0.0.1:$PORT"),
    Fault("production-server", "Procfile", 1, "gunicorn app:app --bind 0.0.0.0:$PORT", "flask run -h 0.0.0.0 -p $PORT"),
    Fault("start-command", "Procfile", 1, "app:app", "shop:app"),
    Fault("dependency-file", "app.py", 3, "flask==3.1.2\nflask-cors==6.0.1\nflask-sqlalchemy==3.1.1\n", ""),
    Fault("runtime-version", "pyproject.toml", 4, '">=3.13"', '"==3.8.*"'),
    Fault("env-file-ignored", ".env", 1, "", "SECRET_KEY=q8V2rT5kLm9zX4\n"),
)
DESK_FAULTS = (
    Fault("port-from-environment", "server.js", 9, "process.env.PORT", "3000"),
    Fault("listens-everywhere", "server.js", 9, "process.env.PORT", "process.env.PORT, '127.0.0.1'"),
    Fault("secret-from-environment", "server.js", 7, "process.env.SESSION_SECRET", "'q8V2rT5kLm9zX4'"),
    Fault("cookies-secure", "server.js", 7, "secure: true", "secure: false"),
    Fault("cors-closed", "server.js", 6, "'https://desk.example'", "true"),
    Fault("start-command", "package.json", 5, "node server.js", "node index.js"),
    Fault("health-route", "server.js", 5, "'/health'", "'/'"),
    Fault("runtime-version", "package.json", 4, "24.x", "16.x"),
)
#: Where a fault shows: what is taken out of one file may be found in another.
ELSEWHERE = {"dependency-file": "requirements.txt", "env-example": "app.py"}


def with_fault(files: dict[str, str], fault: Fault) -> dict[str, str]:
    """The application with that fault alone."""
    name = ELSEWHERE.get(fault.rule, fault.path)
    if not fault.was:
        return files | {name: fault.now}
    assert files[name].count(fault.was) == 1
    return files | {name: files[name].replace(fault.was, fault.now)}


def findings(files: dict[str, str]) -> set[Finding]:
    """What the rules find that warns or blocks; notes only of `health-route`."""
    found = judge(facts_of(files)).findings
    return {each for each in found if each.severity is not Severity.NOTE or each.rule == "health-route"}


@pytest.mark.parametrize("files", [SHOP, DESK], ids=["shop", "desk"])
def test_nothing_is_found_where_nothing_is_wrong(files: dict[str, str]) -> None:
    assert findings(files) == set()


@pytest.mark.parametrize("fault", SHOP_FAULTS, ids=lambda fault: fault.rule)
def test_a_fault_of_a_flask_application_is_found_at_its_line(fault: Fault) -> None:
    found = findings(with_fault(SHOP, fault))
    assert (fault.rule, fault.path, fault.line) in {(each.rule, each.path, each.line) for each in found}


@pytest.mark.parametrize("fault", DESK_FAULTS, ids=lambda fault: fault.rule)
def test_a_fault_of_an_express_application_is_found_at_its_line(fault: Fault) -> None:
    found = findings(with_fault(DESK, fault))
    assert (fault.rule, fault.path, fault.line) in {(each.rule, each.path, each.line) for each in found}


def test_a_secret_and_a_shell_that_reads_what_visitors_say_are_found_by_the_scan(tmp_path: Path) -> None:
    code = (
        "import subprocess\n\nfrom flask import request\n\nfrom app import app\n\nKEY = 'AKIA" + "QX7Z2LVJ" * 2 + "'\n"
    )
    code += "\n\n@app.get('/run')\ndef run():\n    return subprocess.getoutput(request.args['word'])\n"
    for name, text in {**SHOP, "run.py": code}.items():
        (tmp_path / "shop" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "shop" / name).write_text(text)
    source = folder_source(RealShell(), tmp_path / "shop")
    # Nobody listens there: what OSV would say isn't asked here.
    scan = Scanner("http://127.0.0.1:9", tmp_path / "scan").scan(source)
    found = {
        (each.rule, each.path, each.line) for each in judge(facts_of(SHOP, tree=whole(source), scan=scan)).findings
    }
    assert {("no-secrets", "run.py", 7), ("no-risky-code", "run.py", 12)} <= found
