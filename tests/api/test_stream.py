"""The stream of a deployment: who may open it, what it tells, and how it ends."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bot.pages.open_streams import MOST_EACH
from engine.access.hashes import hash_of
from engine.domain.permission import Role
from engine.domain.release import DeployState
from engine.store.access_schema import sessions
from tests.access.world import READER
from tests.api.deploys import Deploys, code_of
from tests.api.serving import serving

#: Seconds for what should come at once, on a machine that does much else.
PATIENCE = 30.0


@pytest.fixture
def address(deploys: Deploys) -> Iterator[str]:
    """Where streams are opened."""
    with serving(deploys.web) as address:
        yield f"ws{address.removeprefix('http')}/ws/deployments"


@contextmanager
def opened(address: str, release_id: str, first: object = None, **more: Any) -> Iterator[ClientConnection]:
    """A connection whose first message was sent, if there is one."""
    with connect(f"{address}/{release_id}", open_timeout=PATIENCE, close_timeout=1, **more) as socket:
        if first is not None:
            socket.send(first if isinstance(first, str | bytes) else json.dumps(first))
        yield socket


def token_for(deploys: Deploys, release_id: str, *, by: str = "reader") -> str:
    """A new token."""
    answer = deploys.call("POST", f"/api/deployments/{release_id}/stream-token", by=by)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def entry(token: str, **more: object) -> dict[str, object]:
    """A first message."""
    return {"type": "authenticate", "token": token} | more


def hear(socket: ClientConnection) -> dict[str, Any]:
    """The next message."""
    said: dict[str, Any] = json.loads(socket.recv(timeout=PATIENCE))
    return said


def closing(socket: ClientConnection) -> int:
    """How it is closed, whatever is said before."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            socket.recv(timeout=PATIENCE)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_where_it_stands_comes_at_once_and_whenever_that_changes(deploys: Deploys, address: str) -> None:
    made = deploys.ask().json()["id"]
    with opened(address, made, entry(token_for(deploys, made))) as socket:
        first = hear(socket)
        assert (first["type"], first["deployment"]["id"], first["deployment"]["state"]) == (
            "status_update",
            made,
            "PENDING",
        )
        deploys.advance(made, DeployState.SECURITY_SCANNING)
        second = hear(socket)
        assert (second["type"], second["deployment"]["state"]) == ("status_update", "SECURITY_SCANNING")


def test_lines_of_the_log_come_as_they_are_written_from_the_one_that_is_wanted(deploys: Deploys, address: str) -> None:
    made = deploys.ask().json()["id"]
    deploys.log(made, "one", "two")
    with opened(address, made, entry(token_for(deploys, made), from_line=1)) as socket:
        assert hear(socket) == {"type": "log", "from_line": 1, "lines": ["two"]}
        assert hear(socket)["type"] == "status_update"
        deploys.log(made, "three")
        assert hear(socket) == {"type": "log", "from_line": 2, "lines": ["three"]}


def test_it_ends_when_the_deployment_is_over_and_all_was_told(deploys: Deploys, address: str) -> None:
    made = deploys.ask().json()["id"]
    deploys.serve(made)
    deploys.log(made, *(f"line {number}" for number in range(1200)))
    with opened(address, made, entry(token_for(deploys, made))) as socket:
        heard = [hear(socket) for _ in range(4)]
        assert closing(socket) == 1000
    assert sum(len(message.get("lines", [])) for message in heard) == 1200
    (update,) = [message for message in heard if message["type"] == "status_update"]
    assert update["deployment"]["state"] == "DEPLOYED"


def test_a_token_is_good_once_for_one_stream_and_for_a_minute(deploys: Deploys, address: str) -> None:
    made = deploys.ask().json()["id"]
    token = token_for(deploys, made)
    with opened(address, "dep_other", entry(token)) as socket:
        assert closing(socket) == 4001
    with opened(address, made, entry(token)) as socket:
        assert hear(socket)["type"] == "status_update"
    with opened(address, made, entry(token)) as socket:
        assert closing(socket) == 4001
    late = token_for(deploys, made)
    deploys.web.clock.at += 60
    with opened(address, made, entry(late)) as socket:
        assert closing(socket) == 4001


@pytest.mark.parametrize("first", ["", "x", "[]", "{}", b"\x00", {"type": "authenticate"}, {"token": "x"},
                                   {"type": "authenticate", "token": "x" * 200}, {"type": "authenticate", "token": "x"},
                                   {"type": "authenticate", "token": "x", "more": 1}])  # fmt: skip
