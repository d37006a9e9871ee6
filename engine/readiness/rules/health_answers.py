"""It starts once more beside itself, and its health path answers well."""

from engine.readiness.facts import Facts, NoTrial, Trial
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotLooked, Rule, Verdict
from engine.readiness.sources.tried import named_place, said

WELL = Trial(
    at=0.0, start_seconds=1.2, health_path="/health", health_status=200, stop_code=0, stop_seconds=0.1, memory_mb=60.0
)


def check(facts: Facts) -> Verdict:
    """As the trial on its preview went."""
    trial = facts.trial
    if isinstance(trial, NoTrial):
        return NotLooked(trial.why)
    if trial.trouble:
        place = named_place(facts, trial.trouble)
        message = f"Started once more beside what serves, it did not stay well: {trial.trouble}"
        return Broken((Hit(said(message), place.path, place.line, key="trouble"),))
    if not 200 <= trial.health_status < 400:
        answer = f"answered {trial.health_status}" if trial.health_status else "did not answer"
        return Broken((Hit(f"The health path {trial.health_path} {answer} once it was up.", key="status"),))
    return Kept()


RULE = Rule(
    id="health-answers",
    title="It starts, and its health path answers",
    severity=Severity.BLOCKING,
    why="A deploy starts the new version beside the old one and waits for its health path: without an answer it fails.",
    fix="Mend what the finding names. Two of it must be able to run at once: no fixed port, no lock on a file.",
    link="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    check=check,
    good=Example(facts={"trial": WELL}),
    bad=Example(
        facts={
            "trial": Trial(
                at=0.0,
                start_seconds=2.0,
                health_path="/",
                health_status=0,
                stop_code=None,
                stop_seconds=0.0,
                trouble="The application exited with 1 before it listened on $PORT: OSError: database is locked",
            )
        }
    ),
    details=(
        "Looked at: one more start of the version that the preview serves, in the same sandbox, with the same "
        "variables, on another port, without a way out. It isn't tried while a build is under way, for a fork's commit "
        "that isn't approved, or where the sandbox has no memory for two."
    ),
)
