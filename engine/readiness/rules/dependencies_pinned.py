"""What is required says which version."""

from collections.abc import Iterable, Iterator

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import in_repository
from engine.readiness.sources.named import some_of
from engine.readiness.sources.node_package import node_locks
from engine.readiness.sources.requirement import Requirement
from engine.readiness.sources.stack import stack_of

ANY = frozenset({"", "*", "x", "latest", "next", "canary", ">=0", "^*"})


def check(facts: Facts) -> Verdict:
    """One hit for each file, at the first line that leaves it open; a lock file settles it."""
    stack = stack_of(facts)
    named: list[Requirement] = []
    if stack.python and not stack.requirements.locks:
        named += stack.requirements.runtime
    if stack.package is not None and stack.package.readable and not node_locks(facts.tree, facts.project.root):
        named += stack.package.dependencies
    if not named:
        return NotApplicable()
    return broken_by([_hit(facts, path, each) for path, each in _open(named)])


def _open(named: Iterable[Requirement]) -> Iterator[tuple[str, list[Requirement]]]:
    """The files with requirements that any later version satisfies, and those requirements."""
    by_file: dict[str, list[Requirement]] = {}
    for each in named:
        if not _limited(each):
            by_file.setdefault(each.path, []).append(each)
    yield from by_file.items()


def _limited(requirement: Requirement) -> bool:
    if requirement.direct or requirement.version.startswith(("workspace:", "npm:", "link:", "portal:", "catalog:")):
        # Where it comes from is another rule's matter: build-reproducible.
        return True
    if requirement.path == "package.json":
        return requirement.version.strip() not in ANY and not requirement.version.startswith(">")
    return requirement.bounded


def _hit(facts: Facts, path: str, found: list[Requirement]) -> Hit:
    names = some_of([each.name for each in found])
    verb = "has" if len(found) == 1 else "have"
    message = f"{names} {verb} no upper limit on the version: each build may install another one."
    return Hit(message, in_repository(facts, path), found[0].line)


RULE = Rule(
    id="dependencies-pinned",
    title="Dependencies say their version",
    severity=Severity.WARNING,
    why="A requirement without a limit installs the next major version on the day it is published, and breaks then.",
    fix='Write `flask==3.1.2` or `flask>=3.1,<4`, `"express": "^5.1.0"`; or commit a lock file.',
    link="https://pip.pypa.io/en/stable/topics/repeatable-installs/",
    check=check,
    good=Example({"requirements.txt": "flask==3.1.2\ngunicorn>=23,<24\n"}),
    bad=Example({"requirements.txt": "flask\ngunicorn>=20\n"}),
    details=(
        "Looked at: what is required for serving, in `requirements.txt` with what it includes and its constraints, "
        "`pyproject.toml`, `Pipfile`, `setup.cfg`, `environment.yml` and `package.json`. `==`, `~=`, `^`, `~` and `<` "
        "are limits. With a lock file nothing is found; development requirements aren't looked at."
    ),
)
