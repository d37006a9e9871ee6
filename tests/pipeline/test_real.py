"""Real applications in a real sandbox host: installed, started, probed, switched."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.domain.build import BuildState
from engine.pipeline.probe import connect
from engine.sandboxes.port import Sandboxes, Upstream
from tests.pipeline.rig import Rig
from tests.pipeline.scenes import when_it_waits
from tests.sandboxes.host import a_sandbox_host
from tests.wakeups.waiting import wait_until

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
@app.get("/die")
def die():
    print("the flux is gone", flush=True)
    os._exit(3)
@app.get("/eat")
def eat():
    return str(len(bytearray(1 << 32).replace(b"\\0", b"1")))
"""
#: Ignores what asks it to end, leaves its session, and forks children that do the same; then says so.
HOSTILE = """\
import os, signal, time
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
for _ in range(20):
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
print("hostile now", flush=True)
time.sleep(600)
"""
#: One process, so that it is the application that ends.
FLASK_ALONE = {"slipway.yml": "start: flask run --host 127.0.0.1 --port $PORT\n"}
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


def reap_until_restarted(rig: Rig) -> None:
    """The reaper looks again and again, as its loop does, and its jobs run."""

    def restarted() -> bool:
        rig.reaper.beat()
        rig.run()
        return rig.kinds(rig.preview.id)[-1] == "application_restarted"

    wait_until(restarted, "the application to be started again", 60)


def tagged(build_id: str) -> list[str]:
    """Processes of this machine that carry a build's tag."""
    tag = f"SLIPWAY_BUILD={build_id}".encode()
    return [each.name for each in Path("/proc").iterdir() if each.name.isdigit() and tag in environment_of(each)]


def environment_of(process: Path) -> list[bytes]:
    """A process's environment; nothing when it is gone or not ours to read."""
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


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
    assert "RuntimeError: the flux is missing (app.py:17)" in bad.cause
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


def test_a_cancelled_build_leaves_nothing_whatever_it_did(rig: Rig, host: Sandboxes) -> None:
    rig.built(flask("works"))
    hostile = {"slipway.yml": "build: python3 hostile.py\n", "hostile.py": HOSTILE}
    build = rig.ask(rig.push(hostile))

    def cancel() -> None:
        wait_until(lambda: "hostile now" in rig.log(build.id), "it to be hostile", 60)
        assert len(tagged(build.id)) > 20
        rig.cancel(build.id)
        rig.run_quick()
        assert rig.build(build.id).state is BuildState.CANCELLED

    when_it_waits(rig, cancel)
    assert rig.build(build.id).status_message == "Cancelled by octo"
    assert tagged(build.id) == []
    assert visit(rig) == "works"


def test_an_application_that_dies_is_started_again_and_says_why(rig: Rig) -> None:
    build = rig.built(flask("works") | FLASK_ALONE)
    assert build.state is BuildState.READY, rig.log(build.id)
    assert visit(rig, "/die") == ""
    reap_until_restarted(rig)
    assert visit(rig) == "works"
    assert "The application exited with 3 while it served" in rig.messages(rig.preview.id)[-2]
    assert "the flux is gone" in rig.log(build.id)


def test_an_application_that_runs_out_of_memory_says_so(rig: Rig) -> None:
    build = rig.built(flask("works") | FLASK_ALONE)
    assert build.state is BuildState.READY, rig.log(build.id)
    assert visit(rig, "/eat") == ""
    reap_until_restarted(rig)
    assert visit(rig) == "works"
    assert rig.preview.death == "The application ended: out of memory."


def test_closing_ends_everything(rig: Rig, host: Sandboxes) -> None:
    rig.built(static("x"))
    rig.end()
    rig.run()
    assert host.find({}) == {}
