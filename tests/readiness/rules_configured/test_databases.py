"""database-durable and migrations-released in hard cases."""

import pytest

from engine.readiness.rule import NotApplicable
from engine.readiness.rules import database_durable, migrations_released
from tests.readiness.example_facts import hits, verdict

FLASK = {"requirements.txt": "flask==3.1\nflask-sqlalchemy==3.1\n"}
APP = "import os\nfrom flask import Flask\napp = Flask(__name__)\n"


def kinds(files: dict[str, str]) -> list[str]:
    """`file` or `here`, for each finding."""
    return [hit.key.rpartition(":")[2] for hit in hits(database_durable.RULE, files)]


URI = "app.config['SQLALCHEMY_DATABASE_URI'] = "
ENGINE = "from sqlalchemy import create_engine\n"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (URI + "'sqlite:///shop.db'", ["file"]),
        (URI + "'sqlite:///' + os.path.join(basedir, 'shop.db')", ["file"]),
        (URI + "f'sqlite:///{name}.db'", ["file"]),
        (URI + "'sqlite:///:memory:'", []),
        (URI + "'sqlite://'", []),
        (URI + "os.environ['DATABASE_URL']", []),
        (URI + "os.environ.get('DATABASE_URL', 'sqlite:///shop.db')", []),
        (URI + "os.environ.get('DATABASE_URL') or 'sqlite:///' + os.path.join(basedir, 'shop.db')", []),
        (URI + "f'sqlite:///{os.environ[\"DATA\"]}/shop.db'", []),
        (URI + "'postgresql://ada:x@localhost/shop'", ["here"]),
        (URI + "'postgresql://ada:x@db.example.com/shop'", []),
        (URI + "'postgresql://ada:x@db/shop'", []),
        ("if local:\n    " + URI + "'sqlite:///shop.db'", []),
        (ENGINE + "create_engine('sqlite:///./shop.db')", ["file"]),
        (ENGINE + "url = 'sqlite:///./shop.db'\ncreate_engine(url, echo=True)", ["file"]),
        (ENGINE + "url = os.getenv('URL', 'sqlite:///./shop.db')\ncreate_engine(url)", []),
        (ENGINE + "create_engine(settings.url)", []),
        ("from pymongo import MongoClient\nMongoClient('mongodb://localhost:27017/')", ["here"]),
        ("from pymongo import MongoClient\nMongoClient(os.environ['MONGO'])", []),
        ("import psycopg2\npsycopg2.connect(host='localhost', user='ada')", ["here"]),
        ("import psycopg2\npsycopg2.connect(host=os.environ['HOST'])", []),
        ("import sqlite3\nc = sqlite3.connect('shop.db')\nc.execute('INSERT INTO a VALUES (1)')", ["file"]),
        ("import sqlite3\nc = sqlite3.connect('places.db')\nc.execute('SELECT 1')", []),
        ("import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute('CREATE TABLE a (b)')", []),
        ("import sqlite3\nc = sqlite3.connect(os.environ['DB'])\nc.execute('CREATE TABLE a (b)')", []),
    ],
)
def test_databases_of_python(code: str, found: list[str]) -> None:
    assert kinds(FLASK | {"app.py": APP + code}) == found


SQLITE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}}\n"


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        (SQLITE, ["file"]),
        (SQLITE + "if 'URL' in os.environ:\n    DATABASES['default'] = dj_database_url.config()", []),
        (SQLITE + "DATABASES['default'].update(dj_database_url.config())", []),
        (SQLITE + "DATABASES = {'default': dj_database_url.config()}", []),
        ("import os\nDATABASES = {'default': {'ENGINE': os.environ.get('E', 'django.db.backends.sqlite3')}}", []),
        ("DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'localhost'}}", ["here"]),
        ("DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'db'}}", []),
        (SQLITE + "from .local import *", []),
    ],
)
def test_databases_of_django(settings: str, found: list[str]) -> None:
    manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
    assert kinds({"requirements.txt": "django==5\n", "manage.py": manage, "shop/settings.py": settings}) == found


