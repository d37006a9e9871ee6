"""Holds values against the schemas of an OpenAPI document, each distinct shape of value once."""

import re
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

WORD = re.compile(r"[A-Za-z_]{1,24}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
#: The longest text that GitHub takes anywhere.
LONG = 65_535
#: Problems of one value that are told.
MOST = 5


class Schemas:
    """Every schema of one document, by its JSON pointer."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = _modern(document)
        resource = DRAFT202012.create_resource(self.document)
        self._registry: Registry[Any] = Registry().with_resource("urn:document", resource)
        self._seen: dict[Hashable, list[str]] = {}

    def problems(self, pointer: str, value: object) -> list[str]:
        """What is wrong with a value by the schema at `pointer`, such as `#/components/schemas/issue`."""
        key = (pointer, shape(value))
        if key not in self._seen:
            self._seen[key] = list(self._check(pointer, value))
        return self._seen[key]

    def unknown_keys(self, pointer: str, value: object) -> list[str]:
        """Keys that the schema doesn't name."""
        return list(_unknown(self, [self.at(pointer)], value, ""))

    def at(self, pointer: str) -> dict[str, Any]:
        """What is at a JSON pointer, through references."""
        found: Any = self.document
        for part in pointer.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return self.resolved(found)

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A schema, or the one that it refers to."""
        return self.at(schema["$ref"]) if "$ref" in schema else schema

    def _check(self, pointer: str, value: object) -> Iterator[str]:
        validator = Draft202012Validator(
            {"$ref": f"urn:document{pointer}"}, registry=self._registry, format_checker=FormatChecker()
        )
        for error in list(validator.iter_errors(value))[:MOST]:
            worst = _deepest(error)
            where = "/".join(str(part) for part in worst.absolute_path) or "the whole"
            yield f"{where}: {worst.message[:300]}"


def pointer_to(*parts: str) -> str:
    """A JSON pointer."""
    return "#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def shape(value: object) -> Hashable:
    """What a schema can tell apart of a value: keys, types, words that may be of a list, and kinds of other texts."""
    match value:
        case dict():
            return frozenset((key, shape(each)) for key, each in value.items())
        case list():
            return ("list", min(len(value), 101), frozenset(map(shape, value)))
        case str():
            return _kind_of(value)
        case int() | float() if not isinstance(value, bool):
            return type(value).__name__, value < 0, value == 0
        case _:
            return repr(value)


def _kind_of(text: str) -> Hashable:
    if WORD.fullmatch(text):
        return text
    kind = "moment" if MOMENT.fullmatch(text) else text.partition("://")[0] if "://" in text else "text"
    return kind, not text, len(text) > LONG


def _unknown(schemas: Schemas, options: list[dict[str, Any]], value: object, where: str) -> Iterator[str]:
    """Keys of `value` that none of the schemas names."""
    options = [each for option in options for each in _alternatives(schemas, option)]
    if isinstance(value, list):
        items = [option["items"] for option in options if "items" in option]
        for place, each in enumerate(value):
            yield from _unknown(schemas, items, each, f"{where}/{place}")
    if isinstance(value, dict):
        open_ended = any(option.get("additionalProperties") for option in options)
        for key, each in value.items():
            below = [option["properties"][key] for option in options if key in option.get("properties", {})]
            if below:
                yield from _unknown(schemas, below, each, f"{where}/{key}")
            elif not open_ended:
                yield f"{where}/{key}: GitHub knows no such key"


def _alternatives(schemas: Schemas, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    schema = schemas.resolved(schema)
    yield schema
    for word in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(word, ()):
            yield from _alternatives(schemas, each)


def _deepest(error: ValidationError) -> ValidationError:
    """Of several alternatives, the error of the one that fits furthest."""
    while error.context:
        error = max(error.context, key=lambda each: (len(each.absolute_path), -len(each.context or ())))
    return error


def _modern(schema: Any) -> Any:
    """The same in the words of JSON Schema 2020-12: OpenAPI 3.0 says `nullable`."""
    if isinstance(schema, list):
        return [_modern(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    changed = {key: _modern(value) for key, value in schema.items()}
    if changed.get("nullable") is not True:
        return changed
    del changed["nullable"]
    return {"anyOf": [changed, {"type": "null"}]}