def test_what_is_no_good_first_message_closes_with_4001(deploys: Deploys, address: str, first: object) -> None:
    made = deploys.ask().json()["id"]
    with opened(address, made, first) as socket:
        assert closing(socket) == 4001


def test_an_api_token_and_a_session_open_no_stream(deploys: Deploys, address: str) -> None:
    made = deploys.ask().json()["id"]
    deploys.web.sign_in(READER)
    for other in (deploys.key("writer")["Authorization"].removeprefix("Bearer "), deploys.web.session):
        with opened(address, made, entry(other)) as socket:
            assert closing(socket) == 4001


def test_a_message_that_is_too_long_is_not_read(deploys: Deploys, address: str) -> None:
    made = deploys.ask().json()["id"]
    with opened(address, made, "x" * 5000) as socket:
        assert closing(socket) == 1009


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"},
                                     {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])  # fmt: skip
def test_another_sites_page_is_refused_before_anything_is_said(
    deploys: Deploys, address: str, headers: dict[str, str]
) -> None:
    made = deploys.ask().json()["id"]
    with pytest.raises(InvalidStatus) as refused, opened(address, made, additional_headers=headers):
        raise AssertionError("it was accepted")
    assert refused.value.response.status_code == 403


def test_our_own_pages_are_let_in(deploys: Deploys, address: str) -> None:
    made = deploys.ask().json()["id"]
    own = [f"http{address.removeprefix('ws').removesuffix('/ws/deployments')}", "http://localhost:8080"]
    for origin in own:
        with opened(address, made, entry(token_for(deploys, made)), additional_headers={"Origin": origin}) as socket:
            assert hear(socket)["type"] == "status_update"


def test_whoever_may_no_longer_read_hears_no_more(deploys: Deploys, address: str) -> None:
    made = deploys.ask().json()["id"]
    with opened(address, made, entry(token_for(deploys, made))) as socket:
        assert hear(socket)["type"] == "status_update"
        deploys.web.world.roles["reader"] = Role.NONE
        deploys.web.world.permissions.forget()
        deploys.advance(made, DeployState.SECURITY_SCANNING)
        assert closing(socket) == 4003


def test_a_token_is_for_whoever_may_read_it_and_only_its_hash_is_kept(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    assert code_of(deploys.call("POST", f"/api/deployments/{made}/stream-token", by="outsider")) == (404, "not_found")
    token = token_for(deploys, made)
    with deploys.web.world.database.read() as connection:
        kept = connection.execute(select(sessions).where(sessions.c.kind == "stream")).mappings().all()
    assert [row["token_hash"] for row in kept] == [hash_of(token)]
    assert token not in repr(kept)


def test_somebody_who_says_nothing_is_not_waited_for(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    with serving(deploys.web, patience=0.05) as address, opened(f"ws{address[4:]}/ws/deployments", made) as socket:
        assert closing(socket) == 4001


def test_a_quiet_stream_gives_signs_of_life(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    with serving(deploys.web, alive=0.05) as address:
        first = entry(token_for(deploys, made))
        with opened(f"ws{address[4:]}/ws/deployments", made, first) as socket:
            assert [hear(socket)["type"] for _ in range(3)] == ["status_update", "heartbeat", "heartbeat"]


def test_a_stream_outlives_what_a_request_may_take(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    with serving(deploys.web, arrival=2, alive=0.05) as address:
        first = entry(token_for(deploys, made))
        with opened(f"ws{address[4:]}/ws/deployments", made, first) as socket:
            began = time.monotonic()
            while time.monotonic() < began + 2.5:
                assert hear(socket)["type"] in ("status_update", "heartbeat")


def test_one_person_may_open_twenty(deploys: Deploys, address: str) -> None:
    made = deploys.ask().json()["id"]
    with ExitStack() as open_ones:
        for _ in range(MOST_EACH):
            socket = open_ones.enter_context(opened(address, made, entry(token_for(deploys, made))))
            assert hear(socket)["type"] == "status_update"
        with opened(address, made, entry(token_for(deploys, made))) as socket:
            assert closing(socket) == 4029


def test_nothing_of_an_address_is_logged(deploys: Deploys, address: str, caplog: pytest.LogCaptureFixture) -> None:
    made = deploys.ask().json()["id"]
    with (
        caplog.at_level(logging.INFO),
        opened(address, f"{made}?token=canary-17", entry(token_for(deploys, made))) as socket,
    ):
        assert hear(socket)["type"] == "status_update"
    assert "canary-17" not in caplog.text
