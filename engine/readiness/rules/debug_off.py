"""Debug mode is off where it serves."""

import ast
from collections.abc import Iterator

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.distinct import distinct
from engine.readiness.sources.django_settings import django_settings
from engine.readiness.sources.flask_settings import sure_settings
from engine.readiness.sources.heard import EVERYWHERE
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import PythonSource, keyword, python_sources
from engine.readiness.sources.python_values import Fallback, Unknown, Written, is_on, value_of
from engine.readiness.sources.serving import Serving, serving
from engine.readiness.sources.stack import stack_of

#: Variables that switch a framework's debug mode on, and the values that do.
SWITCHES = {
    "FLASK_DEBUG": ("1", "true", "True", "yes", "on"),
    "FLASK_ENV": ("development",),
    "NODE_ENV": ("development",),
    "DJANGO_DEBUG": ("1", "true", "True"),
}


def check(facts: Facts) -> Verdict:
    """The start command, Flask's `run` and settings, FastAPI's argument, Django's settings."""
    stack = stack_of(facts)
    if not stack.python_serves and not stack.node_serves:
        return NotApplicable()
    hits = [*_started(facts)]
    if "flask" in stack.frameworks:
        hits += [*_flask_runs(facts), *_flask_settings(facts)]
    if "fastapi" in stack.frameworks:
        hits += _fastapi(facts)
    if "django" in stack.frameworks:
        hits += _django(facts)
    return broken_by(distinct(hits))


def _started(facts: Facts) -> Iterator[Hit]:
    start = serving(facts)
    if start is None or start.elsewhere:
        return
    environment = {**(facts.plan.environment if facts.plan else {}), **start.environment}
    for name, values in SWITCHES.items():
        if environment.get(name) in values:
            message = f"The start command sets {name}={environment[name]}: debug mode is on."
            yield Hit(message, start.path, start.line, key=name)
    if "--debug" in start.words and start.program in ("flask", "quart"):
        yield Hit(
            "It is started with --debug: errors open a console in the browser.", start.path, start.line, key="--debug"
        )
    if start.program == "node" and any(word.startswith("--inspect") and EVERYWHERE in word for word in start.words):
        message = "It is started with --inspect for everybody: whoever reaches the port runs code."
        yield Hit(message, start.path, start.line, key="--inspect")


def _flask_runs(facts: Facts) -> Iterator[Hit]:
    """`app.run(debug=True)`: that counts where the start command runs this very file."""
    start = serving(facts)
    for source in python_sources(application(facts), "debug"):
        names = Names.of(source.module)
        if not any(origin.startswith("flask") for origin in names.imported.values()):
            continue
        for call in source.calls():
            value = keyword(call, "debug")
            if isinstance(call.func, ast.Attribute) and call.func.attr == "run" and value is not None:
                yield from _run(in_repository(facts, source.path), source, value, names, start)


def _run(path: str, source: PythonSource, value: ast.expr, names: Names, start: Serving | None) -> Iterator[Hit]:
    runs = start is not None and start.file == source.path
    match value_of(value, names):
        case Written(said) if is_on(said) and runs:
            message = "It is started with debug=True: an error opens a console that runs any code in the browser."
            yield Hit(message, path, value.lineno)
        case Written(said) if is_on(said):
            message = "Whoever starts this file itself gets debug mode: debug=True is written here."
            yield Hit(message, path, value.lineno, severity=Severity.NOTE if start else Severity.WARNING)
        case Fallback(said, variable) if is_on(said) and runs:
            message = f"Debug mode is on unless {variable} says otherwise."
            yield Hit(message, path, value.lineno, severity=Severity.WARNING)
        case _:
            pass


def _flask_settings(facts: Facts) -> Iterator[Hit]:
    found = [(each, value_of(each.value, each.names)) for each in sure_settings(facts, "DEBUG")]
    if any(isinstance(value, Written) and value.value is False for _, value in found):
        # One class switches it on, another off: which of them counts isn't told here.
        return
    for setting, value in found:
        if isinstance(value, Written) and is_on(value.value):
            severity = Severity.WARNING if setting.in_class else None
            yield Hit("DEBUG is True in the application's settings.", setting.path, setting.line, severity=severity)


def _fastapi(facts: Facts) -> Iterator[Hit]:
    for source in python_sources(application(facts), "FastAPI"):
        names = Names.of(source.module)
        for call in source.calls():
            value = keyword(call, "debug")
            if value is not None and names.origin(call.func) in ("fastapi.FastAPI", "fastapi.applications.FastAPI"):
                said = value_of(value, names)
                if isinstance(said, Written) and is_on(said.value):
                    message = "FastAPI(debug=True) answers errors with the source of the application."
                    yield Hit(message, in_repository(facts, source.path), value.lineno)


def _django(facts: Facts) -> Iterator[Hit]:
    found = django_settings(facts)
    setting = found.settings.get("DEBUG") if found else None
    if found is None or setting is None or not setting.sure or found.open_end:
        return
    match value_of(setting.value, setting.names):
        case Written(said) if is_on(said):
            yield Hit("DEBUG = True in the settings that it serves with.", setting.path, setting.line)
        case Fallback(said, variable) if is_on(said):
            message = f"DEBUG is on unless {variable} says otherwise."
            yield Hit(message, setting.path, setting.line, severity=Severity.WARNING)
        case Written() | Fallback() | Unknown():
            pass


RULE = Rule(
    id="debug-off",
    title="Debug mode is off",
    severity=Severity.BLOCKING,
    why="In debug mode an error shows source code, settings and variables to everybody, and Flask's debugger runs any "
    "Python that is typed into it.",
    fix="Take `debug=True` out, or let the environment decide with off as its default: "
    '`DEBUG = os.environ.get("DEBUG") == "1"`.',
    link="https://flask.palletsprojects.com/en/stable/debugging/",
    check=check,
    good=Example(
        {
            "requirements.txt": "flask==3.1.0\n",
            "Procfile": "web: python app.py\n",
            "app.py": "import os\nfrom flask import Flask\n\napp = Flask(__name__)\n\n"
            'if __name__ == "__main__":\n    app.run(debug=os.environ.get("DEBUG") == "1")\n',
        }
    ),
    bad=Example(
        {
            "requirements.txt": "flask==3.1.0\n",
            "Procfile": "web: python app.py\n",
            "app.py": "from flask import Flask\n\napp = Flask(__name__)\n\n"
            'if __name__ == "__main__":\n    app.run(debug=True)\n',
        }
    ),
    details="Looked at: the start command (`--debug`, `FLASK_DEBUG`, `NODE_ENV`, `--inspect`), `run(debug=…)` in Flask,"
    " settings named DEBUG, `FastAPI(debug=…)`, and DEBUG in the settings module that Django's wsgi.py names. "
    "`debug=True` in a file that the start command doesn't run is a note.",
)
