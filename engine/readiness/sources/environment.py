"""Which environment variables the application's code reads, and where. Only reads that are sure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.environment_node import node_reads
from engine.readiness.sources.environment_python import python_reads
from engine.readiness.sources.environment_read import Read
from engine.readiness.sources.javascript_source import javascript_sources
from engine.readiness.sources.python_source import python_sources

#: How variables are written that people set; `http_proxy` and `npm_package_name` are others' words.
NAME = re.compile(r"[A-Z][A-Z0-9_]*")
#: What a machine, a platform or a framework's own command sets: nobody has to be told of these.
MACHINES = """PORT HOST HOSTNAME HOME PATH PWD USER USERNAME LOGNAME SHELL TERM TMPDIR TMP TEMP TZ LANG LC_ALL CI EDITOR
    APPDATA LOCALAPPDATA PROGRAMFILES SYSTEMROOT COMSPEC XDG_CONFIG_HOME XDG_CACHE_HOME COLUMNS NO_COLOR FORCE_COLOR
    HTTP_PROXY HTTPS_PROXY NO_PROXY"""
PLATFORMS = """DYNO K_SERVICE K_REVISION LAMBDA_TASK_ROOT IS_PULL_REQUEST SERVER_SOFTWARE GOOGLE_CLOUD_PROJECT
    WEB_CONCURRENCY"""
FRAMEWORKS = """NODE_ENV NODE_OPTIONS NODE_PATH VIRTUAL_ENV CONDA_PREFIX PUBLIC_URL
    FLASK_APP FLASK_ENV FLASK_DEBUG DJANGO_SETTINGS_MODULE WERKZEUG_RUN_MAIN RUN_MAIN
    JEST_WORKER_ID VITEST ANALYZE NEXT_RUNTIME NEXT_PHASE"""
GIVEN = frozenset(f"{MACHINES} {PLATFORMS} {FRAMEWORKS}".split())
GIVEN_BEGINNINGS = (
    *("PYTHON", "FLASK_RUN_", "FLASK_SKIP_", "UVICORN_", "GUNICORN_"),
    *("VERCEL", "NEXT_PUBLIC_VERCEL_", "RAILWAY_", "RENDER", "HEROKU_", "FLY_", "NETLIFY", "AWS_LAMBDA_", "WEBSITE_"),
    *("KUBERNETES_", "GITHUB_", "GITLAB_", "TRAVIS", "CIRCLE", "PYTEST_", "NPM_", "CODESPACE", "GITPOD_", "REPL"),
    *("PLATFORM_", "OPENSHIFT_", "GAE_", "VCAP_", "CF_INSTANCE_", "REMIX_DEV_"),
)
#: Which of these an application sets for itself: `GITHUB_TOKEN` and the like are no platform's.
OWN = re.compile(r"TOKEN|SECRET|CLIENT|KEY|PASSWORD|WEBHOOK|OAUTH|USERNAME")
#: What runs beside the application, not in it.
BESIDE = re.compile(
    r"(^|/)(scripts?|tools|migrations|alembic|bin|seeds?|infra|deploy|\.[^/]+)/|(^|/)(fabfile|tasks)\.py$"
)


@dataclass(frozen=True, order=True)
class Variable:
    """One place where one variable is read."""

    name: str
    #: In the repository.
    path: str
    line: int
    #: True: the code does without it, by a default or by asking whether it is there.
    has_default: bool
    #: The default where it is a literal, as text; it may be a secret, so it is never shown.
    default: str = ""


def variables_read(facts: Facts) -> tuple[Variable, ...]:
    """Every read by name, path and line; what platforms give is left out."""
    found = {
        Variable(read.name, in_repository(facts, path), read.line, read.has_default, read.default)
        for path, read in _reads(facts)
        if NAME.fullmatch(read.name) and not is_given(read.name)
    }
    return tuple(sorted(found))


def is_given(name: str) -> bool:
    """True for a variable that a platform sets by itself."""
    return name in GIVEN or (name.startswith(GIVEN_BEGINNINGS) and not OWN.search(name))


def _reads(facts: Facts) -> Iterator[tuple[str, Read]]:
    tree = application(facts)
    for source in python_sources(tree, "environ", "getenv", "config", "env", "BaseSettings"):
        if not BESIDE.search(source.path):
            yield from ((source.path, read) for read in python_reads(source.module))
    for script in javascript_sources(tree, "process", "import.meta.env"):
        if not BESIDE.search(script.path):
            yield from ((script.path, read) for read in node_reads(script.text))
