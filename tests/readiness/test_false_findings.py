"""What once was found in public applications though it wasn't so: never again."""

import pytest

from engine.readiness.rules.table import BY_ID
from tests.readiness.example_facts import hits

DJANGO = {
    "requirements.txt": "django==5.2.8\n",
    "manage.py": "import django\n",
    "shop/settings.py": "INSTALLED_APPS = []\nDEBUG = True\nALLOWED_HOSTS = []\n",
    "shop/production.py": "from .settings import *\n\nDEBUG = False\nALLOWED_HOSTS = ['shop.example']\n",
}
CHOSEN = (
    "import os\n\nname = 'shop.production' if 'WEBSITE' in os.environ else 'shop.settings'\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', name)\n"
)
FIXED = "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
#: A service whose migrations are a job before each deploy.
PLATFORM = (
    "jobs:\n- name: migrate\n  kind: PRE_DEPLOY\n  run_command: python manage.py migrate\n"
    "services:\n- name: web\n  run_command: gunicorn shop.wsgi\n"
)
FLASK = {"requirements.txt": "flask==3.1.2\n", "app.py": "from flask import Flask\n\napp = Flask(__name__)\n"}
SAMPLE = "import sqlite3\n\nsqlite3.connect('sample.db').execute('CREATE TABLE posts (title TEXT)')\n"


@pytest.mark.parametrize("rule", ["debug-off", "hosts-allowed"])
def test_settings_that_are_chosen_where_it_runs_are_not_judged(rule: str) -> None:
    files = DJANGO | {"shop/wsgi.py": CHOSEN, "shop/asgi.py": FIXED}
    assert hits(BY_ID[rule], files) == ()
    assert hits(BY_ID[rule], files | {"shop/wsgi.py": FIXED}) != ()


def test_a_job_of_the_platform_that_migrates_counts() -> None:
    files = DJANGO | {"shop/migrations/0001_initial.py": ""}
    assert hits(BY_ID["migrations-released"], files) != ()
    assert hits(BY_ID["migrations-released"], files | {".do/app.yaml": PLATFORM}) == ()


def test_the_line_of_what_serves_is_told_not_that_of_a_job() -> None:
    found = hits(BY_ID["start-command"], DJANGO | {".do/app.yaml": PLATFORM})
    assert [(hit.path, hit.line) for hit in found] == [(".do/app.yaml", 7)]


def test_a_script_that_nobody_imports_is_no_database_of_the_application() -> None:
    assert hits(BY_ID["database-durable"], FLASK | {"sql.py": SAMPLE}) == ()
    used = {"app.py": f"import sql\n{FLASK['app.py']}", "sql.py": SAMPLE}
    assert [hit.path for hit in hits(BY_ID["database-durable"], FLASK | used)] == ["sql.py"]


def test_variables_that_a_file_of_another_name_shows_are_shown() -> None:
    files = FLASK | {"app.py": f"import os\n{FLASK['app.py']}os.environ['SMTP_HOST']\n"}
    assert hits(BY_ID["env-example"], files) != ()
    assert hits(BY_ID["env-example"], files | {"config/config.env.env": "SMTP_HOST=\n"}) == ()


@pytest.mark.parametrize("path", ["/status", "/v1/status", "/up", "/api/v1/health-check/"])
def test_a_status_route_answers_probes_too(path: str) -> None:
    files = FLASK | {"app.py": f"{FLASK['app.py']}\n\n@app.get('{path}')\ndef well(): return 'well'\n"}
    assert hits(BY_ID["health-route"], FLASK) != ()
    assert hits(BY_ID["health-route"], files) == ()


@pytest.mark.parametrize(("version", "ended"), [("8.9.3", "2019-12"), ("9", "2018-06"), ("16", "2023-09")])
def test_the_end_of_an_old_version_is_its_own(version: str, ended: str) -> None:
    files = {"package.json": '{"dependencies": {"express": "5.1.0"}}', ".nvmrc": f"{version}\n"}
    assert [hit.message.rstrip(".").split()[-1] for hit in hits(BY_ID["runtime-version"], files)] == [ended]


def test_a_server_that_a_script_names_is_not_called_none() -> None:
    start = {"startup.sh": "flask db upgrade\ngunicorn --bind=0.0.0.0:8000 app:app\n"}
    assert "No server is named" in hits(BY_ID["production-server"], FLASK)[0].message
    assert hits(BY_ID["production-server"], FLASK | start)[0].message.startswith("startup.sh starts gunicorn, which")


@pytest.mark.parametrize("name", ["VCAP_SERVICES", "VCAP_APPLICATION", "CF_INSTANCE_INDEX", "REMIX_DEV_HTTP_ORIGIN"])
def test_what_a_platform_or_a_tool_gives_needs_no_example(name: str) -> None:
    def reading(variable: str) -> dict[str, str]:
        return FLASK | {"app.py": f"import os\n{FLASK['app.py']}os.environ['{variable}']\n"}

    assert hits(BY_ID["env-example"], reading(f"SHOP_{name}")) != ()
    assert hits(BY_ID["env-example"], reading(name)) == ()


def test_what_stands_in_for_others_in_tests_is_not_the_application() -> None:
    package = {"package.json": '{"dependencies": {"express": "5.1.0"}, "scripts": {"start": "node server.js"}}'}
    server = {"server.js": "require('express')().listen(process.env.PORT)\n"}
    reading = "console.log(process.env.SHOP_ORIGIN)\n"
    assert hits(BY_ID["env-example"], package | server | {"parts/index.js": reading}) != ()
    assert hits(BY_ID["env-example"], package | server | {"mocks/index.js": reading}) == ()


@pytest.mark.parametrize("command", ["cf push", "railway up", "eb deploy"])
def test_a_readme_may_tell_a_platform_s_command(command: str) -> None:
    assert hits(BY_ID["readme-runs"], FLASK | {"README.md": "# Shop\n\nOur shop.\n"}) != ()
    assert hits(BY_ID["readme-runs"], FLASK | {"README.md": f"# Shop\n\n```{command}```\n"}) == ()
