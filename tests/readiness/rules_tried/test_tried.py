"""What rules say of builds and trials, where their own examples don't."""

from dataclasses import replace
from typing import Any

import pytest

from engine.readiness.facts import BuildFacts, EndpointAnswer, LogError, NoTrial, Trial
from engine.readiness.facts import TestsRun as Ran
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Hit, Kept, NotApplicable, NotLooked, Verdict
from engine.readiness.rules.table import BY_ID, TRIED
from tests.readiness.example_facts import facts_of

WELL = Trial(at=0.0, start_seconds=1.0, health_path="/", health_status=200, stop_code=0, stop_seconds=0.2)
APP = {"app.py": "from flask import Flask\napp = Flask(__name__)\n", "tests/test_app.py": "a\nb\n"}
NO_TRIAL = NoTrial("its preview serves another commit")


def says(rule: str, files: dict[str, str] | None = None, **facts: Any) -> Verdict:
    """A rule's word."""
    return BY_ID[rule].check(facts_of(files if files is not None else APP, **facts))


def hits(verdict: Verdict) -> tuple[Hit, ...]:
    """Where it is broken."""
    assert isinstance(verdict, Broken)
    return verdict.hits


OF_TRIALS = [
    rule.id
    for rule in TRIED
    if rule.id not in ("configuration-valid", "build-passes", "health-route", "starts-in-time")
]


@pytest.mark.parametrize("rule", OF_TRIALS)
def test_without_a_trial_nothing_is_called_kept(rule: str) -> None:
    assert says(rule, trial=NO_TRIAL) == NotLooked(NO_TRIAL.why)


def test_without_a_trial_the_last_launch_tells_how_long_a_start_takes() -> None:
    slow = BuildFacts("bld_1", "ready", stages=(("launching", 45.0),))
    assert hits(says("starts-in-time", trial=NO_TRIAL, build=slow))[0].message.startswith("It took 45 s")
    assert says("starts-in-time", trial=NO_TRIAL, build=replace(slow, state="failed")) == NotLooked(NO_TRIAL.why)
    assert says("starts-in-time", trial=NO_TRIAL) == NotLooked(NO_TRIAL.why)


@pytest.mark.parametrize("code", ["gave_up", "denied", "fork_needs_approval", "commit_gone"])
def test_a_build_that_others_ended_says_nothing(code: str) -> None:
    assert isinstance(says("build-passes", build=BuildFacts("bld_1", "failed", code, "It ended.")), NotLooked)


@pytest.mark.parametrize("code", ["exited", "bad_configuration", "out_of_memory", "failed"])
def test_a_build_that_failed_by_itself_blocks(code: str) -> None:
    (hit,) = hits(says("build-passes", build=BuildFacts("bld_1", "failed", code, "It fell (app.py:2)")))
    assert (hit.message, hit.path, hit.line) == ("The build failed: It fell (app.py:2)", "app.py", 2)


def test_a_place_that_isnt_in_the_repository_is_no_evidence() -> None:
    (hit,) = hits(says("build-passes", build=BuildFacts("bld_1", "failed", "exited", "It fell (other.py:2)")))
    assert (hit.path, hit.line) == ("", 0)


@pytest.mark.parametrize(("status", "words"), [(503, "answered 503"), (404, "answered 404"), (0, "did not answer")])
def test_a_health_path_that_answers_badly_blocks(status: int, words: str) -> None:
    assert words in hits(says("health-answers", trial=replace(WELL, health_status=status)))[0].message


def test_a_redirect_of_the_health_path_is_well() -> None:
    assert says("health-answers", trial=replace(WELL, health_status=302)) == Kept()


@pytest.mark.parametrize("code", [0, 143, -15, -1])
def test_ending_by_the_signal_is_stopping(code: int) -> None:
    assert says("stops-gracefully", trial=replace(WELL, stop_code=code)) == Kept()


@pytest.mark.parametrize("rule", ["stops-gracefully", "starts-in-time"])
def test_of_one_that_didnt_stay_well_nothing_more_is_said(rule: str) -> None:
    assert isinstance(says(rule, trial=replace(WELL, trouble="It fell.")), NotLooked)


def test_memory_that_nobody_measured_is_not_looked_at() -> None:
    assert isinstance(says("memory-at-rest", trial=WELL), NotLooked)
    assert says("memory-at-rest", trial=replace(WELL, memory_mb=380.0, memory_limit_mb=512.0)) == Kept()


def test_the_same_error_told_twice_is_one_finding() -> None:
    errors = (LogError("row 1 is cold", "app.py", 2), LogError("row 2 is cold", "app.py", 2))
    assert len(hits(says("log-clean", trial=replace(WELL, errors=errors)))) == 1


