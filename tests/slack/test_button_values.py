"""What a button is bound to goes into its value and comes back."""

import pytest

from engine.slack.buttons import LONGEST_VALUE, Bound, decode, encode
from tests.forge.payloads import SHA_A


def test_a_value_comes_back_as_it_went() -> None:
    bound = Bound("dep_0123456789abcdef", SHA_A)
    assert decode(encode(bound)) == bound
    assert len(encode(bound)) < LONGEST_VALUE


def test_a_fixs_value_has_its_name_and_no_other_has_one() -> None:
    bound = Bound("ins_0123456789abcdef", SHA_A, "env-example")
    assert decode(encode(bound)) == bound
    assert "name" not in encode(Bound("dep_0123456789abcdef", SHA_A))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "[]",
        "1",
        "{}",
        '{"about": 1}',
        '{"about": "dep_1", "sha": 2}',
        '{"about": "ins_1", "name": 2}',
    ],
)
def test_a_value_that_isnt_ours_is_none(value: str) -> None:
    assert decode(value) is None
