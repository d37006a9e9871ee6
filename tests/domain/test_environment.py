"""Host labels of environments."""

import re

import pytest

from engine.domain.environment import NAME, environment_label


@pytest.mark.parametrize("repository", ["acme/shop", "acme/Ünïcode..__shop", "a/" + "x" * 100, "acme/---"])
def test_a_label_is_a_host_label(repository: str) -> None:
    label = environment_label("a" * 30, repository, 7)
    assert len(label) <= 63
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", label)


def test_two_repositories_and_two_environments_never_share_a_label() -> None:
    labels = {environment_label(name, "acme/shop", number) for name in ("staging", "production") for number in (1, 2)}
    assert len(labels) == 4


@pytest.mark.parametrize("name", ["Production", "pro duction", "", "-x", "1st", "a" * 31, "a_b", "a.b", "x\n"])
def test_names_that_could_be_no_host_label_are_none(name: str) -> None:
    assert NAME.fullmatch(name) is None
