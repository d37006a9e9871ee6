"""env-file-ignored, gitignore and env-example in hard cases."""

import pytest

from engine.readiness.finding import Severity
from engine.readiness.rule import Kept, NotApplicable, Rule
from engine.readiness.rules import env_example, env_file_ignored, gitignore
from tests.readiness.example_facts import hits, verdict

FLASK = {"requirements.txt": "flask==3.1\n"}
BLOCKING, WARNING, NOTE = Severity.BLOCKING, Severity.WARNING, Severity.NOTE


def weights(rule: Rule, files: dict[str, str]) -> list[Severity]:
    """How much each finding weighs."""
    return [hit.severity or rule.severity for hit in hits(rule, files)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("API_KEY=4f1c0de5ba5e11", [BLOCKING]),
        ('export SECRET_KEY="4f1c0de5ba5e11"', [BLOCKING]),
        ("DB_PASSWORD=debian77", [BLOCKING]),
        ("DATABASE_URL=postgres://ada:sesame99@db.example.com/shop", [BLOCKING]),
        ("DATABASE_URL=postgres://postgres:postgres@localhost/shop", [NOTE]),
        ("API_KEY=", []),
        ("API_KEY=your-api-key", []),
        ("API_KEY=<key>", []),
        ("API_KEY=xxxxxxxx", []),
        ("API_KEY=${OTHER}", []),
        ("SECRET_KEY=changethis", []),
        ("SECRET_KEY=secretKey", []),
        ("TOKEN_EXPIRE_MINUTES=3000000", [NOTE]),
        ("NEXT_PUBLIC_API_KEY=4f1c0de5ba5e11", []),
        ("VITE_URL=https://api.example.com", []),
        ("PORT=3000", []),
        ("# API_KEY=4f1c0de5ba5e11", []),
        ("STAGE=staging", [NOTE]),
        ("", []),
    ],
)
def test_values_of_a_committed_file(line: str, found: list[Severity]) -> None:
    assert weights(env_file_ignored.RULE, FLASK | {".env": f"# ours\n{line}\n"}) == found


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".env.production", 1),
        ("api/.env.local", 1),
        ("production.env", 1),
        (".env.example", 0),
        (".env.sample", 0),
        (".env.test", 0),
        ("env.template", 0),
        ("tests/.env", 0),
        ("node_modules/a/.env", 0),
        ("docs/.env", 0),
        (".envrc", 0),
    ],
)
def test_which_files_are_meant(path: str, found: int) -> None:
    files = FLASK | {path: "\nAPI_KEY=4f1c0de5ba5e11\n"}
    assert [(hit.path, hit.line) for hit in hits(env_file_ignored.RULE, files)] == [(path, 2)] * found


def test_values_of_other_folders_are_only_told_when_they_are_secret() -> None:
    assert weights(env_file_ignored.RULE, FLASK | {"lib/.env": "STAGE=staging\n"}) == []


def test_a_file_is_one_finding_and_its_value_is_never_told() -> None:
    (hit,) = hits(env_file_ignored.RULE, FLASK | {".env": "A_TOKEN=hunter2hunter2\nB_TOKEN=hunter3hunter3\n"})
    assert "A_TOKEN" in hit.message
    assert "hunter" not in f"{hit.message}{hit.key}"


CODE = "import os\nos.environ['KEY']\n"


@pytest.mark.parametrize(
    ("ignored", "missing"),
    [
        ("__pycache__/\n.env\n", ""),
        ("*.pyc\n.env*\n", ""),
        ("*.py[cod]\n*.env\n", ""),
        ("/__pycache__/\n/.env\n", ""),
        ("**/__pycache__\n**/.env\n", ""),
        ("__pycache__/**\n.env.*\n.env\n", ""),
        (".env\n", "__pycache__/"),
        ("__pycache__/\n", ".env"),
        ("__pycache__/\n.env\n!.env\n", ".env"),
        ("__pycache__/\n#.env\n", ".env"),
        ("__pycache__/\n.env.local\n", ".env"),
        ("", ".env and __pycache__/"),
    ],
)
def test_patterns_of_git(ignored: str, missing: str) -> None:
    found = hits(gitignore.RULE, FLASK | {"app.py": CODE, ".gitignore": ignored})
    assert [hit.message for hit in found] == ([f".gitignore doesn't name {missing}."] if missing else [])


@pytest.mark.parametrize(
    ("files", "broken"),
    [
        ({"package.json": '{"dependencies": {"a": "1"}}', ".gitignore": "node_modules\n"}, False),
        ({"package.json": '{"dependencies": {"a": "1"}}', ".gitignore": "dist\n"}, True),
        ({"package.json": '{"dependencies": {"a": "1"}}'}, True),
        ({"package.json": "{}"}, False),
        ({"index.html": "<p>"}, False),
        ({"app.py": "x = 1", "web/.gitignore": "__pycache__\n"}, False),
        ({"slipway.yml": "root: api\n", "api/app.py": CODE, "api/.gitignore": "__pycache__\n.env\n"}, False),
        ({"slipway.yml": "root: api\n", "api/app.py": CODE, ".gitignore": "__pycache__\n.env\n"}, False),
    ],
)
def test_what_has_to_be_ignored(files: dict[str, str], broken: bool) -> None:
    assert bool(hits(gitignore.RULE, files)) is broken


def shown(example: str | None, code: str, name: str = ".env.example") -> list[tuple[Severity, str]]:
    """Findings of an example against code."""
    files = FLASK | {"app.py": f"import os\n{code}"} | ({name: example} if example is not None else {})
    return [(hit.severity or WARNING, hit.message) for hit in hits(env_example.RULE, files)]


@pytest.mark.parametrize(
    ("example", "code"),
    [
        ("A=\n", "os.environ['A']"),
        ("# A=\n", "os.environ['A']"),
        ("export A=x\n", "os.environ['A']"),
        (None, "os.getenv('A', 'x')"),
        ("", "os.environ['PORT']"),
    ],
)
def test_an_example_that_shows_all(example: str | None, code: str) -> None:
    assert shown(example, code) == []


def test_each_variable_that_an_example_lacks_is_told_once_where_it_is_read() -> None:
    found = shown("A=\n", "os.environ['A'], os.environ['B'], os.environ['C']\nos.environ['B']")
    assert found == [
        (WARNING, "B is read here, and .env.example doesn't show it."),
        (WARNING, "C is read here, and .env.example doesn't show it."),
    ]


def test_what_the_code_does_without_is_one_note() -> None:
    found = shown("", "os.getenv('A', 'x'), os.getenv('B', 'x')")
    assert found == [(NOTE, ".env.example doesn't show A and B, which the code does without.")]


def test_without_an_example_one_finding_names_the_first_five() -> None:
    found = shown(None, "\n".join(f"os.environ['V{number}']" for number in range(7)))
    assert found == [(WARNING, "The code reads V0, V1, V2, V3, V4 and 2 more, and no .env.example shows them.")]


@pytest.mark.parametrize("name", [".env.sample", "env.example", "docker/.env.example", "variables.env"])
def test_other_names_of_an_example(name: str) -> None:
    assert shown("A=\n", "os.environ['A']", name) == []


def test_a_platforms_own_list_shows_too() -> None:
    files = FLASK | {"app.py": "import os\nos.environ['A']", "app.json": '{"env": {"A": {"required": true}}}'}
    assert isinstance(verdict(env_example.RULE, files), Kept)


def test_a_library_has_nothing_to_show() -> None:
    assert isinstance(verdict(env_example.RULE, {"lib/a.py": "import os\nos.environ['A']"}), NotApplicable)
