"""Routes of Flask and FastAPI."""

import pytest

from tests.detect.routes.routes_of_files import paths, routes

FLASK = "from flask import Blueprint, Flask\napp = Flask(__name__)\n"
FASTAPI = "from fastapi import APIRouter, FastAPI\napp = FastAPI()\n"
VIEW = "\ndef view(): ...\n"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("@app.route('/')", ["GET /"]),
        ("@app.route('/a', methods=['GET', 'POST'])", ["GET /a", "POST /a"]),
        ("@app.route('/a', methods=METHODS)", []),
        ("@app.post('/a')", ["POST /a"]),
        ("@app.route(rule='/a')", ["GET /a"]),
        ("@app.route('/u/<int:id>')", ["GET /u/<int:id>"]),
        ("@app.route('/a')\n@app.route('/b')\n@login_required", ["GET /a", "GET /b"]),
        ("@app.route(f'/{version}/a')", []),
        ("@other.route('/a')", []),
        ("@app.errorhandler(404)", []),
        ("@app.before_request", []),
        ("PREFIX = '/v1'\n@app.route(PREFIX)", ["GET /v1"]),
        ("if app.debug:\n    @app.route('/debug')\n    def debug(): ...\n@app.route('/a')", ["GET /a"]),
    ],
)
def test_routes_of_flask(code: str, found: list[str]) -> None:
    assert paths({"requirements.txt": "flask", "app.py": FLASK + code + VIEW}) == found


def test_a_route_knows_where_it_is_written() -> None:
    (route,) = routes({"requirements.txt": "flask", "app.py": FLASK + "@app.get('/x')" + VIEW})
    assert (route.file, route.line, route.plain) == ("app.py", 3, True)


@pytest.mark.parametrize(
    ("path", "plain"),
    [("/a/b.json", True), ("/a/", True), ("/u/<id>", False), ("/u/{id}", False), ("/u/:id", False), ("/a*", False)],
)
def test_a_path_with_parameters_is_not_plain(path: str, plain: bool) -> None:
    (route,) = routes({"requirements.txt": "flask", "app.py": FLASK + f"@app.get({path!r})" + VIEW})
    assert route.plain is plain


PART = "from flask import Blueprint\nbp = Blueprint('b', __name__{})\n@bp.route('/x')" + VIEW


@pytest.mark.parametrize(
    ("own", "mounted", "found"),
    [
        ("", "app.register_blueprint(bp)", ["GET /x"]),
        (", url_prefix='/own'", "app.register_blueprint(bp)", ["GET /own/x"]),
        (", url_prefix='/own'", "app.register_blueprint(bp, url_prefix='/given')", ["GET /given/x"]),
        ("", "app.register_blueprint(bp, url_prefix=prefix())", []),
        (", url_prefix=prefix()", "app.register_blueprint(bp)", []),
        ("", "", []),
    ],
)
def test_blueprints_have_the_prefix_of_their_registration(own: str, mounted: str, found: list[str]) -> None:
    files = {
        "requirements.txt": "flask",
        "app.py": FLASK + "from part import bp\n" + mounted,
        "part.py": PART.format(own),
    }
    assert paths(files) == found


def test_factories_and_packages_are_followed() -> None:
    files = {
        "requirements.txt": "flask",
        "wsgi.py": "from shop import create_app\napp = create_app()\n",
        "shop/__init__.py": "from flask import Flask\n\ndef create_app(config=None):\n    app = Flask(__name__)\n"
        "    from . import auth\n    from .blog import bp as blog\n    app.register_blueprint(auth.bp)\n"
        "    app.register_blueprint(blog, url_prefix='/blog')\n    return app\n",
        "shop/auth.py": PART.format(", url_prefix='/auth'"),
        "shop/blog/__init__.py": "from flask import Blueprint\nbp = Blueprint('b', __name__)\n"
        "from shop.blog import views\n",
        "shop/blog/views.py": "from shop.blog import bp\n@bp.get('/')" + VIEW,
    }
    assert paths(files) == ["GET /auth/x", "GET /blog/"]


