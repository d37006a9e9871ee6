"""What a button is bound to goes into its value and comes back."""

import pytest

from engine.slack.buttons import LONGEST_VALUE, Bound, decode, encode
from tests.forge.payloads import SHA_A


def test_a_value_comes_back_as_it_went() -> None:
    bound = Bound("dep_0123456789abcdef", SHA_A)
    assert decode(encode(bound)) == bound
    assert len(encode(bound)) < LONGEST_VALUE


@pytest.mark.parametrize("value", ["", "x", "[]", "1", "{}", '{"about": 1}', '{"about": "dep_1", "sha": 2}'])
def test_a_value_that_isnt_ours_is_none(value: str) -> None:
    assert decode(value) is None
