"""Which runtime a tree of files is, and the plan to run it."""

import pytest

from engine.detect.detection import detect
from engine.detect.outcome import NotDetected
from engine.detect.tree import MemoryTree
from engine.domain.plan import AppPlan
from engine.project.config import ProjectConfig

FLASK_APP = "from flask import Flask\napp = Flask(__name__)\n"
FACTORY = "from flask import Flask\n\ndef create_app(test=None):\n    return Flask(__name__)\n"
GUNICORN = ("$ENVIRONMENT/bin/gunicorn", "--bind", "127.0.0.1:$PORT", "--workers", "1", "--threads", "8")
EXPRESS = '{"dependencies": {"express": "^4"}, "scripts": {"start": "node server.js"}}'


def planned(project: ProjectConfig | None = None, **files: str) -> AppPlan:
    """The plan of files; `__` in a name is a slash, a name without a dot gets `.py`."""
    found = detect(tree(files), project or ProjectConfig())
    assert isinstance(found, AppPlan), found
    return found


def refused(project: ProjectConfig | None = None, **files: str) -> str:
    """Why files have no plan."""
    found = detect(tree(files), project or ProjectConfig())
    assert isinstance(found, NotDetected), found
    return f"{found.cause.sentence} {found.cause.fix}"


NAMES = {
    "requirements": "requirements.txt",
    "package": "package.json",
    "lock": "package-lock.json",
    "index": "index.html",
    "pyproject": "pyproject.toml",
    "uvlock": "uv.lock",
    "Procfile": "Procfile",
}


def tree(files: dict[str, str]) -> MemoryTree:
    """Files by short names."""
    named = {}
    for name, text in files.items():
        *folders, last = name.split("__") if not name.endswith("__init__") else [*name.split("__")[:-3], "__init__"]
        named["/".join([*folders, NAMES.get(last, f"{last}.py")])] = text.encode()
    return MemoryTree(named)


@pytest.mark.parametrize(
    ("files", "target"),
    [
        ({"app": FLASK_APP}, "app:app"),
        ({"main": FLASK_APP, "app": "x = 1"}, "main:app"),
        (
            {"wsgi": "from shop import create_app\napplication = create_app()\n", "shop____init__": FACTORY},
            "wsgi:application",
        ),
        ({"shop____init__": FACTORY}, "shop:create_app()"),
        ({"shop__web": FLASK_APP, "shop____init__": ""}, "shop.web:app"),
        ({"odd": "import flask\nserver: flask.Flask = flask.Flask('x')\n"}, "odd:server"),
        ({"app": f"try:\n    import x\nexcept ImportError:\n    x = None\n{FLASK_APP}"}, "app:app"),
        ({"app": f"{FLASK_APP}\ndef broken(:\n"}, "app:app"),
        ({"app": "from flask import Flask\nif True:\n    api = Flask('a')\n"}, "app:api"),
        ({"app": FLASK_APP, "tests__app": FLASK_APP.replace("app =", "other =")}, "app:app"),
    ],
)
def test_the_flask_object_is_found_by_reading(files: dict[str, str], target: str) -> None:
    plan = planned(None, requirements="flask\ngunicorn==23\n", **files)
    assert (plan.framework, plan.start) == ("flask", (*GUNICORN, target))


def test_a_module_in_a_plain_folder_is_put_on_the_import_path() -> None:
    plan = planned(requirements="flask", backend__app=FLASK_APP)
    assert plan.environment["FLASK_APP"] == "app:app"
    assert plan.environment["PYTHONPATH"] == "backend"


def test_without_a_server_in_the_requirements_flasks_own_serves() -> None:
    plan = planned(requirements="Flask>=3", app=FLASK_APP)
    assert plan.start[1:] == ("-m", "flask", "run", "--host", "127.0.0.1", "--port", "$PORT")


def test_gunicorn_as_a_part_of_another_name_is_not_gunicorn() -> None:
    assert "flask" in planned(requirements="flask\npytest-gunicorn\n", app=FLASK_APP).start


def test_an_object_that_is_made_only_as_a_script_does_not_count() -> None:
    script = "from flask import Flask\nif __name__ == '__main__':\n    app = Flask(__name__)\n"
    assert "no module makes a Flask application" in refused(requirements="flask", app=script)


def test_requirements_that_include_others_are_decided_by_all_of_them() -> None:
    files = {
        "requirements.txt": b"-r base.txt\n-c pins/all.txt\nflask\n",
        "base.txt": b"gunicorn\n-r requirements.txt\n",
        "pins/all.txt": b"flask==3\n",
        "app.py": FLASK_APP.encode(),
    }
    plan = detect(MemoryTree(files), ProjectConfig())
    assert isinstance(plan, AppPlan)
    assert plan.lock_files == ("requirements.txt", "base.txt", "pins/all.txt")
    assert plan.start[0].endswith("gunicorn")


@pytest.mark.parametrize("line", ["-e .", ".", "./lib", "mine @ file:///x", "--editable lib"])
def test_requirements_that_name_the_revision_itself_are_not_shared(line: str) -> None:
    assert planned(requirements=f"flask\n{line}\n", app=FLASK_APP).lock_files == ()


