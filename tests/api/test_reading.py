"""What a call is sent: read strictly, with every problem in a sentence."""

from typing import Annotated

import pytest
from pydantic import Field

from bot.api.problem import Refused
from bot.api.reading import Nothing, Sent, read_body, read_query


class Order(Sent):
    """An order for a test."""

    colour: Annotated[str, Field(pattern="^[a-z]+$", description="A colour in lower case.")]
    count: Annotated[int, Field(ge=1)] = 1


def problems_of(raw: bytes) -> tuple[int, list[str]]:
    """Status and sentences of a refusal."""
    with pytest.raises(Refused) as refused:
        read_body(raw, Order)
    problem = refused.value.problem
    return problem.status, list(problem.problems or (problem.message,))


def test_a_good_body_is_read() -> None:
    assert read_body(b'{"colour": "red"}', Order) == Order(colour="red", count=1)


def test_each_problem_is_a_sentence() -> None:
    assert problems_of(b'{"colour": "RED", "count": "2", "size": 3}') == (
        422,
        [
            "`colour` is not written as it should be: A colour in lower case.",
            "`count`: input should be a valid integer.",
            "`size` is unknown here; known are `colour`, `count`.",
        ],
    )
    assert problems_of(b"") == (422, ["`colour` is missing."])


def test_what_is_no_object_is_400() -> None:
    for raw in (b"x", b"[]", b"1", b"null", b'"colour"', b"\xff"):
        assert problems_of(raw)[0] == 400


def test_a_call_that_takes_nothing_takes_nothing() -> None:
    assert read_query({}, Nothing) == Nothing()
    with pytest.raises(Refused, match="this call takes nothing"):
        read_query({"x": "1"}, Nothing)
