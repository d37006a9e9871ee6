"""tests-exist, readme-runs, licence and repository-size: what lies around the code."""

import pytest

from engine.detect.tree import MemoryTree
from engine.readiness.facts import Facts
from engine.readiness.rule import Broken, NotApplicable, Rule
from engine.readiness.rules import licence, readme_runs, repository_size, tests_exist
from tests.readiness.example_facts import hits, verdict

FLASK = {"requirements.txt": "flask==3.1.2\n"}
EXPRESS = {"package.json": '{"dependencies": {"express": "^5"}}'}
SCRIPT = '{"dependencies": {"express": "^5"},\n"scripts": {"test": "%s"}}'


@pytest.mark.parametrize(
    "files",
    [
        FLASK | {"test_app.py": "def test_home(client):\n    ...\n"},
        FLASK | {"shop/tests.py": "from django.test import TestCase\n"},
        FLASK | {"tests/web/home.py": "class TestHome:\n    ...\n"},
        EXPRESS | {"src/app.test.js": ""},
        EXPRESS | {"test/home.js": ""},
        EXPRESS | {"web/__tests__/home.tsx": ""},
        FLASK | {"features/home.feature": "Feature: home\n"},
        {"package.json": SCRIPT % "node --test"},
        {"slipway.yml": "root: api\n", "api/requirements.txt": "flask\n", "tests/test_api.py": "def test_a(): ...\n"},
    ],
)
def test_tests_are_found_anywhere(files: dict[str, str]) -> None:
    assert not hits(tests_exist.RULE, files)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (FLASK, ("", 0)),
        (FLASK | {"shop/tests.py": "from django.test import x\n# Create your tests here.\n"}, ("", 0)),
        (FLASK | {"latest.py": "", "contest.py": "def test(): ...\n"}, ("", 0)),
        (EXPRESS | {"node_modules/a/test/a.js": ""}, ("", 0)),
        ({"package.json": SCRIPT % 'echo \\"Error: no test specified\\" && exit 1'}, ("package.json", 2)),
    ],
)
def test_files_that_only_look_like_tests_are_none(files: dict[str, str], place: tuple[str, int]) -> None:
    (hit,) = hits(tests_exist.RULE, files)
    assert (hit.path, hit.line) == place


@pytest.mark.parametrize("rule", [tests_exist.RULE, readme_runs.RULE])
def test_a_static_site_needs_neither_tests_nor_commands(rule: Rule) -> None:
    assert verdict(rule, {"index.html": "<h1>hello</h1>", "README.md": "Our page."}) == NotApplicable()


@pytest.mark.parametrize(
    ("readme", "told"),
    [
        ("# Shop\n\n    $ npm install && npm start\n", False),
        ("Shop\n====\n\n```sh\nuv run flask --app shop run\n```\n", False),
        ("# Shop\n\n## Getting Started\n\nSee the wiki.\n", False),
        ("# Shop\n\nRun `./start` in the folder.\n", False),
        ("# Shop\n\nThe best shop.\n", True),
        ("", True),
    ],
)
def test_a_readme_has_a_command_or_a_heading_for_it(readme: str, told: bool) -> None:
    assert bool(hits(readme_runs.RULE, FLASK | {"readme.md": readme})) is told


def test_without_a_readme_nobody_knows() -> None:
    (hit,) = hits(readme_runs.RULE, FLASK)
    assert hit.message == "There is no README."


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"LICENCE.txt": "mine"}, False),
        ({"docs/LICENSE-MIT": "MIT"}, False),
        ({"README.rst": "Shop\n\nLicense\n-------\nMIT\n"}, False),
        ({"package.json": '{"license": "ISC"}'}, False),
        ({"pyproject.toml": "[project]\nlicense = 'MIT'\n"}, False),
        ({"package.json": '{"private": true}'}, False),
        ({"README.md": "# Shop\n\nSells driving licence forms.\n"}, True),
        ({"licenses.py": ""}, True),
    ],
)
def test_a_licence_may_stand_in_many_places(files: dict[str, str], told: bool) -> None:
    assert bool(hits(licence.RULE, files)) is told


class Sized(MemoryTree):
    """Files of these sizes, without their bytes."""

    def read(self, path: str) -> bytes | None:
        return bytes(int(self.files[path]))


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ({"model.bin": 60, "app.py": 1}, ["model.bin"]),
        ({f"{number}.png": 26 for number in range(4)}, [""]),
        ({f"{number}.png": 24 for number in range(4)}, []),
        (dict.fromkeys(map(str, range(15_001)), 0), [""]),
    ],
)
def test_large_files_and_much_of_them_are_told(sizes: dict[str, int], found: list[str]) -> None:
    tree = Sized({path: str(size * repository_size.MEGABYTE).encode() for path, size in sizes.items()})
    verdict = repository_size.RULE.check(Facts(tree=tree))
    assert [hit.path for hit in (verdict.hits if isinstance(verdict, Broken) else ())] == found
