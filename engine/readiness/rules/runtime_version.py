"""It says which version of its language it needs, and that one is still looked after."""

from collections.abc import Iterator, Mapping

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import in_repository
from engine.readiness.sources.runtime_versions import AskedVersion, node_versions, python_versions
from engine.readiness.sources.stack import stack_of

#: Version → the month in which its security fixes ended, as devguide.python.org/versions says.
PYTHON_ENDED: dict[tuple[int, ...], str] = {
    (2,): "2020-01",
    (3, 3): "2017-09",
    (3, 4): "2019-03",
    (3, 5): "2020-09",
    (3, 6): "2021-12",
    (3, 7): "2023-06",
    (3, 8): "2024-10",
    (3, 9): "2025-10",
    (3, 10): "2026-10",
}
#: The same by nodejs.org/en/about/previous-releases.
NODE_ENDED: dict[tuple[int, ...], str] = {
    (4,): "2018-04",
    (5,): "2016-06",
    (6,): "2019-04",
    (7,): "2017-06",
    (8,): "2019-12",
    (9,): "2018-06",
    (10,): "2021-04",
    (11,): "2019-06",
    (12,): "2022-04",
    (13,): "2020-06",
    (14,): "2023-04",
    (15,): "2021-06",
    (16,): "2023-09",
    (17,): "2022-06",
    (18,): "2025-04",
    (19,): "2023-06",
    (20,): "2026-04",
    (21,): "2024-06",
    (23,): "2025-06",
}


def check(facts: Facts) -> Verdict:
    """For the language that serves: no version is asked for, or one whose fixes ended."""
    stack = stack_of(facts)
    if stack.python_serves:
        path = stack.requirements.files[0] if stack.requirements.files else ""
        return broken_by(list(_asked(facts, "Python", python_versions(facts), PYTHON_ENDED, path)))
    if stack.node_serves:
        return broken_by(list(_asked(facts, "Node", node_versions(facts), NODE_ENDED, "package.json")))
    return NotApplicable()


def _asked(
    facts: Facts,
    language: str,
    versions: tuple[AskedVersion, ...],
    ended: Mapping[tuple[int, ...], str],
    place: str,
) -> Iterator[Hit]:
    if not versions:
        message = f"No file that platforms read says which {language} it needs: each takes its own version."
        yield Hit(message, in_repository(facts, place), key=language)
    for each in versions:
        when = next((month for version, month in ended.items() if each.only[: len(version)] == version), "")
        if when:
            message = f"It asks for {language} {each.text}, which has had no security fixes since {when}."
            yield Hit(message, each.path, each.line, key=f"{language} {each.text}")


RULE = Rule(
    id="runtime-version",
    title="It says which Python or Node it needs",
    severity=Severity.WARNING,
    why="A platform takes its own default otherwise, which changes one day; and old versions get no security fixes.",
    fix='Write `3.13` into `.python-version`, or `"engines": {"node": "22.x"}` into `package.json`.',
    link="https://devcenter.heroku.com/articles/python-runtimes",
    check=check,
    good=Example({"requirements.txt": "flask==3.1.2\n", ".python-version": "3.13\n"}),
    bad=Example({"requirements.txt": "flask==3.1.2\n", "runtime.txt": "python-3.8.12\n"}),
    details=(
        "Looked at: `.python-version`, `runtime.txt`, `.tool-versions`, `mise.toml`, `environment.yml`, `Pipfile`, "
        "`requires-python`; `.nvmrc`, `.node-version`, `engines` and `volta` of `package.json`; and the tag of the "
        "Dockerfile's last image. A range that lets newer versions in (`>=3.8`) is never told as old."
    ),
)
