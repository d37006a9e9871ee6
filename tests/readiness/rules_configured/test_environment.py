"""Which environment variables the code reads."""

import pytest

from engine.readiness.sources.environment import is_given, variables_read
from tests.readiness.example_facts import facts_of


def read(files: dict[str, str]) -> list[str]:
    """Names in order; one with a question mark the code does without."""
    return [f"{each.name}{'?' if each.has_default else ''}" for each in variables_read(facts_of(files))]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import os\nos.environ['A']", ["A"]),
        ("import os\nos.environ.get('A')", ["A"]),
        ("import os\nos.getenv('A', 'x')", ["A?"]),
        ("import os\nos.getenv('A', default='x')", ["A?"]),
        ("import os\nos.getenv('A', None)", ["A"]),
        ("import os\nos.getenv('A') or 'x'", ["A?"]),
        ("import os\nif os.getenv('A'): ...", ["A?"]),
        ("import os\nif a := os.getenv('A'): ...", ["A?"]),
        ("import os\nos.getenv('A') == '1'", ["A?"]),
        ("import os\nos.getenv('A', '').lower() == 'true'", ["A?"]),
        ("import os\nos.environ['A'] = 'x'\ndel os.environ['B']", []),
        ("import os as system\nsystem.environ['A']", ["A"]),
        ("from os import environ as e, getenv\ne['A'], getenv('B')", ["A", "B"]),
        ("request.environ['A']\nenviron['B']", []),
        ("import os\nos.environ['PORT'], os.environ['HOME'], os.getenv('FLASK_ENV')", []),
        ("import os\nos.environ['http_proxy'], os.environ[name]", []),
        ("# os.environ['A']\ntext = \"os.environ['B']\"", []),
        ("from decouple import config\nconfig('A'), config('B', default=1, cast=int)", ["A", "B?"]),
        ("config('A')", []),
        (
            "import environ\nenv = environ.Env(A=(bool, False))\nenv('A'), env('B'), env.db('C', default='x')",
            ["A?", "B", "C?"],
        ),
        ("from environs import Env\nenv = Env()\nenv.int('A', 3), env.str('B')", ["A?", "B"]),
        ("from starlette.config import Config\nconfig = Config('.env')\nconfig('A', default='x')", ["A?"]),
        ("def broken(:", []),
    ],
)
def test_reads_of_python(code: str, names: list[str]) -> None:
    assert read({"app.py": code}) == names


SETTINGS = "from pydantic import Field\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("url: str", ["URL"]),
        ("url: str = 'x'", ["URL?"]),
        ("url: str | None = None", ["URL?"]),
        ("model_config = SettingsConfigDict(env_prefix='app_')\n    url: str", ["APP_URL"]),
        ("model_config = SettingsConfigDict(env_prefix=PREFIX)\n    url: str", []),
        ("url: str = Field(alias='MY_URL')", ["MY_URL"]),
        ("url: str = Field('x')", ["URL?"]),
        ("url: str = Field(...)", ["URL"]),
        ("url: str = Field(default_factory=list)", ["URL?"]),
        ("_own: str\n    kind: ClassVar[str] = 'x'", []),
        ("class Config:\n        env_prefix = 'x_'\n    url: str", ["X_URL"]),
    ],
)
def test_fields_of_settings_classes(body: str, names: list[str]) -> None:
    assert read({"app.py": f"{SETTINGS}class Settings(BaseSettings):\n    {body}\n"}) == names


def test_a_model_that_is_no_settings_class_reads_nothing() -> None:
    assert read({"app.py": "from pydantic import BaseModel\nclass A(BaseModel):\n    url: str\n"}) == []


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("process.env.A", ["A"]),
        ("process.env['A']", ["A"]),
        ("process.env.A || 'x'", ["A?"]),
        ("process.env.A ?? 3", ["A?"]),
        ("parseInt(process.env.A, 10) || 200", ["A?"]),
        ("Number(process.env.A)", ["A"]),
        ("if (process.env.A) {}", ["A?"]),
        ("if (!process.env.A) throw 1", ["A?"]),
        ("process.env.A === 'x'", ["A?"]),
        ("process.env.A = 'x'; delete process.env.B", []),
        ("const { A, B = 'x', C: c } = process.env", ["A", "B?", "C"]),
        ("const env = process.env; env.A", []),
        ("`http://${process.env.A}/`", ["A"]),
        ("`\\`\\${process.env.A}\\``", []),
        ("// process.env.A\n/* process.env.B */ 'process.env.C'", []),
        ("import.meta.env.VITE_A; import.meta.env.MODE", ["VITE_A"]),
        ("process.env.NODE_ENV; process.env.PORT", []),
        ("process.env.A!", ["A"]),
        ("x.process.env.A", []),
    ],
)
def test_reads_of_node(code: str, names: list[str]) -> None:
    assert read({"server.js": code}) == names


def test_tests_scripts_and_bundles_are_not_the_application() -> None:
    code = "process.env.A"
    assert read({"test/a.js": code, "scripts/a.js": code, "a.test.ts": code, "node_modules/a/a.js": code}) == []
    assert read({"tests/a.py": "import os\nos.environ['A']", "migrations/env.py": "import os\nos.environ['A']"}) == []


def test_a_read_knows_where_it_stands_and_what_stands_in() -> None:
    (found,) = variables_read(
        facts_of({"slipway.yml": "root: api\n", "api/app.py": "import os\n\nos.getenv('A', 'x')"})
    )
    assert (found.path, found.line, found.default) == ("api/app.py", 3, "x")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("PORT", True),
        ("VERCEL_URL", True),
        ("GITHUB_SHA", True),
        ("GITHUB_CLIENT_SECRET", False),
        ("DATABASE_URL", False),
    ],
)
def test_what_platforms_give(name: str, given: bool) -> None:
    assert is_given(name) is given
