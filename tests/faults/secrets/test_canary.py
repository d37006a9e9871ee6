"""Secret values through a real sandbox, a real log and a real database: found nowhere (fault D9)."""

import io
import json
import logging
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from engine.domain.build import BuildState
from engine.logging import configure
from engine.pipeline.probe import connect
from engine.sandboxes.port import Sandboxes, Upstream
from engine.variables.vault import new_key
from tests.faults.conftest import Figures
from tests.faults.secrets import application
from tests.faults.secrets.search import Watch, files_below, found_in, rows_of
from tests.pipeline.rig import Rig
from tests.sandboxes.host import a_sandbox_host
from tests.variables.scenes import a_value, set_in
from tests.wakeups.waiting import wait_until

SAYS = b"preview: {variables: staging}\nenvironments: {staging: {}}\n"
PEM = "\n".join(["-----BEGIN KEY-----", *(secrets.token_urlsafe(48) for _ in range(4)), "-----END KEY-----", ""])
CANARIES = {
    "CANARY_ONE": f"Canary-{secrets.token_urlsafe(18)}",
    "CANARY_TWO": f"cän&ary /+\"'\\ %5B{secrets.token_urlsafe(12)}= <x>?",
    "CANARY_KEY": PEM,
    "CANARY_JSON": json.dumps({"private_key": PEM, "token": f"leaf-{secrets.token_urlsafe(18)}"}),
    "CANARY_URL": f"postgres://app:pw-{secrets.token_urlsafe(12)}@db.example/shop",
}
#: Told in the same ways, and no secret: the search must find it.
CONTROL = f"control-{secrets.token_urlsafe(18)}"
SOURCE = Path(application.__file__).read_text()


def files(mode: str) -> dict[str, str]:
    return {"application.py": SOURCE, "slipway.yml": f"start: python3 application.py {mode}\n"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets")


@pytest.fixture(scope="module")
def host(house: Path) -> Iterator[Sandboxes]:
    with a_sandbox_host(house / "host") as sandboxes:
        yield sandboxes


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What this process logs meanwhile."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure("worker", stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def rig(host: Sandboxes, house: Path, said: io.StringIO) -> Iterator[Rig]:
    made = Rig(house / "rig", host, startup_timeout=30, facts={"SECRET_KEYS": new_key().reveal()})
    made.push(files("first"))
    made.forge.repositories[7].files["main"] = {"slipway.yml": SAYS}
    news = [a_value(key, value) for key, value in CANARIES.items()]
    control = a_value("CANARY_PLAIN", CONTROL, secret=False)
    set_in(made.database, made.variables, *news, control, name="staging")
    yield made
    made.close()


def test_values_are_told_in_every_way_and_found_nowhere(
    rig: Rig, house: Path, said: io.StringIO, figures: Figures
) -> None:
    with Watch() as watch:
        build = rig.built(files("serve"))
        assert build.state is BuildState.READY, rig.log(build.id)
        die(rig)
        wait_until(lambda: restarted(rig), "the application to be started again", 60)
        crashed = rig.built(files("crash"))
    assert "RuntimeError: no [hidden] and no '[hidden]'" in crashed.cause
    structlog.get_logger("here").error("told", why=CANARIES["CANARY_ONE"], exc_info=ValueError(CANARIES["CANARY_TWO"]))
    places = rows_of(rig.database) | files_below(house) | watch.told | {"our log": said.getvalue()}
    assert found_in(places, list(CANARIES.values())) == []
    assert {hit.partition(":")[0] for hit in found_in(places, [CONTROL])} >= {f"log {build.id}", f"log {crashed.id}"}
    assert len(found_in(places, [CONTROL])) > 150
    lines = rig.log(build.id) + rig.log(crashed.id)
    assert sum("[hidden]" in line for line in lines) > 300
    assert [line for line in lines if line.startswith("{'") and "'CANARY_ONE': '[hidden]'" in line]
    figures.say(
        f"D9: {len(CANARIES)} secrets told in {len(lines)} lines, 0 hits in {len(places)} places: every SQL column, "
        f"the logs, the files of the data folders, our own log, and every process ({watch.looks} looks)"
    )


def die(rig: Rig) -> None:
    """The application tells everything once more, and ends."""
    with rig.database.read() as connection:
        serving = text("SELECT upstream FROM routes WHERE state = 'serving'")
        upstream = Upstream(connection.execute(serving).scalar_one())
    with connect(upstream, 30) as visitor:
        visitor.sendall(b"GET /die HTTP/1.0\r\nHost: preview.localhost\r\n\r\n")
        while visitor.recv(65536):
            pass


def restarted(rig: Rig) -> bool:
    rig.reaper.beat()
    rig.run()
    return rig.kinds(rig.preview.id)[-1] == "application_restarted"
