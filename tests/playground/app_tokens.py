"""Tokens of the GitHub App, made the way any App makes them."""

import time
from typing import Any

import httpx
import jwt

from tests.playground.running import RunningPlayground


def json_web_token(playground: RunningPlayground, **claims: Any) -> str:
    """A good JSON web token, with claims replaced or, where they are None, left out."""
    now = int(time.time())
    good = {"iat": now - 60, "exp": now + 540, "iss": str(playground.app["app_id"])}
    kept = {name: value for name, value in (good | claims).items() if value is not None}
    return jwt.encode(kept, playground.app["private_key_pem"], algorithm="RS256")


def app_client(playground: RunningPlayground) -> httpx.Client:
    """A client that is the App itself."""
    return playground.client(json_web_token(playground))


def installation_token(app: httpx.Client, full_name: str, **body: Any) -> str:
    """A token of the installation that covers a repository."""
    installation = app.get(f"/repos/{full_name}/installation").json()["id"]
    answer = app.post(f"/app/installations/{installation}/access_tokens", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def installation_client(playground: RunningPlayground, app: httpx.Client, full_name: str, **body: Any) -> httpx.Client:
    """A client that is the App on one account."""
    return playground.client(installation_token(app, full_name, **body))