def test_blueprints_in_blueprints() -> None:
    inner = "inner = Blueprint('i', __name__, url_prefix='/in')\n@inner.get('/x')" + VIEW
    outer = "outer = Blueprint('o', __name__, url_prefix='/out')\nouter.register_blueprint(inner)\n"
    assert paths(
        {"requirements.txt": "flask", "app.py": FLASK + inner + outer + "app.register_blueprint(outer)\n"}
    ) == ["GET /out/in/x"]


def test_a_function_that_is_handed_the_application_counts_where_there_is_one() -> None:
    files = {
        "requirements.txt": "flask",
        "app.py": FLASK,
        "more.py": "def add(app):\n    @app.get('/more')\n    def more(): ...\n",
    }
    assert paths(files) == ["GET /more"]


def test_of_two_applications_the_started_one_counts() -> None:
    one = "from flask import Flask\napp = Flask(__name__)\n@app.get('/{0}')" + VIEW
    files = {"requirements.txt": "flask\ngunicorn", "one.py": one.format("one"), "two.py": one.format("two")}
    assert paths(files, "gunicorn two:app") == ["GET /two"]
    assert paths(files, "make serve") == []


def test_an_application_in_a_folder_has_the_paths_of_the_repository() -> None:
    app = "from flask import Flask\nfrom part import bp\napp = Flask(__name__)\napp.register_blueprint(bp)\n"
    files = {"api/requirements.txt": "flask", "api/app.py": app, "api/part.py": PART.format("")}
    other = {"app.py": FLASK + "@app.get('/other')" + VIEW}
    assert [(route.path, route.file) for route in routes(files | other, root="api")] == [("/x", "api/part.py")]


def test_tests_and_vendored_sources_have_no_routes() -> None:
    one = FLASK + "@app.get('/x')" + VIEW
    assert paths({"tests/app.py": one, "venv/lib/site-packages/a.py": one, "test_app.py": one}) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("@app.get('/')", ["GET /"]),
        ("@app.api_route('/a', methods=['PUT'])", ["PUT /a"]),
        ("@app.websocket('/ws')", []),
        ("r = APIRouter(prefix='/r')\napp.include_router(r, prefix='/v1')\n@r.get('/{id}')", ["GET /v1/r/{id}"]),
        ("r = APIRouter()\napp.include_router(r)\n@r.get('')", ["GET /"]),
        ("r = APIRouter(prefix='/r')\napp.include_router(router=r)\n@r.get('/x')", ["GET /r/x"]),
        ("r = APIRouter(prefix=settings.V1)\napp.include_router(r)\n@r.get('/x')", []),
        ("r = APIRouter()\napp.include_router(r, prefix=settings.V1)\n@r.get('/x')", []),
        ("sub = FastAPI()\napp.mount('/sub', sub)\n@sub.get('/x')", ["GET /sub/x"]),
    ],
)
def test_routes_of_fastapi(code: str, found: list[str]) -> None:
    assert (
        paths({"requirements.txt": "fastapi\nuvicorn", "main.py": FASTAPI + code + VIEW}, "uvicorn main:app") == found
    )


def test_routers_of_other_modules() -> None:
    files = {
        "requirements.txt": "fastapi",
        "app/main.py": FASTAPI + "from app.routers import items, users\napp.include_router(users.router)\n"
        "app.include_router(items.router, prefix='/items')\n",
        "app/routers/__init__.py": "",
        "app/routers/users.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/users')" + VIEW,
        "app/routers/items.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/')" + VIEW,
    }
    assert paths(files, "uvicorn app.main:app") == ["GET /items/", "GET /users"]


@pytest.mark.parametrize(
    "source", ["def broken(:\n", "\0", "x = '" + "a" * 6000 + "'\n", "app.register_blueprint(app)\n"]
)
def test_sources_that_cannot_be_read_are_left_out(source: str) -> None:
    assert paths({"requirements.txt": "flask", "app.py": FLASK + "@app.get('/x')" + VIEW, "other.py": source}) == [
        "GET /x"
    ]
