"""What may be a variable."""

import pytest

from engine.variables import rules
from tests.variables.scenes import a_value


@pytest.mark.parametrize("key", ["A", "_", "DATABASE_URL", "lower_case", "X" * 200, "ENV", "PORTS", "MY_SLIPWAY_X"])
def test_names_that_programs_can_read(key: str) -> None:
    assert rules.problems_of([a_value(key, "x")]) == []


@pytest.mark.parametrize(
    "key",
    ["", "1A", "A-B", "A.B", "A B", "A=B", "A\n", "ÄA", "A\0", "X" * 201, "PORT", "SLIPWAY_BUILD", "E2B_X", "PATH"],
)
def test_other_names_are_refused(key: str) -> None:
    [problem] = rules.problems_of([a_value(key, "x")])
    assert problem.endswith((".", "SLIPWAY itself."))


def test_a_key_twice_is_refused() -> None:
    assert rules.problems_of([a_value("A", "1"), a_value("A", "2")]) == ["A: it is named twice. Set it once."]


def test_a_value_may_have_64_kib_and_no_byte_more() -> None:
    assert rules.problems_of([a_value("A", "x" * 65_536)]) == []
    assert rules.problems_of([a_value("A", "é" * 32_769)]) != []


def test_a_value_is_text() -> None:
    assert rules.problems_of([a_value("A", "\udc80")]) == ["A: its value is not text (UTF-8)."]


def test_all_values_together_have_a_bound() -> None:
    assert rules.problems_of_all(["x" * 65_536] * 8) == []
    assert len(rules.problems_of_all(["x" * 2048] * 501)) == 2
