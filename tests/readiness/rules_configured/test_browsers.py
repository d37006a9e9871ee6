"""cors-closed, cookies-secure, hosts-allowed, static-served and logs-to-output in hard cases."""

import pytest

from engine.readiness.rule import Kept, NotApplicable, NotLooked, Rule
from engine.readiness.rules import cookies_secure, cors_closed, hosts_allowed, logs_to_output, static_served
from tests.readiness.example_facts import hits, verdict

FLASK = {"requirements.txt": "flask==3.1\nflask-cors==5\n"}
FASTAPI = {"requirements.txt": "fastapi==0.115\n"}
EXPRESS = {"package.json": '{"dependencies": {"express": "4", "cors": "2"}}'}
MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
DJANGO = {"requirements.txt": "django==5\n", "manage.py": MANAGE}


def lines(rule: Rule, files: dict[str, str]) -> list[int]:
    """The line of each finding."""
    return [hit.line for hit in hits(rule, files)]


CORS = "from flask_cors import CORS, cross_origin\n"
MIDDLEWARE = "from fastapi.middleware.cors import CORSMiddleware\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (FLASK | {"app.py": CORS + "CORS(app)"}, []),
        (FLASK | {"app.py": CORS + "CORS(app, supports_credentials=True)"}, [2]),
        (FLASK | {"app.py": CORS + "CORS(app, supports_credentials=True, origins='*')"}, [2]),
        (FLASK | {"app.py": CORS + "CORS(app, supports_credentials=True, origins=['https://a.example'])"}, []),
        (FLASK | {"app.py": CORS + "CORS(app, supports_credentials=True, origins=ORIGINS)"}, []),
        (FLASK | {"app.py": CORS + "CORS(app, supports_credentials=True, **options)"}, []),
        (FLASK | {"app.py": CORS + "CORS(app, supports_credentials=False)"}, []),
        (FLASK | {"app.py": CORS + "CORS(app,\n resources={r'/*': {'origins': '*'}}, supports_credentials=True)"}, [3]),
        (
            FLASK
            | {"app.py": CORS + "CORS(app, resources={r'/*': {'origins': 'https://a'}}, supports_credentials=True)"},
            [],
        ),
        (
            FASTAPI
            | {"m.py": MIDDLEWARE + "a.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)"},
            [2],
        ),
        (
            FASTAPI
            | {
                "m.py": MIDDLEWARE
                + "o = ['*']\na.add_middleware(CORSMiddleware, allow_origins=o, allow_credentials=True)"
            },
            [3],
        ),
        (FASTAPI | {"m.py": MIDDLEWARE + "a.add_middleware(CORSMiddleware, allow_origins=['*'])"}, []),
        (
            FASTAPI
            | {"m.py": MIDDLEWARE + "a.add_middleware(CORSMiddleware, allow_origins=s.o, allow_credentials=True)"},
            [],
        ),
        (
            FASTAPI
            | {
                "m.py": MIDDLEWARE + "a.add_middleware(CORSMiddleware, allow_origin_regex='.*', allow_credentials=True)"
            },
            [2],
        ),
        (
            DJANGO
            | {"shop/settings.py": "CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\nDEBUG = False"},
            [1],
        ),
        (
            DJANGO
            | {"shop/settings.py": "CORS_ALLOW_ALL_ORIGINS = DEBUG\nCORS_ALLOW_CREDENTIALS = True\nDEBUG = False"},
            [],
        ),
        (EXPRESS | {"s.js": "const cors = require('cors')\napp.use(cors())"}, []),
        (EXPRESS | {"s.js": "const cors = require('cors')\napp.use(cors({ origin: '*' }))"}, []),
        (EXPRESS | {"s.js": "const cors = require('cors')\napp.use(cors({ origin: '*', credentials: true }))"}, [2]),
        (EXPRESS | {"s.js": "import cors from 'cors'\napp.use(cors({\n origin: true,\n credentials: true }))"}, [3]),
        (
            EXPRESS
            | {"s.js": "import cors from 'cors'\nconst o = { origin: true, credentials: true }\napp.use(cors(o))"},
            [2],
        ),
        (EXPRESS | {"s.js": "import cors from 'cors'\napp.use(cors({ origin: list, credentials: true }))"}, []),
        (
            EXPRESS
            | {"s.js": "import cors from 'cors'\napp.use(cors({ origin: process.env.A || '*', credentials: true }))"},
            [],
        ),
        (
            EXPRESS
            | {
                "s.js": "res.header('Access-Control-Allow-Origin', req.headers.origin)\n"
                "res.header('Access-Control-Allow-Credentials', true)"
            },
            [1],
        ),
        (EXPRESS | {"s.js": "res.header('Access-Control-Allow-Origin', '*')"}, []),
    ],
)
def test_origins_and_credentials(files: dict[str, str], found: list[int]) -> None:
    assert lines(cors_closed.RULE, files) == found


