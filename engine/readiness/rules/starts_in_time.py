"""It is up soon after its start."""

from dataclasses import replace

from engine.readiness.facts import Facts, Trial
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotLooked, Rule, Verdict
from engine.readiness.sources.tried import WELL, trial_of

#: Seconds.
IN_TIME = 30.0


def check(facts: Facts) -> Verdict:
    """The trial's start; without one, the launch of the last build that served."""
    trial = trial_of(facts)
    if isinstance(trial, Trial):
        seconds = trial.start_seconds
    else:
        launched = dict(facts.build.stages).get("launching") if facts.build and facts.build.state == "ready" else None
        if launched is None:
            return NotLooked(trial.why)
        seconds = launched
    if seconds > IN_TIME:
        return Broken((Hit(f"It took {seconds:.0f} s until its health path answered.", key="slow"),))
    return Kept()


RULE = Rule(
    id="starts-in-time",
    title="It is up within 30 seconds",
    severity=Severity.WARNING,
    why="Platforms give a start some tens of seconds, and each deploy, restart and crash waits for it.",
    fix="Do what takes long (migrations, downloads, caches) in the build or a release command, or after it listens.",
    link="https://devcenter.heroku.com/articles/error-codes#r10-boot-timeout",
    check=check,
    good=Example(facts={"trial": WELL}),
    bad=Example(facts={"trial": replace(WELL, start_seconds=41.5)}),
    details=(
        "Looked at: the seconds from start to the first good answer of the health path in the trial, or, where it "
        "wasn't tried, in the last build. A sandbox has one processor by default."
    ),
)
