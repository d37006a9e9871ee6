"""`slipway preview PATH`, as a user runs it."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandboxes.programs import settings_of_this_machine

ROOT = Path(__file__).resolve().parents[2]
CRASH = "slipway.yml", "start: [python3, -c, 'raise SystemExit(\"no flux\")']\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A static site."""
    made = tmp_path / "site"
    made.mkdir()
    (made / "index.html").write_text("<h1>folder</h1>")
    return made


@contextmanager
def previewing(data: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """The command, running."""
    argv = [sys.executable, "-m", "cli", "preview", *words]
    environment = settings_of_this_machine() | {"DATA_DIR": str(data), "PREVIEW_STARTUP_TIMEOUT": "20"}
    pipe = subprocess.PIPE
    process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def events(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def left_behind(data: Path) -> list[Path]:
    return list((data / "folder-previews").glob("*/sandboxes/*"))


def test_once_ends_when_it_is_healthy(folder: Path, tmp_path: Path) -> None:
    with previewing(tmp_path / "data", str(folder), "--once", "--json") as process:
        output, _ = process.communicate(timeout=120)
    last = events(output)[-1]
    assert (process.returncode, last["event"]) == (0, "ready"), last
    assert last["plan"]["framework"] == "static"
    assert last["url"].startswith("http://127.0.0.1:")
    assert left_behind(tmp_path / "data") == []


def test_what_lies_in_the_folder_is_not_imported_by_us(folder: Path, tmp_path: Path) -> None:
    (folder / "worker.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    environment = settings_of_this_machine() | {"DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    argv = [sys.executable, "-P", "-m", "cli", "preview", ".", "--once", "--json"]
    done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert events(done.stdout)[-1]["event"] == "ready"
    assert not (tmp_path / "ran").exists()


def test_a_failure_names_cause_and_fix_and_ends_with_1(folder: Path, tmp_path: Path) -> None:
    name, text = CRASH
    (folder / name).write_text(text)
    with previewing(tmp_path / "data", str(folder), "--once", "--json") as process:
        output, _ = process.communicate(timeout=120)
    last = events(output)[-1]
    assert (process.returncode, last["event"]) == (1, "failed")
    assert "exited with 1 before it listened" in last["cause"]
    assert {"event": "log", "line": "no flux"} in events(output)
    assert left_behind(tmp_path / "data") == []


def test_a_folder_that_nobody_knows_is_told_to_people(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("x")
    with previewing(tmp_path / "data", str(tmp_path / "notes")) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "No application was recognised" in said
    assert "Add a Procfile" in said


def test_it_is_served_until_ctrl_c_and_then_nothing_is_left(folder: Path, tmp_path: Path) -> None:
    with previewing(tmp_path / "data", str(folder), "--json") as process:
        assert process.stdout is not None
        ready = next(event for line in process.stdout if (event := json.loads(line))["event"] in ("ready", "failed"))
        answers = [httpx.get(ready["url"], trust_env=False).text for _ in range(3)]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert answers == ["<h1>folder</h1>"] * 3
    assert left_behind(tmp_path / "data") == []
