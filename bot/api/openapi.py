"""The OpenAPI document of the API, made from its table of calls."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter

from bot.api.call import Call
from bot.api.reading import Nothing, Sent
from engine.access.tokens import Scope

REF = "#/components/schemas/{model}"
PARAMETER = re.compile(r"\{(\w+)\}")
#: Statuses of every call.
ALWAYS = (401, 413, 429)
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fix"],
            "properties": {
                "code": {"type": "string", "description": "A reason code (docs/reasons.md) or one of docs/api.md."},
                "message": {"type": "string"},
                "fix": {"type": "string", "description": "What to do about it."},
                "obstacles": {
                    "type": "array",
                    "description": "Everything that stands in the way of a deployment, the weightiest first.",
                    "items": {"$ref": REF.format(model="ToldObstacle")},
                },
                "problems": {
                    "type": "array",
                    "description": "Everything that is wrong with what was sent.",
                    "items": {"type": "string"},
                },
            },
        }
    },
}

Schemas = dict[str, Any]


def document(calls: Sequence[Call], server: str) -> dict[str, Any]:
    """The document of these calls."""
    schemas: Schemas = {"Error": ERROR}
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Slipway", "version": version("slipway")},
        "servers": [{"url": server}],
        "security": [{"token": []}, {"session": [], "proof": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": SECURITY},
    }


SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "`slp_…`, by `slipway admin token LOGIN`."},
    "session": {"type": "apiKey", "in": "cookie", "name": "slipway_session", "description": "Signed in at the pages."},
    "proof": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Slipway-CSRF",
        "description": "With a session, for all but GET.",
    },
}


def _operation(call: Call, schemas: Schemas) -> dict[str, Any]:
    words = "" if call.scope is Scope.READ else f" Needs a token with the scope `{call.scope}`."
    found: dict[str, Any] = {
        "summary": call.does,
        "description": f"{call.does}{words}",
        "operationId": f"{call.method.lower()}{re.sub(r'[^a-zA-Z]+', '_', call.path).rstrip('_')}",
        "parameters": [*_path(call), *_query(call.query, schemas)],
        "responses": {str(call.status): _answer(call, schemas)} | _refusals(call),
    }
    if call.body is not Nothing:
        schema = _schema(call.body, schemas, "validation")
        must = any(field.is_required() for field in call.body.model_fields.values())
        found["requestBody"] = {"required": must, "content": {"application/json": {"schema": schema}}}
    return found


def _path(call: Call) -> list[dict[str, Any]]:
    names = PARAMETER.findall(call.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query(model: type[Sent], schemas: Schemas) -> list[dict[str, Any]]:
    described = model.model_json_schema(ref_template=REF)
    schemas |= described.get("$defs", {})
    must = described.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in must, "schema": schema}
        for name, schema in described.get("properties", {}).items()
    ]


def _answer(call: Call, schemas: Schemas) -> dict[str, Any]:
    words = {"description": HTTPStatus(call.status).phrase}
    if call.answer is None:
        return words
    return words | {"content": {"application/json": {"schema": _schema(call.answer, schemas, "serialization")}}}


def _refusals(call: Call) -> dict[str, Any]:
    same = {status: {"description": HTTPStatus(status).phrase} for status in call.also if status < 400}
    content = {"application/json": {"schema": {"$ref": REF.format(model="Error")}}}
    told = sorted({*ALWAYS, *(status for status in call.also if status >= 400)})
    refused = {status: {"description": HTTPStatus(status).phrase, "content": content} for status in told}
    return {str(status): each for status, each in (same | refused).items()}


def _schema(of: Any, schemas: Schemas, mode: Any) -> dict[str, Any]:
    """The schema of a type; what it is made of goes into `schemas`."""
    described = TypeAdapter(of).json_schema(ref_template=REF, mode=mode)
    schemas |= described.pop("$defs", {})
    name = described.get("title")
    if name is None or "properties" not in described:
        return described
    schemas[name] = described
    return {"$ref": REF.format(model=name)}
