"""It is served by a server that is made for that."""

import ast
import posixpath
import re

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, NotLooked, Rule, Verdict
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.listening_python import start_call
from engine.readiness.sources.python_source import PythonSource, dotted, keyword, literal, python_source
from engine.readiness.sources.serving import Serving, serving, serving_of
from engine.readiness.sources.stack import Stack, stack_of
from engine.readiness.sources.start_line import start_lines

#: A program and its words → what it is. The first that matches counts.
DEVELOPMENT = (
    (re.compile(r"flask (?:\S+ )*run\b"), "Flask's development server"),
    (re.compile(r"manage\.py (?:runserver|runserver_plus|rundev)\b"), "Django's development server"),
    (re.compile(r"(?:uvicorn|gunicorn|hypercorn|waitress-serve) .*--reload(?!-)\b"), "a server that reloads sources"),
    (re.compile(r"fastapi dev\b"), "FastAPI's development server"),
    (re.compile(r"next dev\b"), "Next.js's development server"),
    (re.compile(r"nuxt dev\b|nuxi dev\b"), "Nuxt's development server"),
    (re.compile(r"vite(?:$| (?:dev|serve|-))"), "Vite's development server"),
    (re.compile(r"vite preview\b"), "Vite's preview server"),
    (re.compile(r"react-scripts start\b"), "the development server of react-scripts"),
    (re.compile(r"ng serve\b"), "Angular's development server"),
    (re.compile(r"vue-cli-service serve\b"), "the development server of Vue CLI"),
    (re.compile(r"gatsby develop|astro dev|webpack-dev-server|webpack serve"), "a development server"),
    (re.compile(r"nodemon\b"), "nodemon, which is made for development"),
    (re.compile(r"(?:ts-node-dev|tsx watch|node --watch|nest start .*--watch)\b"), "a watcher of sources"),
)  # fmt: skip
#: What is made for serving others.
PRODUCTION = frozenset(
    {
        "gunicorn",
        "uvicorn",
        "hypercorn",
        "daphne",
        "waitress-serve",
        "uwsgi",
        "granian",
        "mod_wsgi-express",
        "streamlit",
    }
    | {"fastapi", "node", "bun", "deno", "pm2", "pm2-runtime", "next", "nest", "serve", "http-server", "remix-serve"}
    | {"react-router-serve", "ts-node", "tsx", "nuxt", "sanic"}
)


def check(facts: Facts) -> Verdict:
    """By the start command that is written; where none is, by the server that is named."""
    start = serving(facts)
    stack = stack_of(facts)
    if start is None or not (stack.python_serves or stack.node_serves or start.written):
        return NotApplicable()
    words = " ".join((start.program, *start.words))
    name = next((name for pattern, name in DEVELOPMENT if pattern.match(words)), "")
    if name and not start.written:
        return Broken((_unnamed(facts, stack),)) if "flask" in stack.frameworks else NotApplicable()
    if "compose" in posixpath.basename(start.path):
        return NotLooked(f"Only {start.path} says how it starts, as a developer's machine does.")
    served = stack.python_serves or stack.node_serves
    if name and not served and posixpath.basename(start.path) == "package.json":
        # The convention of what is built into static files: whoever deploys it serves those.
        message = f"`npm start` is {name}: serve what the build makes instead."
        return Broken((Hit(message, start.path, start.line, key=name, severity=Severity.NOTE),))
    if name:
        return Broken((Hit(f"It is served by {name}.", start.path, start.line, key=name),))
    if not served:
        return NotApplicable()
    return _otherwise(facts, start)


def _otherwise(facts: Facts, start: Serving) -> Verdict:
    """A known server is kept; a script of Python's is what it calls."""
    if start.program in PRODUCTION:
        return Kept()
    source = python_source(application(facts), start.file) if start.program == "python" and start.file else None
    call = start_call(source) if source else None
    if source is None or call is None:
        return NotLooked(f"Reading doesn't tell which server `{start.text}` starts.")
    development = _development(in_repository(facts, source.path), source, call)
    return Broken((development,)) if development else Kept()


def _unnamed(facts: Facts, stack: Stack) -> Hit:
    """Nothing but the framework is there to serve it."""
    named = [each for each in stack.requirements.runtime if each.name == "flask"]
    message = "No server is named beside Flask: its own development server is all that can serve it."
    for each in start_lines(facts):
        start = serving_of(facts, each)
        if start.program in PRODUCTION:
            message = (
                f"{each.path} starts {start.program}, which no requirement names: elsewhere, Flask serves by itself."
            )
            break
    path, line = (named[0].path, named[0].line) if named else ("", 0)
    return Hit(message, in_repository(facts, path), line, key="unnamed")


def _development(path: str, source: PythonSource, call: ast.Call) -> Hit | None:
    """`python app.py`, whose `app.run(...)` is Flask's own server."""
    called = dotted(call.func)
    if called == "uvicorn.run" and literal(keyword(call, "reload")) is True:
        return Hit("It is served by a server that reloads sources.", path, call.lineno, key="reload")
    if called in ("app.run", "application.run", "server.run", "api.run"):
        message = f"It is started by {source.path}, whose {called} is Flask's development server."
        return Hit(message, path, call.lineno, key="app.run")
    return None


RULE = Rule(
    id="production-server",
    title="A production server serves it",
    severity=Severity.WARNING,
    why=(
        "Development servers answer few at a time, restart when files change, and may show their insides to strangers."
    ),
    fix=(
        "Flask and Django: name `gunicorn` and start `gunicorn app:app --bind 0.0.0.0:$PORT`. FastAPI: "
        "`uvicorn main:app --host 0.0.0.0 --port $PORT`. Node: `node server.js`, `next start`, or serve what is built."
    ),
    link="https://flask.palletsprojects.com/en/stable/deploying/",
    check=check,
    good=Example({"requirements.txt": "flask\ngunicorn\n", "app.py": "import flask\napp = flask.Flask(__name__)\n"}),
    bad=Example({"requirements.txt": "flask\n", "app.py": "import flask\napp = flask.Flask(__name__)\n"}),
    details=(
        "Looked at: the program that the start command runs in the end (through `npm start`, `sh -c` and the like), "
        "and `app.run(...)` of a Flask script that it starts. Where no command is written and Slipway would start "
        "Flask's own server, the requirement that names Flask is the evidence. A "
        "note where the application is made of static files and only `npm start` is its development server."
    ),
)
