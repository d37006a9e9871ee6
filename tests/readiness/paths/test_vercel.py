"""What fits Vercel, what doesn't, and why."""

from collections.abc import Mapping

import pytest

from engine.readiness.inspected import Fits
from tests.readiness.paths.applications import (
    DJANGO,
    EXPRESS,
    FASTAPI,
    FLASK,
    NEXT,
    SQLITE,
    STATIC,
    VITE,
    ask,
    missing,
)


@pytest.mark.parametrize("files", [FLASK, FASTAPI, DJANGO, EXPRESS, NEXT, VITE, STATIC], ids="+".join)
def test_what_it_finds_by_itself_fits(files: Mapping[str, str]) -> None:
    assert ask("vercel", files).verdict is Fits.FITS


def test_an_application_that_it_does_not_find_gets_a_file_that_names_it() -> None:
    files = {"requirements.txt": "flask==3.1.2\n", "wsgi.py": "from shop import make\n\nserver = make()\n"}
    files |= {"shop.py": "from flask import Flask\n\ndef make():\n    return Flask(__name__)\n"}
    path = ask("vercel", files | {"Procfile": "web: gunicorn wsgi:server --bind 0.0.0.0:$PORT\n"})
    assert path.verdict is Fits.FITS_AFTER
    assert [(file.path, file.content.splitlines()[-1]) for file in path.files] == [("index.py", "app = wsgi.server")]


def test_a_factory_is_called() -> None:
    files = {
        "requirements.txt": "flask==3.1.2\n",
        "shop.py": "from flask import Flask\n\ndef make():\n    return Flask('a')\n",
    }
    path = ask("vercel", files | {"Procfile": "web: gunicorn 'shop:make()' --bind 0.0.0.0:$PORT\n"})
    assert path.files[0].content.splitlines()[-1] == "app = shop.make()"


def test_flasks_static_folder_has_to_move() -> None:
    assert "`static/` has to become `public/static/`" in missing("vercel", FLASK | {"static/shop.css": ""})


@pytest.mark.parametrize("said", ["'public'", "path.join(__dirname, 'public')", '"./public"'])
def test_express_may_serve_public_at_its_root(said: str) -> None:
    code = EXPRESS["app.js"] + f"app.use(express.static({said}))\n"
    assert ask("vercel", EXPRESS | {"app.js": code}).verdict is Fits.FITS


@pytest.mark.parametrize("said", ["app.use(express.static('assets'))", "app.use('/img', express.static('public'))"])
def test_express_may_serve_nothing_else(said: str) -> None:
    code = EXPRESS["app.js"] + f"{said}\n"
    assert "`app.js:4`" in missing("vercel", EXPRESS | {"app.js": code})


def test_a_commented_line_serves_nothing() -> None:
    code = EXPRESS["app.js"] + "// app.use(express.static('assets'))\n"
    assert ask("vercel", EXPRESS | {"app.js": code}).verdict is Fits.FITS


def test_express_has_to_be_exported_by_itself_or_listen() -> None:
    hidden = "const express = require('express')\nconst getApp = () => express()\nmodule.exports = { getApp }\n"
    assert "`app.js` imports Express, but" in missing("vercel", EXPRESS | {"app.js": hidden})
    given = "const express = require('express')\nconst app = express()\nmodule.exports = app\n"
    assert ask("vercel", EXPRESS | {"app.js": given}).verdict is Fits.FITS


def test_express_in_another_file_is_not_found() -> None:
    files = {"package.json": EXPRESS["package.json"].replace("app.js", "main.js"), "main.js": EXPRESS["app.js"]}
    assert "No app, index or server file" in missing("vercel", files)


def test_a_database_in_a_file_has_to_move() -> None:
    path = ask("vercel", SQLITE)
    assert path.verdict is Fits.FITS_AFTER
    assert "`app.py:4`" in path.missing[0]


def test_websockets_fit_and_their_limit_is_told() -> None:
    code = "\n@app.websocket('/ws')\nasync def talk(socket): ...\n"
    path = ask("vercel", FASTAPI | {"main.py": FASTAPI["main.py"] + code})
    assert path.verdict is Fits.FITS
    assert any("WebSockets are a public beta" in each.text for each in path.limits)


def test_a_worker_needs_a_daemon() -> None:
    assert "`worker`" in missing("vercel", FLASK | {"Procfile": f"{FLASK['Procfile']}worker: celery -A app worker\n"})


@pytest.mark.parametrize(("package", "word"), [("pdf2image", "Poppler"), ("psycopg2", "psycopg2-binary")])
def test_packages_of_the_system_need_an_image(package: str, word: str) -> None:
    said = missing("vercel", FLASK | {"requirements.txt": f"flask==3.1.2\n{package}==1.0\n"})
    assert word in said
    assert "`requirements.txt:2`" in said


def test_what_is_too_large_for_a_function_is_told() -> None:
    assert "500 MB" in missing("vercel", FASTAPI | {"requirements.txt": "fastapi==0.121.0\ntorch==2.9.0\n"})


def test_what_speaks_neither_wsgi_nor_asgi_needs_an_image() -> None:
    files = {"requirements.txt": "aiohttp==3.13.0\n", "app.py": "from aiohttp import web\n"}
    assert "neither WSGI nor ASGI" in missing("vercel", files)


def test_a_static_site_in_a_folder_says_which() -> None:
    path = ask("vercel", {"dist/index.html": "<h1>Shop</h1>"})
    assert path.verdict is Fits.FITS
    assert any("Output Directory: `dist`" in step for step in path.steps)
