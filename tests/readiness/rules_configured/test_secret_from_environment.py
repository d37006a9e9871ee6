"""secret-from-environment in hard cases."""

import pytest

from engine.readiness.finding import Severity
from engine.readiness.rule import NotApplicable
from engine.readiness.rules.secret_from_environment import RULE
from tests.readiness.example_facts import hits, verdict

FLASK = {"requirements.txt": "flask==3.1\n"}
APP = "import os\nfrom flask import Flask\napp = Flask(__name__)\n"
LOADED = APP + "app.config.from_object('config')\n"
BLOCKING, WARNING = Severity.BLOCKING, Severity.WARNING


def found(files: dict[str, str]) -> list[tuple[Severity, str, int]]:
    """Weight and place of each finding."""
    return [(hit.severity or RULE.severity, hit.path, hit.line) for hit in hits(RULE, files)]


@pytest.mark.parametrize(
    ("code", "weight"),
    [
        ("app.secret_key = 'abc'", BLOCKING),
        ("app.config['SECRET_KEY'] = 'abc'", BLOCKING),
        ("app.config.from_mapping(\n    SECRET_KEY='abc')", BLOCKING),
        ("app.config.update({'JWT_SECRET_KEY': 'abc'})", BLOCKING),
        ("app.secret_key = b'abc'", BLOCKING),
        ("app.secret_key = os.environ['SECRET_KEY']", None),
        ("app.secret_key = os.environ.get('SECRET_KEY')", None),
        ("app.secret_key = os.environ.get('SECRET_KEY', 'abc')", WARNING),
        ("app.secret_key = os.environ.get('SECRET_KEY') or 'abc'", WARNING),
        ("app.secret_key = os.urandom(24)", None),
        ("app.secret_key = ''", None),
        ("app.config['SECRET_KEY'] = secret", None),
        ("app.config['OTHER'] = 'abc'", None),
        ("if testing:\n    app.secret_key = 'abc'", None),
        ("app.config.from_mapping(SECRET_KEY='dev')\napp.config.from_pyfile('config.py', silent=True)", WARNING),
        ("import jwt\njwt.encode({}, 'abc')", BLOCKING),
        ("import jwt\njwt.encode({}, key=KEY)", None),
        ("import jwt\njwt.encode({}, os.environ['KEY'])", None),
    ],
)
def test_keys_of_flask(code: str, weight: Severity | None) -> None:
    assert [each[0] for each in found(FLASK | {"app.py": APP + code})] == ([weight] if weight else [])


@pytest.mark.parametrize(
    ("config", "weight"),
    [
        ("SECRET_KEY = 'abc'", BLOCKING),
        ("class Config:\n    SECRET_KEY = 'abc'", BLOCKING),
        ("class TestingConfig:\n    SECRET_KEY = 'abc'", None),
        ("class DevConfig:\n    SECRET_KEY = 'abc'", None),
        (
            "import os\nclass Config:\n    SECRET_KEY = 'abc'\nclass Prod(Config):\n    SECRET_KEY = os.environ['KEY']",
            None,
        ),
        ("import os\nclass Config:\n    SECRET_KEY = os.environ.get('SECRET_KEY') or 'abc'", WARNING),
    ],
)
def test_modules_and_classes_of_settings(config: str, weight: Severity | None) -> None:
    assert [each[0] for each in found(FLASK | {"app.py": LOADED, "config.py": config})] == ([weight] if weight else [])


def test_the_key_itself_is_never_told() -> None:
    (hit,) = hits(RULE, FLASK | {"app.py": APP + "app.secret_key = 'hunter2'"})
    assert "hunter2" not in f"{hit.message}{hit.key}"


