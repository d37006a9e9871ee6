"""Reads what a call is sent: JSON bodies and query parameters, strictly, with every problem at once."""

from collections.abc import Mapping
from typing import TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.api.problem import Refused, bad_arguments


class Sent(BaseModel):
    """What a call takes: each field and nothing else, in its own type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Nothing(Sent):
    """A call that takes nothing."""


Model = TypeVar("Model", bound=Sent)


def read_body(raw: bytes, model: type[Model], status: int = 422) -> Model:
    """The body as `model`; no body is an empty one. Raises Refused: 400 for what is no JSON object, else `status`."""
    try:
        given = orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError as error:
        raise bad_arguments("The body is not JSON.") from error
    if not isinstance(given, dict):
        raise bad_arguments("The body is not a JSON object.")
    return _read(given, model, status)


def read_query(given: Mapping[str, str], model: type[Model]) -> Model:
    """The query parameters as `model`. Raises Refused with 400."""
    return _read(given, model, 400)


def _read(given: Mapping[str, object], model: type[Model], status: int) -> Model:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        # No link and no input: what was sent may hold somebody's secret.
        found = error.errors(include_url=False, include_input=False, include_context=True)
        raise _refusal(found, model, status) from None


def _refusal(found: list[ErrorDetails], model: type[Sent], status: int) -> Refused:
    return bad_arguments(*(_sentence(each, model) for each in found), status=status)


def _sentence(found: ErrorDetails, model: type[Sent]) -> str:
    """One problem in words."""
    name = ".".join(str(part) for part in found["loc"])[:200]
    match found["type"]:
        case "extra_forbidden":
            return f"`{name}` is unknown here; {_known(model)}."
        case "missing":
            return f"`{name}` is missing."
        case "value_error":
            return str(found["ctx"]["error"]) if len(found["loc"]) == 0 else f"`{name}`: {found['ctx']['error']}."
        case "string_pattern_mismatch":
            return f"`{name}` is not written as it should be: {_meaning(model, found)}."
        case _:
            return f"`{name}`: {found['msg'][:1].lower()}{found['msg'][1:]}."


def _known(model: type[Sent]) -> str:
    names = ", ".join(f"`{name}`" for name in model.model_fields)
    return f"known are {names}" if names else "this call takes nothing"


def _meaning(model: type[Sent], found: ErrorDetails) -> str:
    """What the field's description says of it."""
    field = model.model_fields.get(str(found["loc"][0]))
    described = field.description if field is not None else None
    return (described or "see docs/api.md").rstrip(".")
