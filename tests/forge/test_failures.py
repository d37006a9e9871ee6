"""What GitHub's refusals mean, and when it may be asked again."""

import time

import httpx
import pytest

from engine.errors import Denied, Gone, OutsideError, Unreachable
from engine.forge.failures import Limited, Unauthorized, Unprocessable, failure_of

FULL = {"x-ratelimit-remaining": "0"}


def failure(status: int, headers: dict[str, str] | None = None, message: object = "No.") -> OutsideError:
    answer = httpx.Response(status, headers=headers, json={"message": message})
    return failure_of(answer, "reading a file")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Denied),
        (401, Unauthorized),
        (403, Denied),
        (404, Gone),
        (408, Unreachable),
        (409, Denied),
        (410, Gone),
        (422, Unprocessable),
        (429, Limited),
        (451, Denied),
        (500, Unreachable),
        (502, Unreachable),
        (503, Unreachable),
    ],
)
def test_each_status_has_its_error(status: int, expected: type[OutsideError]) -> None:
    assert type(failure(status)) is expected


def test_what_was_being_done_and_githubs_own_words_are_in_the_sentence() -> None:
    assert str(failure(404, message="Not Found")) == "reading a file: GitHub answered 404, Not Found"


@pytest.mark.parametrize("message", [None, 5, {"a": 1}, ["x"]])
def test_an_odd_message_is_left_out(message: object) -> None:
    assert str(failure(500, message=message)) == "reading a file: GitHub answered 500"


def test_a_page_instead_of_json_is_no_trouble() -> None:
    assert isinstance(failure_of(httpx.Response(502, text="<html>"), "x"), Unreachable)


@pytest.mark.parametrize("status", [403, 429])
def test_retry_after_is_waited_for(status: int) -> None:
    error = failure(status, {"retry-after": "42"})
    assert isinstance(error, Unreachable)
    assert error.retry_after == 42


@pytest.mark.parametrize("status", [403, 429])
def test_an_exhausted_limit_is_waited_for_until_its_reset(status: int) -> None:
    error = failure(status, FULL | {"x-ratelimit-reset": str(int(time.time()) + 1000)})
    assert isinstance(error, Unreachable)
    assert error.retry_after is not None
    assert 900 < error.retry_after <= 1000


def test_a_limit_that_names_no_time_is_a_minute() -> None:
    for error in (failure(429), failure(403, message="You have exceeded a secondary rate limit"), failure(403, FULL)):
        assert isinstance(error, Unreachable)
        assert error.retry_after == 60


def test_a_refusal_while_the_limit_is_far_is_about_permission() -> None:
    error = failure(403, {"x-ratelimit-remaining": "4999", "x-ratelimit-reset": "9999999999"})
    assert isinstance(error, Denied)


@pytest.mark.parametrize(
    ("headers", "named", "primary"),
    [
        ({}, False, False),
        ({"retry-after": "42"}, True, False),
        (FULL | {"x-ratelimit-reset": "9999999999"}, True, True),
        (FULL | {"retry-after": "42"}, True, True),
    ],
)
def test_a_limit_says_who_named_its_time_and_what_it_covers(
    headers: dict[str, str], named: bool, primary: bool
) -> None:
    error = failure(429, headers)
    assert isinstance(error, Limited)
    assert (error.named, error.primary) == (named, primary)
