"""The guard: no preview gets what an environment keeps for itself (peers C9)."""

import pytest

from engine.settings import Secret
from engine.variables.guard import Clash, Guarded, guarded

KEPT = "postgres://app:pw@db.example:5432/shop"


def of_production(**values: str) -> list[Guarded]:
    return [Guarded("production", {key: Secret(value) for key, value in values.items()})]


@pytest.mark.parametrize(
    "value",
    [
        KEPT,
        f" {KEPT}\n",
        "postgres://reader:other@db.example:5432/shop",
        "postgresql+psycopg://DB.example:5432/shop/?sslmode=require",
    ],
)
def test_the_same_value_or_the_same_place_is_a_clash(value: str) -> None:
    found = guarded({"DATABASE_URL": Secret(value)}, of_production(DATABASE_URL=KEPT))
    assert found == (Clash("DATABASE_URL", "production", "DATABASE_URL"),)


@pytest.mark.parametrize(
    "value",
    ["", "postgres://app:pw@db.example:5432/staging", "postgres://app:pw@staging.example:5432/shop", "db.example"],
)
def test_another_place_is_none(value: str) -> None:
    assert guarded({"DATABASE_URL": Secret(value)}, of_production(DATABASE_URL=KEPT)) == ()


def test_a_value_under_another_key_is_a_clash_too() -> None:
    [found] = guarded({"DB": Secret("bucket-1"), "X": Secret("y")}, of_production(BUCKET="bucket-1"))
    assert found.sentence == "DB would be the value of BUCKET in production, which is guarded"


def test_two_empty_values_are_nothing_to_guard() -> None:
    assert guarded({"A": Secret("")}, of_production(A="")) == ()


def test_no_clash_tells_a_value() -> None:
    found = guarded({"DATABASE_URL": Secret(KEPT)}, of_production(DATABASE_URL=KEPT))
    assert "db.example" not in repr(found) + found[0].sentence


def test_what_is_no_address_is_compared_as_it_is() -> None:
    assert guarded({"A": Secret("http://[bad")}, of_production(A="http://[bad")) != ()