def asked(*answers: tuple[str, int]) -> Trial:
    endpoints = tuple(EndpointAnswer(route, status, 5000.0, "app.py", 2) for route, status in answers)
    return replace(WELL, endpoints=endpoints)


def test_only_server_errors_and_silence_are_findings() -> None:
    verdict = says("endpoints-answer", trial=asked(("/a", 200), ("/b", 404), ("/c", 401), ("/d", 502), ("/e", 0)))
    assert [(hit.key, hit.severity) for hit in hits(verdict)] == [("/d", None), ("/e", Severity.WARNING)]


def test_where_no_route_is_known_nothing_is_said() -> None:
    assert says("endpoints-answer", trial=WELL) == NotApplicable()


def own_tests(code: int, *tail: str, timed_out: bool = False) -> Trial:
    return replace(WELL, tests=Ran(("python", "-m", "pytest"), code, 120.0, timed_out=timed_out, tail=tail))


def test_tests_that_fail_name_the_first_one() -> None:
    tail = (
        "tests/test_app.py:1: in test_one",
        "tests/test_app.py:2: AssertionError",
        "FAILED tests/test_app.py::test_one",
    )
    (hit,) = hits(says("tests-pass", trial=own_tests(1, *tail)))
    assert (hit.message, hit.path) == ("`python -m pytest` ended with 1 at test_one.", "tests/test_app.py")


def test_tests_of_node_name_the_line_of_their_trace() -> None:
    tail = ("# fail 1", "    at node:internal/test:7:1", "    TestContext.<anonymous> (a.test.js:2:86)")
    (hit,) = hits(says("tests-pass", {"a.test.js": "1\n2\n"}, trial=own_tests(1, *tail)))
    assert (hit.path, hit.line) == ("a.test.js", 2)


def test_tests_that_take_too_long_are_not_looked_at() -> None:
    assert says("tests-pass", trial=own_tests(-1, timed_out=True)) == NotLooked("they were not done after 120 s")


@pytest.mark.parametrize(
    ("why", "verdict"),
    [
        ("there are no tests", NotApplicable()),
        ("package.json has no test script", NotApplicable()),
        ("pytest is not installed where it was built", NotLooked("pytest is not installed where it was built")),
    ],
)
def test_no_tests_is_another_rules_affair(why: str, verdict: Verdict) -> None:
    assert says("tests-pass", trial=replace(WELL, no_tests=why)) == verdict


@pytest.mark.parametrize(
    ("files", "places"),
    [
        ({"slipway.yml": "root: .\nreadiness:\n  when: never\n"}, [("slipway.yml", 3)]),
        ({"slipway.yml": "environments:\n  production:\n    deplyers: [x]\n"}, [("slipway.yml", 3)]),
        ({"slipway.yml": "a: [\n"}, [("slipway.yml", 0)]),
        ({"package.json": '{\n"name": x}\n'}, [("package.json", 2)]),
        ({"package.json": "[]"}, [("package.json", 1)]),
        ({"pyproject.toml": "[project]\nname = \n"}, [("pyproject.toml", 2)]),
    ],
)
def test_a_file_that_cant_be_read_is_told_at_its_line(files: dict[str, str], places: list[tuple[str, int]]) -> None:
    assert [(hit.path, hit.line) for hit in hits(says("configuration-valid", files))] == places


def test_files_that_can_be_read_are_well() -> None:
    files = {"package.json": "{}", "pyproject.toml": '[project]\nname = "x"\n', "slipway.yml": ""}
    assert says("configuration-valid", files) == Kept()
    assert says("configuration-valid", {"app.py": ""}) == NotApplicable()


EXPRESS = "const express = require('express');\nconst app = express();\n"


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({"server.js": EXPRESS + "app.get('/healthz', (q, r) => r.send('ok'));\n"}, Kept()),
        ({"app.py": APP["app.py"], "slipway.yml": "health_path: /well\n"}, Kept()),
        ({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/api/health')\ndef h(): ...\n"}, Kept()),
        ({"index.html": ""}, NotApplicable()),
        ({"a.py": APP["app.py"], "b.py": APP["app.py"]}, NotApplicable()),
    ],
)
def test_a_health_route_by_another_name_counts(files: dict[str, str], verdict: Verdict) -> None:
    assert says("health-route", files) == verdict


def test_an_express_application_without_one_is_told_where_it_is_made() -> None:
    (hit,) = hits(says("health-route", {"server.js": EXPRESS}))
    assert (hit.path, hit.line) == ("server.js", 2)
