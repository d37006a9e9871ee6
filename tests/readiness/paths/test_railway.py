"""What fits Railway, and what has to change first."""

from engine.readiness.inspected import Fits
from tests.readiness.paths.applications import DJANGO, EXPRESS, FLASK, SQLITE, STATIC, ask, missing


def test_a_server_on_its_port_fits() -> None:
    assert ask("railway", FLASK).verdict is Fits.FITS


def test_a_static_site_fits_and_needs_no_health_path() -> None:
    path = ask("railway", STATIC)
    assert path.verdict is Fits.FITS
    assert not any("Healthcheck" in step for step in path.steps)


def test_a_port_of_its_own_is_never_reached() -> None:
    code = EXPRESS["app.js"].replace("process.env.PORT", "3000")
    assert "`$PORT`. It listens on port 3000" in missing("railway", EXPRESS | {"app.js": code})


def test_without_a_start_command_the_procfile_is_given() -> None:
    files = {name: text for name, text in FLASK.items() if name != "Procfile"}
    path = ask("railway", files)
    assert path.verdict is Fits.FITS_AFTER
    assert path.files[0].path == "Procfile"
    assert path.files[0].content.startswith("web: gunicorn ")


def test_another_platforms_command_becomes_a_procfile() -> None:
    files = {
        "requirements.txt": "fastapi==0.121.0\nuvicorn==0.38.0\n",
        "main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    }
    command = "uvicorn main:app --host 0.0.0.0 --port $PORT"
    path = ask("railway", files | {"render.yaml": f"services:\n  - type: web\n    startCommand: {command}\n"})
    assert f"web: {command}\n" in {file.content for file in path.files}


def test_a_dockerfile_is_enough() -> None:
    files = {"main.go": "package main\n", "Dockerfile": 'FROM golang:1.25\nCMD ["/shop"]\n'}
    assert ask("railway", files).verdict is Fits.FITS


def test_a_database_in_a_file_takes_a_volume() -> None:
    path = ask("railway", SQLITE)
    assert "attach a volume" in path.missing[0]
    assert any("Attach Volume" in step for step in path.steps)
    assert any("$0.15 a GB" in each.text for each in path.limits)


def test_a_worker_is_a_second_service() -> None:
    files = FLASK | {"Procfile": f"{FLASK['Procfile']}worker: rq worker\n"}
    path = ask("railway", files)
    assert path.verdict is Fits.FITS
    assert any("second service" in step and "`Procfile:2`" in step for step in path.steps)


def test_django_says_its_hosts_and_migrates_first() -> None:
    steps = "\n".join(ask("railway", DJANGO).steps)
    assert "healthcheck.railway.app" in steps
    assert "python manage.py migrate" in steps


def test_no_file_is_written_that_railway_no_longer_reads() -> None:
    path = ask("railway", {"requirements.txt": "flask==3.1.2\n", "app.py": FLASK["app.py"]})
    assert not {"railway.json", "railway.toml"} & {file.path for file in path.files}
