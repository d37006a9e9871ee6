"""Which service of AWS fits, and what has to change first."""

import pytest

from engine.readiness.inspected import Fits
from tests.readiness.paths.applications import DJANGO, EXPRESS, FLASK, NEXT, SQLITE, STATIC, VITE, ask, asked, missing


@pytest.mark.parametrize("files", [STATIC, VITE, NEXT], ids=["static", "vite", "next"])
def test_pages_go_to_amplify(files: dict[str, str]) -> None:
    path = ask("aws", files)
    assert path.title == "AWS (Amplify Hosting)"
    assert path.verdict is Fits.FITS


@pytest.mark.parametrize("files", [FLASK, DJANGO, EXPRESS], ids=["flask", "django", "express"])
def test_servers_go_to_elastic_beanstalk(files: dict[str, str]) -> None:
    path = ask("aws", files)
    assert path.title == "AWS (Elastic Beanstalk)"
    assert path.verdict is Fits.FITS


def test_it_says_that_app_runner_takes_nobody_new() -> None:
    for files in (FLASK, STATIC, {"README.md": ""}):
        assert any("App Runner takes no new customers" in each.text for each in ask("aws", files).limits)


def test_an_image_alone_goes_there_too() -> None:
    path = ask("aws", {"main.go": "package main\n", "Dockerfile": 'FROM golang:1.25\nCMD ["/shop"]\n'})
    assert path.verdict is Fits.FITS
    assert any("platform Docker" in step for step in path.steps)


def test_the_port_is_said_in_a_file_unless_one_says_it() -> None:
    assert [file.path for file in ask("aws", FLASK).files] == [".ebextensions/port.config"]
    assert ask("aws", FLASK | {".ebextensions/own.config": "PORT: 9000\n"}).files == ()


def test_without_a_start_command_the_procfile_is_given() -> None:
    files = {name: text for name, text in FLASK.items() if name != "Procfile"}
    assert [file.path for file in ask("aws", files).files] == ["Procfile", ".ebextensions/port.config"]


def test_a_database_in_a_file_is_gone_with_its_machine() -> None:
    assert "Amazon RDS" in missing("aws", SQLITE)


def test_a_line_of_the_procfile_runs_beside_and_a_worker_without_one_does_not() -> None:
    queue = {"requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\nrq==2.6.0\n"}
    line = {"Procfile": f"{FLASK['Procfile']}worker: rq worker\n"}
    assert asked(FLASK | queue | line)["aws"].verdict is Fits.FITS
    assert "Give it a line of the Procfile" in missing("aws", FLASK | queue)


def test_packages_of_the_system_are_named_in_a_file() -> None:
    assert "`packages: yum:`" in missing("aws", FLASK | {"requirements.txt": "flask==3.1.2\npytesseract==0.3.13\n"})


def test_sveltekit_needs_an_adapter_there() -> None:
    package = '{"dependencies": {"@sveltejs/kit": "2.48.0"}, "scripts": {"build": "vite build"}}'
    assert "SvelteKit" in missing("aws", {"package.json": package})
