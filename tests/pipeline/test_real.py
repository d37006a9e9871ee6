"""Real applications in a real sandbox host: installed, started, probed, switched."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.domain.build import BuildState
from engine.pipeline.probe import connect
from engine.sandboxes.port import Sandboxes, Upstream
from tests.pipeline.rig import Rig
from tests.sandboxes.host import a_sandbox_host

FLASK = """\
import os
from flask import Flask
app = Flask(__name__)
@app.get("/")
def home():
    return "{words}"
@app.get("/environment")
def environment():
    return dict(os.environ)
"""
EXPRESS = """\
const app = require("express")();
app.get("/", (request, response) => response.send("express {words}"));
app.listen(process.env.PORT, "127.0.0.1");
"""
PACKAGE = '{"name": "x", "version": "1.0.0", "scripts": {"start": "node server.js"}, "dependencies": {"express": "^4"}}'


def flask(words: str) -> dict[str, str]:
    return {"app.py": FLASK.replace("{words}", words), "requirements.txt": "flask\ngunicorn\n"}


def express(words: str) -> dict[str, str]:
    return {"server.js": EXPRESS.replace("{words}", words), "package.json": PACKAGE}


def static(words: str) -> dict[str, str]:
    return {"index.html": f"<h1>{words}</h1>"}


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandboxes]:
    with a_sandbox_host(tmp_path_factory.mktemp("host")) as sandboxes:
        yield sandboxes


@pytest.fixture
def rig(host: Sandboxes, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, host, startup_timeout=20)
    yield made
    for sandbox_id in host.find({}):
        host.kill(sandbox_id)
    made.close()


def visit(rig: Rig, path: str = "/") -> str:
    """What a visitor of the preview gets."""
    with connect(Upstream(rig.route()["upstream"]), 10) as visitor:
        visitor.sendall(f"GET {path} HTTP/1.0\r\nHost: preview.localhost\r\n\r\n".encode())
        answer = b""
        while piece := visitor.recv(65536):
            answer += piece
    return answer.decode().partition("\r\n\r\n")[2]


@pytest.mark.parametrize(("application", "words"), [(flask, "one"), (express, "express one"), (static, "<h1>one</h1>")])
def test_an_application_is_built_and_the_next_push_takes_its_place(rig: Rig, application: object, words: str) -> None:
    assert callable(application)
    first = rig.built(application("one"))
    assert first.state is BuildState.READY, rig.log(first.id)
    assert visit(rig) == words
    second = rig.built(application("two"))
    assert second.state is BuildState.READY, rig.log(second.id)
    assert visit(rig) == words.replace("one", "two")
    assert second.version == "build_v0_2"


def test_a_broken_push_is_named_with_its_line_and_the_old_one_serves(rig: Rig) -> None:
    rig.built(flask("works"))
    bad = rig.built({"app.py": FLASK + "raise RuntimeError('the flux is missing')\n"})
    assert bad.state is BuildState.FAILED
    assert "RuntimeError: the flux is missing (app.py:10)" in bad.cause
    assert visit(rig) == "works"


def test_an_application_on_a_port_of_its_own_is_named(rig: Rig) -> None:
    settings = replace(rig.settings, startup_timeout=2)
    rig.use(replace(rig.build_handler, settings=settings))
    files = {"slipway.yml": "start: python3 -u -m http.server 8765 --bind 127.0.0.1\n", "index.html": "x"}
    ended = rig.built(files)
    assert ended.cause == "The application listens on port 8765, not on $PORT (3002)."


def test_a_requirement_that_is_nowhere_is_named(rig: Rig) -> None:
    ended = rig.built(flask("x") | {"requirements.txt": "flask\nslipway-has-no-such-package==9.9\n"})
    assert ended.state is BuildState.FAILED
    assert ended.cause.startswith("Install requirements.txt ended with")
    assert any("slipway-has-no-such-package" in line for line in rig.log(ended.id))


def test_memory_that_runs_out_is_named(rig: Rig) -> None:
    start = "start: [python3, -c, 'x = bytearray(1 << 32); x[::4096] = b\"1\" * (1 << 20)']\n"
    ended = rig.built({"slipway.yml": start, "index.html": "x"})
    assert ended.cause == "The application ended: out of memory."


def test_the_environment_of_an_application_holds_nothing_of_ours(rig: Rig) -> None:
    build = rig.built(flask("x"))
    assert build.state is BuildState.READY, rig.log(build.id)
    environment = visit(rig, "/environment")
    for word in ("in-memory", "SANDBOXD", "E2B_API", "GITHUB_"):
        assert word not in environment


def test_closing_ends_everything(rig: Rig, host: Sandboxes) -> None:
    rig.built(static("x"))
    rig.end()
    rig.run()
    assert host.find({}) == []
