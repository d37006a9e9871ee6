"""It listens on the port that the platform gives it."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, NotLooked, Rule, Verdict
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.listening import listening
from engine.readiness.sources.listening_python import by_python
from engine.readiness.sources.python_source import python_sources
from engine.readiness.sources.serving import serving
from engine.readiness.sources.stack import Stack, stack_of

SERVERS = frozenset({"gunicorn", "uvicorn", "hypercorn", "waitress", "daphne"})


def check(facts: Facts) -> Verdict:
    """A number where $PORT should stand blocks; one in a script that nobody is known to start warns."""
    start = serving(facts)
    stack = stack_of(facts)
    if not (stack.python_serves or stack.node_serves):
        return NotApplicable()
    if start is None or not start.written:
        as_script = _script(facts, stack)
        if as_script is not None:
            return Broken((as_script,))
    if start is None:
        return NotApplicable()
    heard = listening(facts, start)
    if heard is None or not heard.port:
        return NotLooked(f"Reading doesn't tell on which port `{start.text}` listens.")
    if not heard.fixed:
        return Kept()
    severity = Severity.WARNING if start.elsewhere else None
    message = f"It listens on port {heard.port}, whatever PORT says."
    return Broken((Hit(message, heard.path, heard.line, key=f"port {heard.port}", severity=severity),))


def _script(facts: Facts, stack: Stack) -> Hit | None:
    """`app.run(port=5000)` where no server is named that would start it in another way."""
    if stack.dependencies & SERVERS:
        return None
    for source in python_sources(application(facts), ".run("):
        heard = by_python(source)
        if heard is not None and heard.fixed and str(heard.port) in source.text:
            message = f"Started as a script it listens on port {heard.port}, whatever PORT says."
            path = in_repository(facts, source.path)
            return Hit(message, path, heard.line, key=f"port {heard.port}", severity=Severity.WARNING)
    return None


RULE = Rule(
    id="port-from-environment",
    title="The server listens on $PORT",
    severity=Severity.BLOCKING,
    why="Platforms choose the port and send their traffic there: an application on another one is never reached.",
    fix="Read it: `int(os.environ.get('PORT', 8000))`, `process.env.PORT || 3000`, or `--bind 0.0.0.0:$PORT`.",
    link="https://12factor.net/port-binding",
    check=check,
    good=Example(
        {
            "package.json": '{"dependencies": {"express": "^5"}, "scripts": {"start": "node server.js"}}',
            "server.js": 'const app = require("express")();\napp.listen(process.env.PORT || 3000);\n',
        }
    ),
    bad=Example(
        {
            "package.json": '{"dependencies": {"express": "^5"}, "scripts": {"start": "node server.js"}}',
            "server.js": 'const app = require("express")();\nconst port = 3000;\napp.listen(port);\n',
        }
    ),
    details=(
        "Looked at: the words of the start command and each known server's own default (`uvicorn` without `--port` "
        "listens on 8000; gunicorn reads `PORT` by itself), `gunicorn.conf.py`, and the call by which a started script "
        "listens (`app.run`, `uvicorn.run`, `app.listen`). A warning where only an image starts it so, or where a "
        "script is the only way to serve that the repository shows. A port that comes from elsewhere isn't judged."
    ),
)
