"""What ends by itself, with a clock that tests turn."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson
import pytest
import uvicorn

from playground.app import create_app
from playground.settings import Settings
from tests.playground.running import eventually
from tests.ports import free_port

CALLBACK = "http://localhost:8080/auth/callback"


@dataclass
class Clock:
    """A clock that stands still until it is turned."""

    seconds: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(frozen=True)
class Turned:
    """A playground within this process, on a clock of ours."""

    clock: Clock
    client: httpx.Client
    app: dict[str, Any]
    folder: Path

    def json_web_token(self) -> str:
        now = int(self.clock())
        claims = {"iat": now, "exp": now + 600, "iss": self.app["client_id"]}
        return jwt.encode(claims, self.app["private_key_pem"], algorithm="RS256")

    def token(self, login: str) -> str:
        guide = orjson.loads((self.folder / "playground.json").read_bytes())
        return next(str(user["token"]) for user in guide["users"] if user["login"] == login)

    def deliveries(self) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.json_web_token()}"}
        found: list[dict[str, Any]] = self.client.get("/api/v3/app/hook/deliveries", headers=headers).json()
        return found

    def get(self, path: str, token: str) -> int:
        return self.client.get(f"/api/v3{path}", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.fixture
def turned(tmp_path: Path) -> Iterator[Turned]:
    clock, port = Clock(), free_port()
    settings = Settings("127.0.0.1", port, tmp_path, "http://127.0.0.1:9/", "http://localhost:8080")
    server = uvicorn.Server(uvicorn.Config(create_app(settings, clock), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started, "the playground to listen")
        app = orjson.loads((tmp_path / "playground" / "app.json").read_bytes())
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, verify=False) as client:
            yield Turned(clock, client, app, tmp_path)
    finally:
        server.should_exit = True
        thread.join()


def test_an_installation_token_is_good_for_one_hour(turned: Turned) -> None:
    headers = {"Authorization": f"Bearer {turned.json_web_token()}"}
    installation = turned.client.get("/api/v3/repos/acme/shop/installation", headers=headers).json()
    path = f"/api/v3/app/installations/{installation['id']}/access_tokens"
    answer = turned.client.post(path, headers=headers).json()
    assert answer["expires_at"] == "2026-09-21T15:13:20Z"
    turned.clock.seconds += 3599
    assert turned.get("/repos/acme/shop", answer["token"]) == 200
    turned.clock.seconds += 1
    assert turned.get("/repos/acme/shop", answer["token"]) == 401


def test_a_json_web_token_is_good_for_ten_minutes(turned: Turned) -> None:
    token = turned.json_web_token()
    assert turned.get("/app", token) == 200
    turned.clock.seconds += 600
    assert turned.get("/app", token) == 401


def test_an_attempt_is_forgotten_after_three_days(turned: Turned) -> None:
    headers = {"Authorization": f"token {turned.token('writer')}"}
    turned.client.post("/api/v3/repos/acme/shop/issues/1/comments", headers=headers, json={"body": "Lost"})
    logged = eventually(turned.deliveries, "the failed delivery")[0]["id"]
    turned.clock.seconds += 3 * 24 * 3600
    assert [one["id"] for one in turned.deliveries()] == [logged]
    turned.clock.seconds += 1
    assert turned.deliveries() == []
    for path in (f"/app/hook/deliveries/{logged}", f"/app/hook/deliveries?cursor=v1_{logged}"):
        assert turned.get(path, turned.json_web_token()) in (404, 422)


@pytest.mark.parametrize(("wait", "answered"), [(599, "access_token"), (600, "error")])
def test_a_sign_in_code_is_good_for_ten_minutes(turned: Turned, wait: int, answered: str) -> None:
    form = {"client_id": turned.app["client_id"], "redirect_uri": CALLBACK, "login": "writer"}
    sent = turned.client.post("/login/oauth/authorize", data=form, follow_redirects=False)
    code = re.findall(r"code=(\w+)", sent.headers["location"])[0]
    turned.clock.seconds += wait
    said = {"client_id": turned.app["client_id"], "client_secret": turned.app["client_secret"], "code": code}
    answer = turned.client.post("/login/oauth/access_token", data=said, headers={"Accept": "application/json"})
    assert answered in answer.json()
