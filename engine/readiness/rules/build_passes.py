"""Its last build went well."""

from engine.readiness.facts import BuildFacts, Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotLooked, Rule, Verdict
from engine.readiness.sources.tried import named_place, said
from engine.reasons import Reason

#: Causes that say nothing about the commit.
NOT_ITS_OWN = frozenset({"gave_up", "source_not_unpacked", "commit_gone", *(str(each) for each in Reason)}) - {
    str(Reason.BAD_CONFIGURATION)
}


def check(facts: Facts) -> Verdict:
    """As the newest build of the commit that is over ended."""
    build = facts.build
    if build is None:
        return NotLooked("no build of this commit is over")
    if build.state == "ready":
        return Kept()
    if build.cause_code in NOT_ITS_OWN:
        return NotLooked("its last build was ended by something else than the application")
    place = named_place(facts, build.cause)
    return Broken((Hit(said(f"The build failed: {build.cause}"), place.path, place.line, key=build.cause_code),))


RULE = Rule(
    id="build-passes",
    title="It builds and starts",
    severity=Severity.BLOCKING,
    why="What doesn't build here, from a clean checkout, won't build where it is deployed.",
    fix="Mend the first error that the build's log shows, and push.",
    link="https://12factor.net/build-release-run",
    check=check,
    good=Example(facts={"build": BuildFacts("bld_1", "ready")}),
    bad=Example(
        {"app.py": "import flask\nimport flux\n"},
        {
            "build": BuildFacts(
                "bld_1",
                "failed",
                "exited",
                "The application exited with 1 before it listened on $PORT: RuntimeError: no flux (app.py:2)",
            )
        },
    ),
    details=(
        "Looked at: the newest build of this very commit that is over. A build that a person cancelled, or that a "
        "newer commit took the place of, says nothing. A commit that nobody built is listed as not looked at."
    ),
)
