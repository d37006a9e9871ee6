"""Holds calls and their answers against GitHub's description of its REST API (`@octokit/openapi`)."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import orjson

from tests.published.exchange import Exchange
from tests.published.json_schema import Schemas, pointer_to

#: Parameters that take several segments of a path.
MANY_SEGMENTS = re.compile(r"\{(path|ref|basehead|branch)\}")
#: Everything of a repository is found by its id too: renamed repositories redirect there.
BY_NAME, BY_ID = "/repos/{owner}/{repo}", "/repositories/{id}"
#: What GitHub may answer anywhere, described or not: credentials, permission, absence, validation, limits.
REDIRECTS = frozenset({301, 302, 307, 308})
REFUSALS = frozenset({400, 401, 403, 404, 409, 410, 422, 429})
JSON = "application/json"
_NO_FORK = (re.compile(r"^(\d+/)?head/repo: None is not of type"), "a fork that was deleted is null, at GitHub too")
#: What no real answer could fulfil, by operation, with its reason.
MISFITS = {
    "GET /repos/{owner}/{repo}/pulls 200": _NO_FORK,
    "GET /repos/{owner}/{repo}/pulls/{pull_number} 200": _NO_FORK,
    "PATCH /repos/{owner}/{repo}/pulls/{pull_number} 200": _NO_FORK,
    "GET /app/installations 200": (
        re.compile(r"^\d+/account: "),
        "the schema of this list wants all fields of a user and all of an enterprise in one account",
    ),
}


class Description:
    """GitHub's REST API, as GitHub describes it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.schemas = Schemas(document)
        self.paths: dict[str, dict[str, Any]] = self.schemas.document["paths"]
        named = [path for path in self.paths if path.startswith(BY_NAME)]
        self.paths |= {path.replace(BY_NAME, BY_ID, 1): self.paths[path] for path in named}
        tight = sorted(self.paths, key=lambda path: path.count("{"))
        # What has a fixed end comes before what takes any end.
        wide = sorted((path for path in self.paths if MANY_SEGMENTS.search(path)), key=len, reverse=True)
        self._patterns = [(re.compile(_pattern(path, "[^/]+")), path) for path in tight]
        self._patterns += [(re.compile(_pattern(path, ".*")), path) for path in wide]
        self._found: dict[tuple[str, str], str | None] = {}

    def path_of(self, method: str, path: str) -> str | None:
        """The described path that a call is for; None when GitHub has none."""
        key = (method, path)
        if key not in self._found:
            fitting = (known for pattern, known in self._patterns if pattern.fullmatch(path))
            self._found[key] = next((known for known in fitting if method.lower() in self.paths[known]), None)
        return self._found[key]

    def problems(self, exchange: Exchange) -> list[str]:
        """What GitHub would have done otherwise. Of a test's own call only the answer is judged."""
        path = self.path_of(exchange.method, exchange.path)
        if path is None:
            unknown = exchange.of_the_bot or exchange.status < 300
            return [f"{exchange.method} {exchange.path}: GitHub has no such path"] if unknown else []
        asked = self._asked(path, exchange) if exchange.of_the_bot else []
        doing = f"{exchange.method} {path}"
        return [f"{doing}: {problem}" for problem in asked] + [
            f"{doing} {exchange.status}: {problem}" for problem in self._told(path, exchange)
        ]

    def _asked(self, path: str, exchange: Exchange) -> Iterator[str]:
        method = exchange.method.lower()
        operation = self.paths[path][method]
        known = {each["name"] for each in map(self.schemas.resolved, operation.get("parameters", ()))}
        yield from (f"{name}: no such parameter" for name, _ in parse_qsl(exchange.query) if name not in known)
        body = operation.get("requestBody")
        if body is None:
            yield from ["a body where GitHub reads none"] if exchange.asked.strip() else []
        elif not exchange.asked.strip():
            yield from ["no body where GitHub wants one"] if body.get("required") else []
        else:
            schema = pointer_to("paths", path, method, "requestBody", "content", JSON, "schema")
            value = orjson.loads(exchange.asked)
            yield from self.schemas.problems(schema, value)
            yield from self.schemas.unknown_keys(schema, value)

    def _told(self, path: str, exchange: Exchange) -> Iterator[str]:
        # A server in trouble says anything, also a page; a repository that was renamed redirects from everywhere.
        if exchange.status >= 500 or exchange.status in REDIRECTS:
            return
        schema = self._schema_of_answer(path, exchange)
        if schema is None:
            if exchange.status not in REFUSALS:
                yield "GitHub never answers that"
            schema = "#/components/schemas/basic-error"
        if schema and not exchange.type.startswith(JSON):
            # Who asks for a file's bytes or a diff gets no JSON; the bot asks for neither.
            yield from [f"an answer in {exchange.type}"] if exchange.of_the_bot else []
            return
        if not schema:
            # The body of a refusal is often left undescribed; GitHub sends the usual one.
            silent = exchange.status not in REFUSALS
            yield from ["a body where GitHub says nothing"] if silent and exchange.told.strip() else []
            return
        misfit, _ = MISFITS.get(f"{exchange.method} {path} {exchange.status}", (None, ""))
        for problem in self.schemas.problems(schema, orjson.loads(exchange.told or "null")):
            if misfit is None or not misfit.match(problem):
                yield problem

    def _schema_of_answer(self, path: str, exchange: Exchange) -> str | None:
        """Where the answer's schema is; empty for an answer without a body; None for one that isn't described."""
        where = ["paths", path, exchange.method.lower(), "responses", str(exchange.status)]
        responses = self.paths[path][exchange.method.lower()]["responses"]
        if str(exchange.status) not in responses:
            return None
        answer = responses[str(exchange.status)]
        if "$ref" in answer:
            where = answer["$ref"].removeprefix("#/").split("/")
        content = self.schemas.resolved(answer).get("content", {})
        return pointer_to(*where, "content", JSON, "schema") if JSON in content else ""


def _pattern(path: str, many: str) -> str:
    """A described path as a regular expression; `many` is for what may take several segments."""
    parts = re.split(r"(\{\w+\})", path)
    return "".join(
        many if MANY_SEGMENTS.fullmatch(part) else "[^/]+" if part.startswith("{") else re.escape(part)
        for part in parts
    )
