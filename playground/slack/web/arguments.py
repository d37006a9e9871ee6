"""What a request of the Web API says: its token, and its arguments from query, form or JSON."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from playground.slack.refusals import NotOk

MOST_BYTES = 1_000_000
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Said:
    """A request as it was read."""

    token: str
    #: As JSON has them; texts in forms and queries.
    arguments: dict[str, Any]
    is_json: bool
    #: Name and secret of HTTP's own way to sign in.
    basic: tuple[str, str] | None


async def read_request(request: Request) -> Said:
    """Everything that was said; refused as Slack refuses what it can't read."""
    arguments: dict[str, Any] = dict(request.query_params)
    body = await _body(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = kind == "application/json" and bool(body)
    if is_json:
        arguments |= _json(body)
    elif body and kind == FORM:
        arguments |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif body:
        raise NotOk("invalid_post_type")
    header = request.headers.get("authorization", "")
    scheme, _, credentials = header.partition(" ")
    token = credentials.strip() if scheme.lower() == "bearer" else ""
    in_body = arguments.pop("token", "")
    # With JSON, a token is taken from the header alone.
    if not token and not is_json and isinstance(in_body, str):
        token = in_body
    return Said(token, arguments, is_json, _basic(scheme, credentials))


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotOk("request_too_large")
    return bytes(body)


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise NotOk("invalid_json") from problem
    if not isinstance(content, dict):
        raise NotOk("json_not_object")
    return content


def _basic(scheme: str, credentials: str) -> tuple[str, str] | None:
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return name, secret
