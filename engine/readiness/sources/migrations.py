"""Migrations of a database's schema, and what runs them."""

import posixpath
import re
from dataclasses import dataclass

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository, text_of
from engine.readiness.sources.node_calls import node_scripts
from engine.readiness.sources.node_package import node_package
from engine.readiness.sources.python_source import python_sources
from engine.readiness.sources.stack import Stack

#: What runs them, in whatever file.
COMMAND = re.compile(
    r"\bmigrate\b|\bdb\s+upgrade\b|\bupgrade\s+heads?\b|migrations?:(run|migrate|up)|db:migrate|migrate:(latest|up|deploy)"
    r"|prisma\s+db\s+push|drizzle-kit\s+push"
)
#: Files by which something is deployed or started.
DEPLOYS = re.compile(
    r"(^|/)(Procfile[^/]*|Dockerfile[^/]*|[^/]+\.(sh|toml|tf|ini|config|nix)|(docker-)?compose[^/]*\.ya?ml|render\.yaml"
    r"|app\.json|app\.ya?ml|railway\.json|heroku\.yml|vercel\.json|nixpacks\.toml|Jenkinsfile|Capfile|fabfile\.py"
    r"|[^/]*(deploy|release)[^/]*\.(ya?ml|py))$"
    r"|(^|/)(bin|k8s|kubernetes|helm|charts|deploy|deployment|\.do|\.platform|\.ebextensions|ansible|playbooks)/[^/]*$"
)
ELSEWHERE = re.compile(r"(^|/)(node_modules|vendor|site-packages|docs?|tests?)/|(^|/)(pyproject|uv|poetry)\.toml$")
PYTHON = ("call_command", "upgrade", "create_all(", "run_migrations")
#: Code that migrates by itself, or makes the tables as they are to be.
RUNS = re.compile(
    r"call_command\(\s*[\"']migrate|command\.upgrade\(|import\s[^\n]{0,200}\bupgrade\b|flask_migrate\.upgrade|create_all\("
    r"|run_migrations"
)
SCRIPTS = (
    "start",
    "prestart",
    "build",
    "postbuild",
    "prebuild",
    "postinstall",
    "heroku-postbuild",
    "release",
    "vercel-build",
)
MOST_FILES = 200


@dataclass(frozen=True)
class Migrations:
    """Those of one tool."""

    #: The tool, for people.
    tool: str
    #: The newest one, in the repository.
    path: str
    count: int
    #: What would run them.
    command: str


def migrations(facts: Facts, stack: Stack) -> tuple[Migrations, ...]:
    """By tool; none without the package that runs them."""
    names = stack.dependencies | (stack.package.every_name if stack.package else frozenset())
    tools = (
        ("Django", {"django"}, r"(^|/)migrations/\d{4}_\w+\.py$", "python manage.py migrate"),
        ("Flask-Migrate", {"flask-migrate"}, r"(^|/)migrations/versions/[^/]+\.py$", "flask db upgrade"),
        ("Alembic", {"alembic"}, r"(^|/)(alembic|migrations)/versions/[^/]+\.py$", "alembic upgrade head"),
        (
            "Prisma",
            {"prisma", "@prisma/client"},
            r"prisma/migrations/[^/]+/migration\.sql$",
            "npx prisma migrate deploy",
        ),
        ("Sequelize", {"sequelize-cli"}, r"(^|/)migrations/\d[^/]+\.[cm]?[jt]s$", "npx sequelize-cli db:migrate"),
        ("Knex", {"knex"}, r"(^|/)migrations/\d[^/]+\.[cm]?[jt]s$", "npx knex migrate:latest"),
    )
    paths = [
        path for path in application(facts).paths() if not re.search(r"(^|/)(node_modules|site-packages|tests?)/", path)
    ]
    found: list[Migrations] = []
    for tool, packages, pattern, command in tools:
        own = sorted(path for path in paths if re.search(pattern, path) and not path.endswith("/__init__.py"))
        if own and packages & names and not any(each.path == in_repository(facts, own[-1]) for each in found):
            found.append(Migrations(tool, in_repository(facts, own[-1]), len(own), command))
    return tuple(found)


def run_somewhere(facts: Facts) -> bool:
    """True when something on the way of a deploy runs migrations, or may."""
    project = facts.project
    if any(each.release_command for each in project.environments.values()):
        return True
    commands = " ".join(word for argv in (project.install, project.build, project.start) for word in argv or ())
    if COMMAND.search(commands) or COMMAND.search(_package_scripts(facts)):
        return True
    return _by_files(facts) or _by_code(facts)


def _package_scripts(facts: Facts) -> str:
    """The scripts that platforms run, and those that they run in turn."""
    package = node_package(application(facts))
    if package is None:
        return ""
    texts = [package.scripts.get(name, "") for name in SCRIPTS]
    for text in list(texts):
        texts += (
            package.scripts.get(name, "") for name in re.findall(r"(?:npm|yarn|pnpm|bun)\s+(?:run\s+)?([\w:-]+)", text)
        )
    return "\n".join(texts)


def _by_files(facts: Facts) -> bool:
    paths = [path for path in facts.tree.paths() if DEPLOYS.search(path) and not ELSEWHERE.search(path)]
    if any(COMMAND.search(text_of(facts.tree, path) or "") for path in paths[:MOST_FILES]):
        return True
    # A workflow that only tests migrates its own database.
    flows = [
        text_of(facts.tree, path) or ""
        for path in facts.tree.paths()
        if path.startswith((".github/workflows/", ".gitlab-ci", ".circleci/"))
    ]
    return any(COMMAND.search(text) and "deploy" in text.lower() for text in flows)


def _by_code(facts: Facts) -> bool:
    tree = application(facts)
    for source in python_sources(tree, *PYTHON):
        if posixpath.basename(source.path) != "env.py" and RUNS.search(source.text):
            return True
    node = ("migrate.latest", "runMigrations", "migrationsRun", "umzug", "Umzug", "/migrator", ".sync(")
    return any(True for _ in node_scripts(facts, *node))