@pytest.mark.parametrize(
    ("settings", "broken"),
    [
        ("ALLOWED_HOSTS = ['*']", True),
        ("ALLOWED_HOSTS = []", True),
        ("DEBUG = False", True),
        ("ALLOWED_HOSTS = ['localhost', '127.0.0.1']", True),
        ("ALLOWED_HOSTS = ['shop.example', 'localhost']", False),
        ("import os\nALLOWED_HOSTS = os.environ['HOSTS'].split(',')", False),
        ("from decouple import config\nALLOWED_HOSTS = config('HOSTS', default='*')", True),
        ("ALLOWED_HOSTS = []\nif host:\n    ALLOWED_HOSTS.append(host)", False),
        ("ALLOWED_HOSTS = []\nALLOWED_HOSTS += [host]", False),
        ("ALLOWED_HOSTS = ['*']\nfrom .local import *", False),
    ],
)
def test_hosts_of_django(settings: str, broken: bool) -> None:
    assert bool(hits(hosts_allowed.RULE, DJANGO | {"shop/settings.py": settings})) is broken


def test_settings_that_cannot_be_told_are_never_taken_for_kept() -> None:
    files = {"requirements.txt": "django\n", "manage.py": "run()", "shop/settings/prod.py": "ALLOWED_HOSTS = ['*']"}
    assert isinstance(verdict(hosts_allowed.RULE, files), NotLooked)
    assert isinstance(verdict(static_served.RULE, files), NotLooked)
    chosen = files | {"manage.py": MANAGE, "shop/settings/__init__.py": ""}
    assert isinstance(verdict(hosts_allowed.RULE, chosen), NotLooked)


def test_flask_has_no_hosts_to_allow() -> None:
    assert isinstance(verdict(hosts_allowed.RULE, FLASK), NotApplicable)