@pytest.mark.parametrize(
    ("settings", "weight"),
    [
        ("SECRET_KEY = 'django-insecure-x'", BLOCKING),
        ("import os\nSECRET_KEY = os.environ['SECRET_KEY']", None),
        ("import os\nSECRET_KEY = os.environ.get('SECRET_KEY', 'django-insecure-x')", WARNING),
        ("SECRET_KEY = 'x'\nfrom .production import *", None),
        ("import os\nSECRET_KEY = 'x'\nif 'KEY' in os.environ:\n    SECRET_KEY = os.environ['KEY']", None),
    ],
)
def test_django(settings: str, weight: Severity | None) -> None:
    manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
    files = {"requirements.txt": "django==5\n", "manage.py": manage, "shop/settings.py": settings}
    assert [each[0] for each in found(files)] == ([weight] if weight else [])


def test_fastapi_with_a_key_in_a_name_is_found_where_the_key_is_written() -> None:
    code = "from fastapi import FastAPI\nfrom jose import jwt\nSECRET_KEY = 'abc'\n\n"
    code += "def token():\n    return jwt.encode({}, SECRET_KEY)\n"
    assert found({"requirements.txt": "fastapi\n", "main.py": code}) == [(BLOCKING, "main.py", 3)]


def test_a_settings_class_only_stands_in() -> None:
    code = "from fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\n"
    code += "class Config(BaseSettings):\n    jwt_secret_key: str = 'abc'\n"
    assert found({"requirements.txt": "fastapi\n", "main.py": code}) == [(WARNING, "main.py", 4)]


EXPRESS = {"package.json": '{"dependencies": {"express": "4", "express-session": "1"}}'}
SESSION = "const session = require('express-session');\n"


@pytest.mark.parametrize(
    ("code", "weight"),
    [
        (SESSION + "app.use(session({ secret: 'keyboard cat', resave: false }))", BLOCKING),
        (SESSION + "app.use(session({ secret: ['abc', 'def'] }))", BLOCKING),
        (SESSION + "app.use(session({ secret: process.env.SESSION_SECRET }))", None),
        (SESSION + "app.use(session({ secret: process.env.SESSION_SECRET || 'abc' }))", WARNING),
        (SESSION + "app.use(session({ secret: config.secret }))", None),
        (SESSION + "const key = 'abc'; app.use(session({ secret: key }))", BLOCKING),
        (SESSION + "const key = process.env.K; app.use(session({ secret: key }))", None),
        ("import session from 'express-session'\napp.use(session({ secret: 'abc' }))", BLOCKING),
        ("app.use(session({ secret: 'abc' }))", None),
        ("const c = require('cookie-parser')\napp.use(c('abc'))", BLOCKING),
        ("const c = require('cookie-parser')\napp.use(c())", None),
        ("const jwt = require('jsonwebtoken')\njwt.sign({ a: 1 }, 'abc', { expiresIn: 3 })", BLOCKING),
        ("const jwt = require('jsonwebtoken')\njwt.sign({ a: 1 }, process.env.JWT_SECRET)", None),
        ("const jwt = require('jsonwebtoken')\n// jwt.sign({}, 'abc')", None),
    ],
)
def test_node(code: str, weight: Severity | None) -> None:
    weights = {each[0] for each in found(EXPRESS | {"server.js": code})}
    assert weights == ({weight} if weight else set())


def test_a_key_in_a_file_of_settings_is_found_there() -> None:
    config = "module.exports = {\n  secret: 'abc',\n  port: 1,\n}"
    code = "const jwt = require('jsonwebtoken')\nconst config = require('../keys')\njwt.sign({}, config.secret)"
    files = EXPRESS | {"src/auth.js": code, "keys.js": config}
    assert found(files) == [(BLOCKING, "keys.js", 2)]


def test_a_key_that_is_used_often_in_a_file_is_one_finding() -> None:
    code = "const jwt = require('jsonwebtoken')\njwt.sign({}, 'abc')\njwt.verify(t, 'abc')"
    assert found(EXPRESS | {"server.js": code}) == [(BLOCKING, "server.js", 2)]


def test_a_static_site_has_no_keys() -> None:
    assert isinstance(verdict(RULE, {"index.html": "<p>", "config.py": "SECRET_KEY = 'abc'"}), NotApplicable)