def test_uv_installs_its_lock_without_the_project() -> None:
    plan = planned(pyproject='[project]\ndependencies = ["flask"]\n', uvlock='name = "gunicorn"', app=FLASK_APP)
    assert plan.install[0].argv[:3] == ("uv", "sync", "--frozen")
    assert plan.lock_files == ("uv.lock", "pyproject.toml")
    assert plan.start[0].endswith("gunicorn")


def test_flask_without_named_dependencies_says_what_is_missing() -> None:
    assert "Add a requirements.txt" in refused(app=FLASK_APP)


@pytest.mark.parametrize(
    ("package", "start"),
    [
        (EXPRESS, ("node", "server.js")),
        (EXPRESS.replace("node server.js", "node --env=x src/a.js"), ("node", "--env=x", "src/a.js")),
        (EXPRESS.replace("node server.js", "NODE_ENV=x node server.js"), ("npm", "start", "--silent")),
        (EXPRESS.replace("node server.js", "tsc && node out.js"), ("npm", "start", "--silent")),
        ('{"dependencies": {"express": "4"}, "main": "lib.js"}', ("node", "lib.js")),
        ('{"dependencies": {"express": "4"}}', ("node", "server.js")),
    ],
)
def test_express_starts_as_its_package_says(package: str, start: tuple[str, ...]) -> None:
    files = MemoryTree({"package.json": package.encode(), "lib.js": b"", "server.js": b""})
    plan = detect(files, ProjectConfig())
    assert isinstance(plan, AppPlan)
    assert (plan.framework, plan.start) == ("express", start)


def test_express_with_a_lock_is_installed_exactly_and_shared() -> None:
    plan = planned(package=EXPRESS, lock="{}")
    assert plan.install[1].argv[:2] == ("npm", "ci")
    assert plan.lock_files == ("package.json", "package-lock.json")
    assert plan.links == {"node_modules": "$ENVIRONMENT/node_modules"}


@pytest.mark.parametrize(
    "more",
    ['"workspaces": ["a"]', '"devDependencies": {"x": "file:../x"}', '"scripts": {"postinstall": "x", "start": "y"}'],
)
def test_packages_that_need_their_sources_are_installed_beside_them(more: str) -> None:
    plan = planned(package=f'{{"dependencies": {{"express": "4"}}, "main": "app.py", {more}}}', lock="{}", app="")
    assert (plan.lock_files, plan.links) == ((), {})
    assert "--prefix" not in plan.install[0].argv


def test_express_without_a_way_to_start_says_so() -> None:
    assert '"start": "node server.js"' in refused(package='{"dependencies": {"express": "4"}}')


@pytest.mark.parametrize("broken", ["{", "[]", "null", "[" * 10_000])
def test_a_broken_package_json_is_told(broken: str) -> None:
    assert "not readable JSON" in refused(package=broken, index="<h1>")


def test_an_index_is_a_static_site_with_our_server() -> None:
    plan = planned(index="<h1>hi</h1>")
    assert plan.start == ("python3", "-I", ".slipway-static.py", ".", "$PORT")
    assert "ThreadingHTTPServer" in plan.files[".slipway-static.py"]


def test_pages_that_a_build_makes_are_not_served_unbuilt() -> None:
    assert "build script" in refused(package='{"scripts": {"build": "vite build"}}', index="<div id=app>")


def test_nothing_known_is_said_with_what_was_looked_for() -> None:
    assert "no Flask application" in refused(notes="x = 1")
    assert "no files" in refused()


def test_a_flask_application_that_is_not_found_does_not_become_a_static_site() -> None:
    assert "Flask is required" in refused(requirements="flask", index="<h1>")


def test_the_procfile_wins_over_what_was_seen() -> None:
    plan = planned(requirements="flask", app=FLASK_APP, Procfile="release: x\nweb: A=1 gunicorn app:app -b :$PORT\n")
    assert plan.start == ("gunicorn", "app:app", "-b", ":$PORT")
    assert plan.environment["A"] == "1"
    assert plan.install


def test_slipway_yml_wins_over_the_procfile() -> None:
    project = ProjectConfig(start=("python", "x.py"), build=("make",), health_path="/up")
    plan = planned(project, requirements="flask", app=FLASK_APP, Procfile="web: gunicorn app:app")
    assert (plan.start, plan.health_path) == (("python", "x.py"), "/up")
    assert [step.argv for step in plan.build] == [("make",)]


def test_an_install_of_ones_own_is_not_shared_but_has_an_environment() -> None:
    plan = planned(ProjectConfig(install=("make", "deps")), requirements="flask", app=FLASK_APP)
    assert [step.argv[0] for step in plan.install] == ["uv", "make"]
    assert plan.lock_files == ()


def test_a_start_is_enough_for_a_tree_that_nobody_knows() -> None:
    plan = planned(ProjectConfig(start=("./serve",)), notes="")
    assert (plan.runtime, plan.start) == ("custom", ("./serve",))


def test_the_root_is_where_the_application_is_looked_for() -> None:
    plan = planned(ProjectConfig(root="web"), web__index="<h1>", app=FLASK_APP)
    assert (plan.framework, plan.root) == ("static", "web")
    assert "no file is below" in refused(ProjectConfig(root="wep"), web__index="<h1>")


def test_a_factory_of_fastapi_is_not_taken_for_flasks() -> None:
    main = "from shop import create_app\napp = create_app()\n"
    assert "No application was recognised" in refused(requirements="fastapi\nuvicorn\n", main=main)
    assert planned(requirements="flask\nfastapi\n", main=main).framework == "flask"