def package(*names: str) -> dict[str, str]:
    """An Express application that requires these too."""
    required = ", ".join(f'"{name}": "1"' for name in ("express", *names))
    return {"package.json": f'{{"dependencies": {{{required}}}}}'}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("const sqlite3 = require('sqlite3').verbose();\nconst db = new sqlite3.Database('shop.db')", ["file"]),
        ("const sqlite3 = require('sqlite3');\nconst db = new sqlite3.Database(':memory:')", []),
        ("const Database = require('better-sqlite3')\nconst db = new Database(path.join(__dirname, 'a.db'))", ["file"]),
        ("const Database = require('better-sqlite3')\nconst db = new Database(process.env.DB || 'a.db')", []),
        ("const { Sequelize } = require('sequelize')\nnew Sequelize({ dialect: 'sqlite', storage: 'a.db' })", ["file"]),
        ("const { Sequelize } = require('sequelize')\nnew Sequelize({ dialect: 'sqlite', storage: ':memory:' })", []),
        ("const { Sequelize } = require('sequelize')\nnew Sequelize(process.env.URL)", []),
        ("const mongoose = require('mongoose')\nmongoose.connect('mongodb://localhost/shop')", ["here"]),
        (
            "const mongoose = require('mongoose')\nconst u = 'mongodb://127.0.0.1:27017/a'; mongoose.connect(u)",
            ["here"],
        ),
        ("const mongoose = require('mongoose')\nmongoose.connect(process.env.U || 'mongodb://localhost/a')", []),
        (
            "const mongoose = require('mongoose')\nlet u = process.env.U || 'mongodb://localhost'\nmongoose.connect(u)",
            [],
        ),
        ("const mysql = require('mysql2')\nmysql.createPool({ host: 'localhost', user: 'a' })", ["here"]),
        ("const mysql = require('mysql2')\nmysql.createPool({ host: process.env.HOST })", []),
    ],
)
def test_databases_of_node(code: str, found: list[str]) -> None:
    assert kinds(package("sqlite3", "mongoose") | {"server.js": code}) == found


def test_prisma_with_sqlite_is_a_file() -> None:
    schema = {"prisma/schema.prisma": 'datasource db {\n  provider = "sqlite"\n  url = env("DATABASE_URL")\n}\n'}
    (hit,) = hits(database_durable.RULE, package("@prisma/client") | schema)
    assert (hit.path, hit.line) == ("prisma/schema.prisma", 2)
    assert kinds(package("@prisma/client", "@libsql/client") | schema) == []


def test_a_disk_that_stays_keeps_a_file() -> None:
    code = FLASK | {"app.py": APP + URI + "'sqlite:////data/shop.db'"}
    assert kinds(code | {"fly.toml": '[mounts]\nsource = "data"\n'}) == []


def test_an_application_without_a_database_is_left_alone() -> None:
    assert isinstance(verdict(database_durable.RULE, {"requirements.txt": "flask\n", "app.py": APP}), NotApplicable)


MIGRATED = {
    "requirements.txt": "flask==3.1\nflask-migrate==4\n",
    "app.py": APP,
    "migrations/env.py": "from alembic import context\ncontext.run_migrations()\n",
    "migrations/versions/1_a.py": "",
}


@pytest.mark.parametrize(
    "files",
    [
        {"slipway.yml": "environments:\n  production:\n    release_command: [flask, db, upgrade]\n"},
        {"slipway.yml": "start: sh -c 'flask db upgrade && gunicorn app:app'\n"},
        {"Procfile": "release: flask db upgrade\nweb: gunicorn app:app\n"},
        {"Dockerfile": "FROM python\nCMD flask db upgrade && gunicorn app:app\n"},
        {"boot.sh": "flask db upgrade\n"},
        {"render.yaml": "preDeployCommand: flask db upgrade\n"},
        {"docker-compose.yml": "command: flask db upgrade\n"},
        {"docker/uwsgi.ini": "hook-pre-app = exec:flask db upgrade\n"},
        {".github/workflows/deploy.yml": "name: deploy\nrun: flask db upgrade\n"},
        {"cli.py": "from flask_migrate import Migrate, upgrade\n\ndef deploy():\n    upgrade()\n"},
        {"app.py": APP + "db.create_all()\n"},
    ],
)
def test_something_runs_the_migrations(files: dict[str, str]) -> None:
    assert hits(migrations_released.RULE, MIGRATED | files) == ()


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"Procfile": "web: gunicorn app:app\n"},
        {"README.md": "Run `flask db upgrade`.\n"},
        {".github/workflows/test.yml": "run: flask db upgrade\n"},
        {"tests/test_db.py": "from flask_migrate import upgrade\n"},
    ],
)
def test_nothing_runs_the_migrations(files: dict[str, str]) -> None:
    (hit,) = hits(migrations_released.RULE, MIGRATED | files)
    assert hit.message == "One migration of Flask-Migrate, and nothing runs `flask db upgrade` when it is deployed."


@pytest.mark.parametrize(
    ("files", "tool"),
    [
        (
            {"requirements.txt": "django\n", "shop/migrations/0001_initial.py": "", "shop/migrations/__init__.py": ""},
            "Django",
        ),
        ({"requirements.txt": "fastapi\nalembic\n", "alembic/versions/1_a.py": ""}, "Alembic"),
        (package("@prisma/client") | {"prisma/migrations/1_a/migration.sql": ""}, "Prisma"),
        (package("knex") | {"migrations/20240101_a.js": ""}, "Knex"),
        (package() | {"migrations/20240101_a.js": ""}, ""),
        ({"requirements.txt": "django\n", "shop/migrations/__init__.py": ""}, ""),
        ({"requirements.txt": "django\n", "tests/migrations/0001_initial.py": ""}, ""),
    ],
)
def test_migrations_by_tool(files: dict[str, str], tool: str) -> None:
    assert [hit.key for hit in hits(migrations_released.RULE, files)] == ([tool] if tool else [])
