"""Its plain GET routes answer without a server error."""

from dataclasses import replace

from engine.readiness.facts import EndpointAnswer, Facts, Trial
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, NotLooked, Rule, Verdict, broken_by
from engine.readiness.sources.tried import WELL, place_in

ERROR = 500


def check(facts: Facts) -> Verdict:
    """Each route that the trial was asked."""
    trial = facts.trial
    if not isinstance(trial, Trial):
        return NotLooked(trial.why)
    if not trial.endpoints:
        return NotApplicable()
    hits: list[Hit] = []
    for answer in trial.endpoints:
        place = place_in(facts, answer.path, answer.line)
        if answer.status >= ERROR:
            message = f"GET {answer.route} answered {answer.status}."
            hits.append(Hit(message, place.path, place.line, key=answer.route))
        elif not answer.status:
            message = f"GET {answer.route} was not answered in {answer.took / 1000:.0f} s."
            hits.append(Hit(message, place.path, place.line, key=answer.route, severity=Severity.WARNING))
    return broken_by(hits)


def _tried(status: int) -> Trial:
    return replace(WELL, endpoints=(EndpointAnswer("/orders", status, 12.0, "app.py", 3),))


APP = {
    "app.py": "from flask import Flask\napp = Flask(__name__)\n@app.get('/orders')\ndef orders():\n    return db.all\n"
}

RULE = Rule(
    id="endpoints-answer",
    title="Plain GET routes answer without a server error",
    severity=Severity.BLOCKING,
    why="A route that answers 5xx to a plain GET is broken for whoever follows a link to it.",
    fix="Mend the error that the log shows for this route; answer 4xx where the request is at fault.",
    link="https://www.rfc-editor.org/rfc/rfc9110#section-15.6",
    check=check,
    good=Example(APP, {"trial": _tried(200)}),
    bad=Example(APP, {"trial": _tried(500)}),
    details=(
        "Looked at: GET routes without parameters that the source says the application answers, at most 30, five "
        "seconds each. No answer in time is a warning. Routes whose names sound as if they changed something "
        "(`/logout`, `/delete-all`) are never asked. Not looked at: routes with parameters, other methods, what "
        "needs a sign-in."
    ),
)
