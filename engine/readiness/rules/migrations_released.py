"""Migrations are run when it is released."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, Rule, Verdict
from engine.readiness.sources.migrations import Migrations, migrations, run_somewhere
from engine.readiness.sources.stack import stack_of


def check(facts: Facts) -> Verdict:
    """Migrations that are there against everything that could run them."""
    found = migrations(facts, stack_of(facts))
    if not found:
        return NotApplicable()
    return Kept() if run_somewhere(facts) else Broken(tuple(map(_hit, found)))


def _hit(each: Migrations) -> Hit:
    many = "One migration" if each.count == 1 else f"{each.count} migrations"
    message = f"{many} of {each.tool}, and nothing runs `{each.command}` when it is deployed."
    return Hit(message, each.path, key=each.tool)


RULE = Rule(
    id="migrations-released",
    title="Migrations run before a release",
    severity=Severity.WARNING,
    why="New code meets the old tables: it answers with errors until somebody remembers.",
    fix="Say it in `slipway.yml`, below `environments: production:`, as `release_command: [flask, db, upgrade]` (or "
    "`[python, manage.py, migrate]`, `[npx, prisma, migrate, deploy]`). It runs before the new version gets "
    "visitors.",
    link="https://12factor.net/admin-processes",
    check=check,
    good=Example(
        {
            "requirements.txt": "flask==3.1.0\nflask-migrate==4.0.7\n",
            "app.py": "from flask import Flask\napp = Flask(__name__)\n",
            "migrations/versions/1a2b_first.py": "",
            "Procfile": "release: flask db upgrade\nweb: gunicorn app:app\n",
        }
    ),
    bad=Example(
        {
            "requirements.txt": "flask==3.1.0\nflask-migrate==4.0.7\n",
            "app.py": "from flask import Flask\napp = Flask(__name__)\n",
            "migrations/versions/1a2b_first.py": "",
            "Procfile": "web: gunicorn app:app\n",
        }
    ),
    details="Looked at: migrations of Django, Flask-Migrate, Alembic, Prisma, Sequelize and Knex; `release_command`, "
    "Procfile, Dockerfile, shell scripts, platform files, workflows that deploy, scripts of package.json, and "
    "code that migrates by itself. Any of them counts as kept.",
)
