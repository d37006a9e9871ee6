"""Serves the Web API: looks at a call's token and scope, and answers 200 whatever came of it, as Slack does."""

import secrets
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.slack.installs import Install, install_of_token
from playground.slack.oauth import exchange
from playground.slack.refusals import NotOk, TooMany
from playground.slack.slack import Slack
from playground.slack.web.arguments import Said, read_request
from playground.slack.web.call import Call
from playground.slack.web.faults import limited, under_faults
from playground.slack.web.table import TABLE, Method

PREFIX = "/slack/api"
OAUTH = "oauth.v2.access"


def web_api_routes(slack: Slack) -> list[Route]:
    """`/slack/api/<method>`, by GET and by POST."""

    async def serve(request: Request) -> Response:
        name = request.path_params["method"]
        try:
            said = await read_request(request)
        except NotOk as refusal:
            return _refused(refusal)
        path = await run_in_threadpool(_path, slack, name, said)

        async def answer() -> Response:
            return await run_in_threadpool(_answer, slack, name, said)

        return await under_faults(slack, path, answer)

    return [Route(f"{PREFIX}/{{method}}", serve, methods=["GET", "POST"])]


def _path(slack: Slack, name: str, said: Said) -> str:
    """By which rules of the fault switch know a call."""
    install = install_of_token(slack, said.token) if said.token else None
    parts = [PREFIX, name, install.team_id if install else "", str(said.arguments.get("channel") or "")]
    return "/".join(part for part in parts if part)


def _answer(slack: Slack, name: str, said: Said) -> Response:
    try:
        if name == OAUTH:
            return _taken(_exchanged(slack, said), None)
        method = TABLE.get(name)
        if method is None:
            raise NotOk("unknown_method", req_method=name)
        install = _allowed(slack, name, method, said)
        arguments = said.arguments if method.takes_json or not said.is_json else {}
        return _taken(method.run(Call(slack, install, arguments)), install)
    except NotOk as refusal:
        return _refused(refusal)


def _allowed(slack: Slack, name: str, method: Method, said: Said) -> Install:
    if not said.token:
        raise NotOk("not_authed")
    install = install_of_token(slack, said.token)
    if install is None:
        raise NotOk("invalid_auth")
    if install.ended is not None:
        raise NotOk(install.ended)
    if method.scopes and not install.granted & set(method.scopes):
        raise NotOk("missing_scope", needed=",".join(method.scopes), provided=install.scopes)
    if slack.hub.settings.limits:
        seconds = slack.limits.count(install.team_id, name, method.tier, slack.now())
        if seconds:
            raise TooMany(seconds)
    return install


def _exchanged(slack: Slack, said: Said) -> dict[str, Any]:
    known = {name: str(value) for name, value in said.arguments.items()}
    client_id, client_secret = said.basic or (known.get("client_id", ""), known.get("client_secret", ""))
    if not client_id:
        raise NotOk("invalid_client_id")
    return exchange(slack, client_id, client_secret, known.get("code", ""), known.get("redirect_uri", ""))


def _taken(content: dict[str, Any], install: Install | None) -> Response:
    headers = {"X-Slack-Req-Id": secrets.token_hex(16)}
    if install is not None:
        headers["X-OAuth-Scopes"] = install.scopes
    return JSONResponse({"ok": True, **content}, headers=headers)


def _refused(refusal: NotOk) -> Response:
    if isinstance(refusal, TooMany):
        return limited(refusal.seconds)
    content: dict[str, Any] = {"ok": False, "error": refusal.error, **refusal.more}
    if refusal.messages:
        content["errors"] = [one.removeprefix("[ERROR] ") for one in refusal.messages]
        messages = [one if one.startswith("[ERROR]") else f"[ERROR] {one}" for one in refusal.messages]
        content["response_metadata"] = {"messages": messages}
    return JSONResponse(content, headers={"X-Slack-Req-Id": secrets.token_hex(16)})
