"""It listens where others can reach it."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, NotLooked, Rule, Verdict
from engine.readiness.sources.listening import listening
from engine.readiness.sources.serving import serving
from engine.readiness.sources.stack import stack_of


def check(facts: Facts) -> Verdict:
    """Only what the repository says itself is judged: where nothing is written, the platform chooses."""
    start = serving(facts)
    stack = stack_of(facts)
    if start is None or not (stack.python_serves or stack.node_serves):
        return NotApplicable()
    heard = listening(facts, start)
    if heard is None or not heard.path:
        return NotApplicable()
    if not heard.host:
        return NotLooked(f"Reading doesn't tell on which address `{start.text}` listens.")
    if not heard.local:
        return Kept()
    message = f"It listens on {heard.host} alone: nobody outside its own machine or container reaches it."
    return Broken((Hit(message, heard.path, heard.line, key=heard.host),))


RULE = Rule(
    id="listens-everywhere",
    title="The server listens on all addresses",
    severity=Severity.WARNING,
    why="In a container 127.0.0.1 is the container's own: the platform's proxy gets no answer from it.",
    fix="Listen on `0.0.0.0`: `--host 0.0.0.0`, `--bind 0.0.0.0:$PORT`, or leave the address out of `app.listen`.",
    link="https://docs.railway.com/networking/troubleshooting/application-failed-to-respond",
    check=check,
    good=Example(
        {"requirements.txt": "fastapi\nuvicorn\n", "Procfile": "web: uvicorn main:app --host 0.0.0.0 --port $PORT\n"}
    ),
    bad=Example({"requirements.txt": "fastapi\nuvicorn\n", "Procfile": "web: uvicorn main:app --port $PORT\n"}),
    details=(
        "Looked at: the address in the start command, the server's own default (uvicorn, hypercorn, daphne and "
        "`flask run` listen on 127.0.0.1 alone), and the call by which a started script listens. Slipway's previews "
        "reach an application on 127.0.0.1; Railway, Heroku, Fly.io and AWS don't."
    ),
)
