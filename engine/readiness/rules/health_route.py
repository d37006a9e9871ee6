"""There is a route for health probes."""

import ast
import re

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, Rule, Verdict
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.javascript_source import javascript_sources
from engine.readiness.sources.python_source import dotted, python_sources
from engine.readiness.sources.tried import Place

#: A path of the usual names, as a string in the source.
HEALTH = re.compile(
    r"['\"`][^'\"`\s]{0,60}/?(?:_?health(?:z|[-_]?check)?|livez?|liveness|readyz?|readiness|heartbeat|ping|alive)"
    r"/?['\"`]|['\"`](?:/[\w-]+){0,3}/(?:status|up)/?['\"`]",
    re.IGNORECASE,
)
MAKES = frozenset({"Flask", "flask.Flask", "FastAPI", "fastapi.FastAPI"})
EXPRESS = re.compile(r"=\s*express\(\)")


def check(facts: Facts) -> Verdict:
    """Flask, FastAPI and Express: where the application is made, and whether such a path stands anywhere."""
    if facts.project.health_path:
        return Kept()
    place, known = _python(facts)
    if not place.path:
        place, known = _express(facts)
    if not place.path:
        return NotApplicable()
    if known:
        return Kept()
    message = "No route such as /health answers probes: they ask / instead, which does more and may redirect."
    return Broken((Hit(message, place.path, place.line),))


def _python(facts: Facts) -> tuple[Place, bool]:
    """Where the one application is made, and whether a health path stands somewhere."""
    places: list[Place] = []
    known = False
    for source in python_sources(application(facts), ""):
        known = known or HEALTH.search(source.text) is not None
        if not any(word in source.text for word in ("Flask", "FastAPI")):
            continue
        made = (node.value for node in ast.walk(source.module) if isinstance(node, ast.Assign | ast.AnnAssign))
        calls = [call for call in made if isinstance(call, ast.Call) and dotted(call.func) in MAKES]
        places += (Place(in_repository(facts, source.path), call.lineno) for call in calls)
    return (places[0] if len(places) == 1 else Place()), known


def _express(facts: Facts) -> tuple[Place, bool]:
    places: list[Place] = []
    known = False
    for source in javascript_sources(application(facts), ""):
        known = known or HEALTH.search(source.uncommented) is not None
        found = EXPRESS.finditer(source.code)
        places += (Place(in_repository(facts, source.path), source.line(each.start())) for each in found)
    return (places[0] if len(places) == 1 else Place()), known


RULE = Rule(
    id="health-route",
    title="A route answers health probes",
    severity=Severity.NOTE,
    why="Platforms ask a path every few seconds whether it is well: a cheap one says so without side effects.",
    fix="Answer `GET /health` with 200 without asking a database, and name it as `health_path` in `slipway.yml`.",
    link="https://docs.railway.com/reference/healthchecks",
    check=check,
    button="health-route",
    good=Example(
        {
            "requirements.txt": "flask\n",
            "app.py": (
                "from flask import Flask\n\napp = Flask(__name__)\n\n\n"
                '@app.route("/health")\ndef health():\n    return {"status": "ok"}\n'
            ),
        }
    ),
    bad=Example(
        {
            "requirements.txt": "flask\n",
            "app.py": 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef a():\n    return ""\n',
        }
    ),
    details=(
        "Looked at: Flask, FastAPI and Express applications that are made in one place; any string that looks like a "
        "health path counts, and so does `health_path` in `slipway.yml`. Not looked at: other frameworks."
    ),
)
