"""Flask: a `Flask(...)` object or factory, and its dependencies named."""

from dataclasses import replace

from engine.detect import flask_source, python_install
from engine.detect.outcome import Almost, NotMine
from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan
from engine.errors import Cause


def detect(files: FileTree) -> AppPlan | Almost | NotMine:
    """The plan of a Flask application."""
    target = flask_source.find(files)
    python = python_install.installation(files)
    if python is not None and python.requires("fastapi") and not python.requires("flask"):
        # Its factories are called as Flask's are.
        return NotMine()
    if target is None:
        return _without_target(python)
    if python is None:
        return Almost(_nothing_names_dependencies(target))
    start, server = _start(target, python)
    evidence = (python.evidence, f"{target.file} makes the Flask application {target.name}", server)
    plan = python_install.plan(python, framework="flask", evidence=evidence, start=start)
    environment = {"FLASK_APP": target.text}
    if target.import_root != ".":
        environment["PYTHONPATH"] = target.import_root
    return replace(plan, environment=plan.environment | environment)


def _start(target: flask_source.FlaskTarget, python: python_install.PythonInstallation) -> tuple[tuple[str, ...], str]:
    if python.requires("gunicorn"):
        # Threads, so that one slow or streaming answer doesn't hold up the others.
        bind = ("--bind", "127.0.0.1:$PORT", "--workers", "1", "--threads", "8")
        return ("$ENVIRONMENT/bin/gunicorn", *bind, target.text), "the requirements name gunicorn"
    run = ("-m", "flask", "run", "--host", "127.0.0.1", "--port", "$PORT")
    return ("$ENVIRONMENT/bin/python", *run), "no server is named: Flask's own serves"


def _without_target(python: python_install.PythonInstallation | None) -> Almost | NotMine:
    if python is None or not python.requires("flask"):
        return NotMine()
    return Almost(
        Cause(
            f"Flask is required ({python.evidence}), but no module makes a Flask application at its top level.",
            "Name it `app = Flask(__name__)` in app.py, or add a Procfile such as "
            "`web: gunicorn package.module:app --bind 0.0.0.0:$PORT`.",
            "not_detected",
        )
    )


def _nothing_names_dependencies(target: flask_source.FlaskTarget) -> Cause:
    return Cause(
        f"{target.file} makes a Flask application, but nothing says what to install.",
        "Add a requirements.txt with `flask` in it.",
        "no_dependencies_named",
    )
