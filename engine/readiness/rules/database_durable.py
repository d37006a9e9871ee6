"""Data outlives a deploy: no database in a file of the application's own, none that only a developer's machine has."""

import re

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, text_of
from engine.readiness.sources.database_node import PACKAGES, node_databases
from engine.readiness.sources.database_python import OpenedHere, python_databases
from engine.readiness.sources.distinct import distinct
from engine.readiness.sources.stack import stack_of

#: Packages that mean a database.
PYTHON = frozenset(
    (
        "sqlalchemy",
        "flask-sqlalchemy",
        "django",
        "sqlmodel",
        "psycopg2",
        "psycopg2-binary",
        "psycopg",
        "pymysql",
        "pymongo",
    )
) | {
    "motor",
    "peewee",
    "tortoise-orm",
    "asyncpg",
    "mysqlclient",
    "flask-pymongo",
    "mongoengine",
    "aiosqlite",
    "dj-database-url",
}
#: A disk that stays, as some platforms' files ask for one.
DISK = {
    "fly.toml": r"^[ \t]*\[{1,2}mounts",
    "render.yaml": r"^[ \t]*disk:",
    "litestream.yml": r"",
    "railway.toml": r"requiredMountPath",
}
FILE = "The database is an SQLite file or the like: on platforms with a fresh disk for each deploy its data is gone."
HERE = "The database is looked for on the application's own machine (localhost): where it is deployed, there is none."


def check(facts: Facts) -> Verdict:
    """Databases at a place that is written in the code; what a variable says counts as kept."""
    stack = stack_of(facts)
    if not stack.python_serves and not stack.node_serves:
        return NotApplicable()
    found = [*(python_databases(facts, stack) if stack.python_serves else ())]
    found += node_databases(facts, stack) if stack.node_serves else ()
    kept = [each for each in found if not each.file or not _has_a_disk(facts)]
    if not found and not stack.dependencies & (PYTHON | set(PACKAGES) | {"@prisma/client"}):
        return NotApplicable()
    return broken_by(distinct(map(_hit, kept)))


def _has_a_disk(facts: Facts) -> bool:
    tree = application(facts)
    texts = ((text_of(tree, name), pattern) for name, pattern in DISK.items())
    return any(text is not None and re.search(pattern, text, re.MULTILINE) for text, pattern in texts)


def _hit(each: OpenedHere) -> Hit:
    return Hit(FILE if each.file else HERE, each.path, each.line, key=f"{each.path}:{'file' if each.file else 'here'}")


RULE = Rule(
    id="database-durable",
    title="The database outlives a deploy",
    severity=Severity.WARNING,
    why="A deploy starts on a fresh disk on most platforms, and several instances don't share one: what was written "
    "is lost.",
    fix="Take the address from the environment, `DATABASE_URL`, and let the file stand in for it on your machine only.",
    link="https://12factor.net/backing-services",
    check=check,
    good=Example(
        {
            "requirements.txt": "flask==3.1.0\nflask-sqlalchemy==3.1.1\n",
            "app.py": "import os\nfrom flask import Flask\n\napp = Flask(__name__)\n"
            'app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "sqlite:///local.db")\n',
        }
    ),
    bad=Example(
        {
            "requirements.txt": "flask==3.1.0\nflask-sqlalchemy==3.1.1\n",
            "app.py": "from flask import Flask\n\napp = Flask(__name__)\n"
            'app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"\n',
        }
    ),
    details="Looked at: addresses handed to SQLAlchemy, Flask-SQLAlchemy, pymongo, peewee, sqlite3 (where the "
    "application also writes), DATABASES of Django, sqlite3, better-sqlite3, sequelize, knex, mongoose, mysql "
    "and pg of Node, and Prisma's provider. An address that comes from the environment is kept, whatever stands"
    " in for it. A disk named in fly.toml or render.yaml counts.",
)