SESSIONS = "INSTALLED_APPS = ['django.contrib.sessions']\n"
SAFE = "SESSION_COOKIE_SECURE = True\nCSRF_COOKIE_SECURE = True\n"
EXPRESS_SESSION = "const session = require('express-session')\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (FLASK | {"app.py": "from flask import Flask, session\n"}, [1]),
        (FLASK | {"app.py": "import os\nfrom flask_login import LoginManager\n"}, [2]),
        (FLASK | {"app.py": "from flask import Flask\n"}, []),
        (FLASK | {"app.py": "from flask import session\napp.config['SESSION_COOKIE_SECURE'] = True\n"}, []),
        (FLASK | {"app.py": "from flask import session\napp.config['SESSION_COOKIE_SECURE'] = not debug\n"}, []),
        (FLASK | {"app.py": "from flask import session\napp.config['SESSION_COOKIE_SECURE'] = False\n"}, [2]),
        (FLASK | {"app.py": "from flask import session\nfrom flask_talisman import Talisman\nTalisman(app)\n"}, []),
        (DJANGO | {"shop/settings.py": SESSIONS}, [0]),
        (DJANGO | {"shop/settings.py": SESSIONS + SAFE}, []),
        (
            DJANGO
            | {
                "shop/settings.py": SESSIONS
                + "if not DEBUG:\n    SESSION_COOKIE_SECURE = True\n    CSRF_COOKIE_SECURE = True"
            },
            [],
        ),
        (
            DJANGO
            | {"shop/settings.py": SESSIONS + "SESSION_COOKIE_SECURE = not DEBUG\nCSRF_COOKIE_SECURE = not DEBUG"},
            [],
        ),
        (DJANGO | {"shop/settings.py": SESSIONS + "SESSION_COOKIE_SECURE = False\nCSRF_COOKIE_SECURE = True"}, [2]),
        (DJANGO | {"shop/settings.py": "INSTALLED_APPS = ['rest_framework']"}, []),
        (EXPRESS | {"s.js": EXPRESS_SESSION + "app.use(session({ secret: s, resave: false }))"}, [2]),
        (EXPRESS | {"s.js": EXPRESS_SESSION + "app.use(session({ secret: s,\ncookie: { secure: false } }))"}, [3]),
        (EXPRESS | {"s.js": EXPRESS_SESSION + "app.use(session({ secret: s, cookie: { secure: true } }))"}, []),
        (EXPRESS | {"s.js": EXPRESS_SESSION + "app.use(session({ secret: s, cookie: { secure: prod } }))"}, []),
        (EXPRESS | {"s.js": EXPRESS_SESSION + "app.use(session({ secret: s, cookie }))"}, []),
        (EXPRESS | {"s.js": EXPRESS_SESSION + "app.use(session({ ...options }))"}, []),
        (
            EXPRESS
            | {
                "s.js": EXPRESS_SESSION + "const o = { cookie: {} }\no.cookie.secure = true; app.use(session({ a: o }))"
            },
            [],
        ),
        (EXPRESS | {"s.js": "res.cookie('token', t, { httpOnly: true })"}, [1]),
        (EXPRESS | {"s.js": "res.cookie('token', t)"}, [1]),
        (EXPRESS | {"s.js": "res.cookie('token', t, { secure: prod })"}, []),
        (EXPRESS | {"s.js": "res.cookie('token', t, options)"}, []),
        (EXPRESS | {"s.js": "res.cookie('token', '', { maxAge: 0 })"}, []),
        (EXPRESS | {"s.js": "res.cookie('theme', t)"}, []),
        (FASTAPI | {"m.py": "def f(r):\n    r.set_cookie('access_token', t, httponly=True)"}, [2]),
        (FASTAPI | {"m.py": "def f(r):\n    r.set_cookie(key='session', value=t, secure=True)"}, []),
        (FASTAPI | {"m.py": "def f(r):\n    r.set_cookie('access_token', t, **options)"}, []),
        (FASTAPI | {"m.py": "def f(r):\n    r.set_cookie('access_token', '', expires=0)"}, []),
        (FASTAPI | {"m.py": "def f(r):\n    r.set_cookie('theme', t)"}, []),
    ],
)
def test_cookies_that_sign_in(files: dict[str, str], found: list[int]) -> None:
    assert lines(cookies_secure.RULE, files) == found


APPS = "INSTALLED_APPS = ['django.contrib.staticfiles']\n"
WHITENOISE = "MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n"


