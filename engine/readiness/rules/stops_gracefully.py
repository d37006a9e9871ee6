"""Told to stop, it stops."""

from dataclasses import replace

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotLooked, Rule, Verdict
from engine.readiness.sources.tried import WELL, trial_of

#: Exit codes of what ended as it was told: by itself, or by the signal (told as a shell or as a system call does).
AS_TOLD = (0, 143, -15, -1)


def check(facts: Facts) -> Verdict:
    """As the trial ended when it got SIGTERM."""
    trial = trial_of(facts)
    if isinstance(trial, NotLooked):
        return trial
    if trial.stop_code is None:
        message = f"It still ran {trial.stop_seconds:.0f} s after SIGTERM and had to be killed."
        return Broken((Hit(message, key="killed"),))
    if trial.stop_code not in AS_TOLD:
        return Broken((Hit(f"On SIGTERM it ended with exit code {trial.stop_code}.", key="code"),))
    return Kept()


RULE = Rule(
    id="stops-gracefully",
    title="It stops when it is told to",
    severity=Severity.WARNING,
    why="Each deploy sends SIGTERM to the old version: what doesn't stop is killed, with the requests that it holds.",
    fix=(
        "Handle SIGTERM: close the server, end what is open, exit with 0. Start the server itself, not through a shell "
        "that keeps the signal (`exec` in scripts, the list form of `CMD`)."
    ),
    link="https://12factor.net/disposability",
    check=check,
    good=Example(facts={"trial": WELL}),
    bad=Example(facts={"trial": replace(WELL, stop_code=None, stop_seconds=10.0)}),
    details=(
        "Looked at: SIGTERM to the trial's process, ten seconds, then SIGKILL. Ending by the signal itself counts as "
        "stopping. Not looked at: whether requests that are under way are answered first."
    ),
)
