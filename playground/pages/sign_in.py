"""The page on which somebody signs in to the bot, and the endpoint that hands out the token."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, assert_never
from urllib.parse import urlencode, urlsplit, urlunsplit

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from playground.accounts import account_by_login
from playground.hub import Hub
from playground.pages.form import read_form
from playground.pages.page import Page
from playground.refusals import Invalid, NotFound, NotUnderstood
from playground.sign_in import Denied, Exchange, Granted, exchange_code, issue_code, may_return_to

TOKEN_PATH = "/login/oauth/access_token"  # noqa: S105 (an address)
ASKED = ("client_id", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method")


def show_sign_in(page: Page) -> Response:
    """Asks which account shall sign in, every time."""
    asked = {name: page.request.query_params.get(name, "") for name in ASKED}
    _check(page.hub, asked)
    return page.show("sign_in.html", asked=asked)


def sign_in(page: Page) -> Response:
    """Sends the browser back to the bot with a code."""
    asked = {name: page.text(name) for name in ASKED}
    _check(page.hub, asked)
    account = account_by_login(page.hub.database, page.text("login"))
    if account is None or account.type != "User":
        raise NotFound()
    code = issue_code(page.hub, account, asked["redirect_uri"], asked["code_challenge"] or None)
    answer = {"code": code} | ({"state": asked["state"]} if asked["state"] else {})
    parts = urlsplit(asked["redirect_uri"])
    query = "&".join(part for part in (parts.query, urlencode(answer)) if part)
    return RedirectResponse(urlunsplit(parts._replace(query=query)), 303)


def token_endpoint(hub: Hub) -> Callable[[Request], Awaitable[Response]]:
    """Exchanges a code for a token: POST with a form, JSON or a query."""

    async def serve(request: Request) -> Response:
        said = dict(request.query_params) | await _body(request)
        outcome = await run_in_threadpool(exchange_code, hub, _exchange(said))
        answer = _answer(outcome)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(answer)
        return Response(urlencode(answer), media_type="application/x-www-form-urlencoded")

    return serve


def _check(hub: Hub, asked: Mapping[str, str]) -> None:
    if not hmac.compare_digest(asked["client_id"].encode(), hub.application.client_id.encode()):
        raise NotFound("There is no application with this client_id.")
    if not may_return_to(hub, asked["redirect_uri"]):
        raise Invalid("The redirect_uri is not associated with this application.")
    if asked["code_challenge"] and asked["code_challenge_method"] != "S256":
        raise Invalid("The code_challenge_method must be S256.")


async def _body(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            content = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            return {}
        return {key: value for key, value in content.items() if isinstance(value, str)} if _is_map(content) else {}
    try:
        return await read_form(request)
    except NotUnderstood:
        return {}


def _is_map(content: Any) -> bool:
    return isinstance(content, dict)


def _exchange(said: Mapping[str, str]) -> Exchange:
    return Exchange(
        client_id=said.get("client_id", ""),
        client_secret=said.get("client_secret", ""),
        code=said.get("code", ""),
        redirect_uri=said.get("redirect_uri"),
        code_verifier=said.get("code_verifier"),
    )


def _answer(outcome: Granted | Denied) -> dict[str, str]:
    match outcome:
        case Granted():
            return {"access_token": outcome.token, "scope": "", "token_type": "bearer"}
        case Denied():
            uri = (
                "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors"
            )
            return {"error": outcome.error, "error_description": outcome.description, "error_uri": uri}
        case _:
            assert_never(outcome)
