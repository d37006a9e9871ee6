"""What is read out of an application's words, and which of its paths and tests are tried: pure."""

import pytest

from engine.detect.routes.route import Route
from engine.detect.tree import MemoryTree
from engine.domain.plan import AppPlan
from engine.readiness.build_facts import differs, stages_of
from engine.readiness.facts import BuildFacts, LogError
from engine.readiness.trial.endpoints import MOST, asked_of
from engine.readiness.trial.log import errors_in
from engine.readiness.trial.own_tests import HAS_PROGRAM, NPM, PYTEST, OwnTests, own_tests_of, why_unsure
from engine.store.timeline import Moment

FOLDER = "/home/user/revisions/bld_1"
TRACEBACK = ["Traceback (most recent call last):", f'  File "{FOLDER}/shop/db.py", line 7, in load', "KeyError: 'x'"]


@pytest.mark.parametrize(
    ("lines", "errors"),
    [
        (["[INFO] fine", "no error here", "0 errors", "Error rate: 0"], []),
        (["DEBUG retrying after error", "see ERRORS.md", "GET /error 200"], []),
        (TRACEBACK, [LogError("KeyError: 'x'", "shop/db.py", 7)]),
        (["ERROR in app: Exception on /boom [GET]", *TRACEBACK], [LogError("KeyError: 'x'", "shop/db.py", 7)]),
        (
            [*TRACEBACK, "", "During handling of the above exception, another exception occurred:", "", *TRACEBACK],
            [LogError("KeyError: 'x'", "shop/db.py", 7)],
        ),
        (
            ["2026-11-21 15:00:00,123 ERROR shop.db: it is cold"],
            [LogError("2026-11-21 15:00:00,123 ERROR shop.db: it is cold")],
        ),
        (["ERROR:root:it is cold", "ERROR:root:it is cold"], [LogError("root:it is cold")]),
        (
            ['{"level":50,"time":1,"msg":"it is cold"}', '{"level":30,"msg":"fine"}'],
            [LogError('{"level":50,"time":1,"msg":"it is cold"}')],
        ),
        (
            [
                "TypeError: x is not a function",
                f"    at load (file://{FOLDER}/server.js:9:3)",
                "    at node:internal:1:2",
            ],
            [LogError("TypeError: x is not a function", "server.js", 9)],
        ),
        (["Error: no flux", f"    at {FOLDER}/server.js:3:36"], [LogError("Error: no flux", "server.js", 3)]),
        (["UnhandledPromiseRejectionWarning: no"], [LogError("UnhandledPromiseRejectionWarning: no")]),
    ],
)
def test_errors_are_told_from_other_words(lines: list[str], errors: list[LogError]) -> None:
    assert list(errors_in(lines, FOLDER)) == errors


def test_a_log_full_of_errors_tells_twenty() -> None:
    assert len(errors_in([f"ERROR: number {chr(97 + n % 26)}{n}" for n in range(50)], FOLDER)) == 20


def route(path: str, method: str = "GET") -> Route:
    return Route(method, path, "app.py", 1)


def test_only_plain_gets_that_sound_harmless_are_asked_once() -> None:
    harmless = [route("/"), route("/orders"), route("/orders"), route("/cancellations"), route("/exits")]
    others = [route("/orders/<id>"), route("/orders", "POST"), route("/log-out"), route("/admin/delete_all")]
    others += [route("/größe"), route("/a b"), route("orders")]
    assert [each.path for each in asked_of([*others, *harmless])] == ["/", "/cancellations", "/exits", "/orders"]


def test_no_more_than_thirty_routes_are_asked() -> None:
    assert len(asked_of([route(f"/{number}") for number in range(50)])) == MOST


def plan(runtime: str, root: str = ".") -> AppPlan:
    return AppPlan(runtime, runtime, (), (), (), (), root=root)


@pytest.mark.parametrize(
    ("runtime", "files", "expected"),
    [
        ("python", {"test_app.py": ""}, PYTEST),
        ("python", {"app.py": "", "node_modules/x/test_x.py": ""}, "there are no tests"),
        ("node", {"package.json": '{"scripts": {"test": "CI=1 jest --runInBand"}}'}, NPM),
        (
            "node",
            {"package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'},
            "package.json has no test script",
        ),
        ("static", {"index.html": ""}, "nothing here has tests"),
    ],
)
def test_its_own_tests_are_found(runtime: str, files: dict[str, str], expected: object) -> None:
    found = own_tests_of(MemoryTree({path: text.encode() for path, text in files.items()}), plan(runtime))
    assert (found.argv if isinstance(found, OwnTests) else found) == expected


def test_the_runner_of_a_script_is_asked_for_by_its_name() -> None:
    tree = MemoryTree({"web/package.json": b'{"scripts": {"test": "NODE_ENV=test mocha"}}'})
    found = own_tests_of(tree, plan("node", "web"))
    assert isinstance(found, OwnTests)
    assert (found.asked, found.runner) == ((*HAS_PROGRAM, "mocha"), "mocha")


@pytest.mark.parametrize(
    ("code", "line", "why"),
    [
        (0, "Connection refused", ""),
        (1, "FAILED test_app.py::test_sum - assert 2 == 3", ""),
        (5, "no tests ran", "pytest found no tests"),
        (4, "usage: pytest", "pytest could not begin (it ended with 4)"),
        (1, "E  ModuleNotFoundError: No module named 'factory'", "the tests need what a sandbox hasn't: E  Module"),
        (1, "getaddrinfo ENOTFOUND db", "the tests need what a sandbox hasn't: getaddrinfo"),
    ],
)
def test_a_bad_end_counts_only_where_it_is_sure(code: int, line: str, why: str) -> None:
    told = why_unsure(OwnTests((), PYTEST, "pytest"), code, [line])
    assert told.startswith(why)
    assert bool(told) == bool(why)


def test_stages_are_timed_by_the_moments_between_them() -> None:
    told = [("queued", 0), ("starting", 1), ("source", 2), ("dependencies", 4.5), ("stopping", 5), ("launching", 10)]
    moments = [Moment(at, kind, "", None) for kind, at in (*told, ("ready", 11.25), ("mvp_built", 12))]
    assert stages_of(moments) == (("source", 2.5), ("dependencies", 5.5), ("launching", 1.2))


def test_another_build_differs_and_the_same_doesnt() -> None:
    build = BuildFacts("bld_1", "ready")
    assert [differs(None, None), differs(build, build)] == [False, False]
    assert [differs(None, build), differs(BuildFacts("bld_0", "ready"), build)] == [True, True]
