"""The plan of a build as it is kept beside it: enough to start its application again without its source."""

import json
from dataclasses import asdict

from engine.domain.plan import AppPlan
from engine.pipeline.revision import Revision

#: Where the environment's name stands among the plan's own facts.
ENVIRONMENT = "environment_key"
#: And what names its variables.
GIVEN = "given"


def text_of(revision: Revision) -> str:
    """JSON of the plan; the small files of ours are in the revision's folder and named only."""
    plan = revision.plan
    own = {"files": sorted(plan.files), ENVIRONMENT: revision.environment_key, GIVEN: revision.given}
    return json.dumps(asdict(plan) | own)


def start_of(text: str) -> tuple[AppPlan, str] | None:
    """What starts and probes the application, and its environment's name; None of a build that kept neither."""
    facts = json.loads(text or "{}")
    if ENVIRONMENT not in facts:
        return None
    plan = AppPlan(
        runtime=facts["runtime"],
        framework=facts["framework"],
        evidence=tuple(facts["evidence"]),
        install=(),
        build=(),
        start=tuple(facts["start"]),
        health_path=facts["health_path"],
        environment=dict(facts["environment"]),
        path=tuple(facts["path"]),
        root=facts["root"],
    )
    return plan, str(facts[ENVIRONMENT])


def given_in(text: str) -> str:
    """What names the variables that the application was started with; empty: none."""
    return str(json.loads(text or "{}").get(GIVEN, ""))
