"""A trial in a real sandbox host: SIGTERM, memory, routes, and nothing that stays."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.readiness.facts import NoTrial, Trial
from engine.sandboxes.port import Sandboxes
from tests.readiness.inspecting.rig import InspectRig
from tests.sandboxes.host import a_sandbox_host

#: Answers, says an error, and lets its tests be run; ends as `{end}` on SIGTERM.
SERVER = """\
import http.server, os, signal, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
{end}
print("ERROR: the cache is cold", flush=True)
server.serve_forever()
"""
GRACEFUL = "signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
PLAIN = "pass"


def server(end: str) -> dict[str, str]:
    """An application that needs nothing installed."""
    return {"server.py": SERVER.replace("{end}", end), "Procfile": "web: python3 server.py\n"}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandboxes]:
    with a_sandbox_host(tmp_path_factory.mktemp("host")) as sandboxes:
        yield sandboxes


@pytest.fixture
def rig(host: Sandboxes, tmp_path: Path) -> Iterator[InspectRig]:
    made = InspectRig(tmp_path, host, startup_timeout=20, grace=1.5)
    yield made
    for sandbox_id in host.find({}):
        host.kill(sandbox_id)
    made.close()


def builds_that_run(rig: InspectRig, host: Sandboxes) -> list[str]:
    """What the host lists as running."""
    found: list[str] = []

    def keep(environment: Mapping[str, str]) -> bool:
        found.append(environment.get("SLIPWAY_BUILD", ""))
        return False

    host.connect(rig.preview.sandbox_id).stop(keep, 0)
    return found


@pytest.mark.parametrize(("end", "code"), [(GRACEFUL, 0), (DEAF, None), (PLAIN, -1)])
def test_a_trial_is_measured_stopped_and_gone(rig: InspectRig, host: Sandboxes, end: str, code: int | None) -> None:
    build = rig.built(server(end))
    trial = rig.inspected(build.sha).trial
    assert isinstance(trial, Trial)
    assert (trial.health_status, trial.stop_code, trial.trouble) == (200, code, "")
    assert trial.memory_mb is not None
    assert 1 < trial.memory_mb < 200
    assert [error.text for error in trial.errors] == ["the cache is cold"]
    assert builds_that_run(rig, host) == [build.id]


#: Takes 200 MB when it is started first; later 340 MB in two processes, each smaller than that.
HUNGRY = """\
import time
mark = os.environ["SLIPWAY_DATA"] + "/was-here"
first = not os.path.exists(mark)
os.makedirs(os.path.dirname(mark), exist_ok=True)
open(mark, "w").close()
child = 0 if first else os.fork()
kept = []
for _ in range(100 if first else 85):
    kept.append(bytearray(b"x" * (2 << 20)))
    time.sleep(0.005)
if not first:
    os._exit(os.waitpid(child, 0)[1] and 1) if child else time.sleep(60)
"""


def test_what_serves_outlives_a_trial_for_which_there_is_no_memory(rig: InspectRig, host: Sandboxes) -> None:
    build = rig.built(server(HUNGRY))
    trial = rig.inspected(build.sha).trial
    assert isinstance(trial, NoTrial), trial
    assert trial.why == "the sandbox has no memory for a second start beside the one that serves"
    assert builds_that_run(rig, host) == [build.id]
