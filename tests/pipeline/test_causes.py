"""What a log and an exit code are made of: one sentence of what, one of what to do."""

import pytest

from engine.pipeline import causes
from engine.pipeline.first_error import first_error
from engine.sandboxes.port import Finished

FOLDER = "/home/user/revisions/bld_1"
TRACEBACK = f"""\
[INFO] Starting gunicorn 23.0.0
Traceback (most recent call last):
  File "/home/user/environments/ab/lib/python3.11/site-packages/gunicorn/util.py", line 420, in import_app
    mod = importlib.import_module(module)
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "{FOLDER}/shop/web.py", line 7, in <module>
    raise RuntimeError("the flux is missing")
RuntimeError: the flux is missing
[ERROR] Shutting down: Master
"""
CHAINED = f"""\
Traceback (most recent call last):
  File "{FOLDER}/a.py", line 1, in <module>
KeyError: 'first'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "{FOLDER}/a.py", line 4, in <module>
shop.errors.ShopError: second
"""
SYNTAX = f"""\
  File "{FOLDER}/app.py", line 3
    def x(:
          ^
SyntaxError: invalid syntax
"""
NODE = f"""\
{FOLDER}/server.js:5
  throw new TypeError("no port");
  ^

TypeError: no port
    at Object.<anonymous> ({FOLDER}/server.js:5:9)
    at Module._compile (node:internal/modules/cjs/loader:1358:14)
"""
NPM = "npm error code E404\nnpm error 404 Not Found - GET nosuchthing\nnpm error A complete log of this run\n"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (TRACEBACK, "RuntimeError: the flux is missing (shop/web.py:7)"),
        (CHAINED, "shop.errors.ShopError: second (a.py:4)"),
        (SYNTAX, "SyntaxError: invalid syntax (app.py:3)"),
        (NODE, "TypeError: no port (server.js:5)"),
        (NPM, "404 Not Found - GET nosuchthing"),
        ("error: Failed to build `x`", "Failed to build `x`"),
        ("all is well\n", ""),
        ("", ""),
    ],
)
def test_the_first_real_error_is_found_with_its_place(log: str, expected: str) -> None:
    assert first_error(log.splitlines(), FOLDER) == expected


def test_an_endless_message_is_cut() -> None:
    assert len(first_error([f"ValueError: {'x' * 5000}", "Error: y"], FOLDER)) < 400


@pytest.mark.parametrize(
    ("finished", "log", "code", "words"),
    [
        (Finished(1), TRACEBACK, "exited", "exited with 1 before it listened on $PORT: RuntimeError"),
        (Finished(0), "bye", "exited", "exited with 0 before it listened on $PORT, and said nothing"),
        (Finished(-1, out_of_memory=True), "", "out_of_memory", "out of memory"),
        (Finished(134), "FATAL ERROR: JavaScript heap out of memory", "out_of_memory", "out of memory"),
        (Finished(1), "ModuleNotFoundError: No module named 'yaml'", "module_missing", "module yaml is not installed"),
        (Finished(1), "Error: Cannot find module 'pg'", "module_missing", "module pg is not installed"),
        (Finished(1), "Error: listen EADDRINUSE: address already in use", "port_taken", "port is taken"),
        (Finished(127), "slipway: 1: exec: gunicorn: not found", "no_program", "no program gunicorn"),
        (Finished(1), "OSError: [Errno 28] No space left on device", "disk_full", "disk is full"),
        (Finished(1), "[slipway] egress to api.example.com:443 is not allowed", "egress_denied", "api.example.com"),
    ],
)
def test_an_application_that_ended_early_is_named(finished: Finished, log: str, code: str, words: str) -> None:
    cause = causes.ended_early(finished, log.splitlines(), FOLDER)
    assert cause.code == code
    assert words in cause.sentence
    assert cause.fix


@pytest.mark.parametrize(
    ("line", "port"),
    [
        (" * Running on http://127.0.0.1:5000", 5000),
        ("Listening on port 8000", 8000),
        ("server started on port: 3000!", 3000),
        ("[INFO] Listening at: http://0.0.0.0:8000 (2)", 8000),
        ("ready on http://[::1]:4321/", 4321),
    ],
)
def test_the_wrong_port_is_said(line: str, port: int) -> None:
    cause = causes.nothing_listens(3001, 60, ["starting", line])
    assert (cause.code, f"port {port}, not on $PORT (3001)" in cause.sentence) == ("wrong_port", True)


@pytest.mark.parametrize("lines", [[], ["port 3001 it is", "Listening on port 3001"], ["took 12345 ms"]])
def test_nothing_that_listens_is_said(lines: list[str]) -> None:
    cause = causes.nothing_listens(3001, 60, lines)
    assert cause.sentence == "Nothing listened on $PORT (3001) in 60 s."


def test_a_bad_health_answer_names_path_and_status() -> None:
    cause = causes.unhealthy("/", 500, TRACEBACK.splitlines(), FOLDER)
    assert cause.sentence == "The health path / answered 500: RuntimeError: the flux is missing (shop/web.py:7)"
    assert "health_path" in causes.unhealthy("/", 404, [], FOLDER).fix


def test_a_failing_step_says_which() -> None:
    cause = causes.step_failed("install requirements.txt", Finished(1), ["error: No such package"], FOLDER)
    assert cause.sentence == "Install requirements.txt ended with 1: No such package"
    assert "600 s" in causes.step_timed_out("build script", 600).sentence