@pytest.mark.parametrize(
    ("files", "broken"),
    [
        (DJANGO | {"shop/settings.py": APPS}, True),
        (DJANGO | {"shop/settings.py": APPS + WHITENOISE}, True),
        (DJANGO | {"shop/settings.py": APPS + WHITENOISE + "STATIC_ROOT = 'x'"}, False),
        (DJANGO | {"shop/settings.py": APPS, "deploy/nginx.conf": ""}, False),
        (DJANGO | {"shop/settings.py": APPS, "requirements.txt": "django\ndjango-storages\n"}, False),
        (DJANGO | {"shop/settings.py": "INSTALLED_APPS = ['rest_framework']"}, False),
        (DJANGO | {"shop/settings.py": APPS, "shop/urls.py": "from django.views.static import serve"}, False),
        (FASTAPI | {"m.py": "", "templates/a.html": "<link href='/static/a.css'>"}, True),
        (
            FASTAPI
            | {"m.py": "app.mount('/static', StaticFiles(directory='static'))", "templates/a.html": "src='/static/a'"},
            False,
        ),
        (FASTAPI | {"m.py": "", "templates/a.html": "<p>"}, False),
        (EXPRESS | {"s.js": "const app = express()", "public/a.css": ""}, True),
        (EXPRESS | {"s.js": "const app = express()\napp.use(express.static('public'))", "public/a.css": ""}, False),
        (EXPRESS | {"s.js": "const app = express()"}, False),
        ({"index.html": "<script src='a.js'></script>"}, True),
        (
            {
                "index.html": "<script src='./a.js?v=1'></script><link rel=stylesheet href='/css/b.css'>",
                "a.js": "",
                "css/b.css": "",
            },
            False,
        ),
        (
            {"index.html": "<script src='https://a.example/a.js'></script><script src='//a.example/a.js'></script>"},
            False,
        ),
        ({"index.html": "<script src='{{ base }}/a.js'></script><link rel=icon href=a.css>"}, False),
        ({"index.html": "<base href='/x/'><script src='a.js'></script>"}, False),
        ({"index.html": "<!-- <script src='a.js'></script> -->"}, False),
        ({"package.json": '{"dependencies": {"socket.io": "4"}}', "index.html": "<script src='a.js'></script>"}, False),
        ({"index.html": "", "404.html": "<script src='a.js'></script>"}, False),
        ({"public/index.html": "<script src='/a.js'></script>", "public/a.js": ""}, False),
    ],
)
def test_files_for_browsers(files: dict[str, str], broken: bool) -> None:
    assert bool(hits(static_served.RULE, files)) is broken


def test_a_page_is_one_finding() -> None:
    files = {"index.html": "<p>\n<script src='a.js'></script><link rel='stylesheet' href='b.css'>"}
    (hit,) = hits(static_served.RULE, files)
    assert (hit.line, hit.message) == (2, "The page names a.js and 1 more, which aren't in the repository.")


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import logging\nlogging.basicConfig(filename='a.log')", [2]),
        ("import logging\nlogging.basicConfig(level=10)", []),
        ("import logging\nh = logging.FileHandler('a.log')", [2]),
        ("from logging.handlers import RotatingFileHandler as R\nh = R('a.log')", [2]),
        ("import logging\nh = [logging.FileHandler('a.log'), logging.StreamHandler()]", []),
        ("import logging\nif not app.debug:\n    h = logging.FileHandler('a.log')", []),
        ("import logging\nh = logging.FileHandler('a.log')\napp.logger.addHandler(h)", []),
        ("LOGGING = {'handlers': {'file': {'class': 'logging.FileHandler'}}}", [1]),
        ("h = FileHandler('a.log')", []),
    ],
)
def test_logs_of_python(code: str, found: list[int]) -> None:
    assert lines(logs_to_output.RULE, FLASK | {"app.py": code}) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("const winston = require('winston')\nnew winston.transports.File({ filename: 'a.log' })", [2]),
        ("const w = require('winston')\n[new w.transports.File({}), new w.transports.Console()]", []),
        ("const winston = require('winston')", []),
    ],
)
def test_logs_of_node(code: str, found: list[int]) -> None:
    assert lines(logs_to_output.RULE, EXPRESS | {"server.js": code}) == found


@pytest.mark.parametrize("rule", [cors_closed.RULE, cookies_secure.RULE, logs_to_output.RULE])
def test_a_static_site_has_no_server_to_speak_of(rule: Rule) -> None:
    assert isinstance(verdict(rule, {"index.html": "<p>"}), NotApplicable)


def test_cors_that_names_its_sites_is_kept() -> None:
    assert isinstance(verdict(cors_closed.RULE, FLASK | {"app.py": CORS + "CORS(app, origins=['https://a'])"}), Kept)
