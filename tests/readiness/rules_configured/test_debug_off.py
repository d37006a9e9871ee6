"""debug-off in hard cases."""

import pytest

from engine.readiness.finding import Severity
from engine.readiness.rules.debug_off import RULE
from tests.readiness.example_facts import hits

FLASK = {"requirements.txt": "flask==3.1\n", "Procfile": "web: python app.py\n"}
APP = "import os\nfrom flask import Flask\napp = Flask(__name__)\n"
DJANGO = {
    "requirements.txt": "django==5.1\n",
    "shop/wsgi.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
}
GUNICORN = {"Procfile": "web: gunicorn app:app\n"}
LOADED = APP + "app.config.from_object('config')\n"
BLOCKING, WARNING, NOTE = Severity.BLOCKING, Severity.WARNING, Severity.NOTE


def weights(files: dict[str, str]) -> list[Severity]:
    """How much each finding weighs."""
    return [hit.severity or RULE.severity for hit in hits(RULE, files)]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (FLASK | {"app.py": APP + "app.run(debug=True)"}, [BLOCKING]),
        (FLASK | {"app.py": APP + "DEBUG = True\napp.run(debug=DEBUG)"}, [BLOCKING]),
        (FLASK | GUNICORN | {"app.py": APP + "app.run(debug=True)"}, [NOTE]),
        (FLASK | {"app.py": APP + "app.run()", "dev.py": APP + "app.run(debug=True)"}, [NOTE]),
        (FLASK | {"app.py": APP + "app.run(debug=False)"}, []),
        (FLASK | {"app.py": APP + "app.run(debug=os.getenv('DEBUG') == '1')"}, []),
        (FLASK | {"app.py": APP + "app.run(debug=os.getenv('DEBUG', 'false').lower() == 'true')"}, []),
        (FLASK | {"app.py": APP + "app.run(debug=os.getenv('DEBUG', 'True') == 'True')"}, [WARNING]),
        (FLASK | {"app.py": APP + "app.run(debug=bool(os.getenv('DEBUG', 'False')))"}, [WARNING]),
        (FLASK | {"app.py": APP + "app.run(debug=debug)"}, []),
        (FLASK | {"app.py": APP + "# app.run(debug=True)"}, []),
        (FLASK | {"app.py": APP, "tests/app.py": APP + "app.run(debug=True)"}, []),
        (FLASK | {"app.py": "subprocess.run(debug=True)"}, []),
        (FLASK | GUNICORN | {"app.py": APP + "app.debug = True"}, [BLOCKING]),
        (FLASK | GUNICORN | {"app.py": APP + "app.config['DEBUG'] = True"}, [BLOCKING]),
        (FLASK | GUNICORN | {"app.py": APP + "app.config.update(DEBUG=True)"}, [BLOCKING]),
        (FLASK | GUNICORN | {"app.py": APP + "if local:\n    app.debug = True"}, []),
        (FLASK | GUNICORN | {"app.py": LOADED, "config.py": "DEBUG = True"}, [BLOCKING]),
        (FLASK | GUNICORN | {"app.py": LOADED, "config.py": "class Config:\n    DEBUG = True"}, [WARNING]),
        (FLASK | GUNICORN | {"app.py": LOADED, "config.py": "class DevelopmentConfig:\n    DEBUG = True"}, []),
        (
            FLASK
            | GUNICORN
            | {
                "app.py": LOADED,
                "config.py": "class Config:\n    DEBUG = True\nclass Prod(Config):\n    DEBUG = False",
            },
            [],
        ),
        (FLASK | {"Procfile": "web: flask run --debug", "app.py": APP}, [BLOCKING]),
        (FLASK | {"Procfile": "web: FLASK_DEBUG=1 flask run", "app.py": APP}, [BLOCKING]),
        (FLASK | {"Procfile": "web: FLASK_DEBUG=0 flask run", "app.py": APP}, []),
    ],
)
def test_flask(files: dict[str, str], found: list[Severity]) -> None:
    assert weights(files) == found


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("DEBUG = True", [BLOCKING]),
        ("DEBUG = False", []),
        ("DEBUG = True\nif 'PROD' in os.environ:\n    DEBUG = False", []),
        ("DEBUG = True\nDEBUG = False", []),
        ("import os\nDEBUG = os.environ.get('DEBUG', 'True') == 'True'", [WARNING]),
        ("import os\nDEBUG = os.environ.get('DEBUG') == 'True'", []),
        ("from decouple import config\nDEBUG = config('DEBUG', default=True, cast=bool)", [WARNING]),
        ("from decouple import config\nDEBUG = config('DEBUG', cast=bool)", []),
        ("DEBUG = True\nfrom .local import *", []),
        ("from .base import *", [BLOCKING]),
        ("from .base import *\nDEBUG = False", []),
    ],
)
def test_django(settings: str, found: list[Severity]) -> None:
    assert weights(DJANGO | {"shop/settings.py": settings, "shop/base.py": "DEBUG = True"}) == found


def test_settings_of_developers_are_not_those_that_it_serves_with() -> None:
    files = {"shop/settings.py": "DEBUG = False", "shop/dev.py": "DEBUG = True", "manage.py": "x = 'shop.dev'"}
    assert weights(DJANGO | files) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from fastapi import FastAPI\napp = FastAPI(debug=True)", [BLOCKING]),
        ("from fastapi import FastAPI\napp = FastAPI(debug=settings.debug)", []),
        ("from fastapi import FastAPI\napp = FastAPI()\nother(debug=True)", []),
    ],
)
def test_fastapi(code: str, found: list[Severity]) -> None:
    assert weights({"requirements.txt": "fastapi\n", "main.py": code}) == found


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("node server.js", []),
        ("NODE_ENV=development node server.js", [BLOCKING]),
        ("NODE_ENV=production node server.js", []),
        ("node --inspect=0.0.0.0:9229 server.js", [BLOCKING]),
        ("node --inspect server.js", []),
    ],
)
def test_node(start: str, found: list[Severity]) -> None:
    package = f'{{"dependencies": {{"express": "4"}}, "scripts": {{"start": "{start}"}}}}'
    assert weights({"package.json": package, "server.js": ""}) == found
