"""Every webhook that GitHub gives as an example is taken in, and none is too much for us."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.published.postroom import Postroom, Verdict, postroom
from tests.published.webhook_table import PAGE, STATES, page, through_the_app

Examples = list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postroom]:
    """A door with its back room."""
    with postroom(tmp_path_factory.mktemp("postroom")) as made:
        yield made


@pytest.fixture(scope="module")
def verdicts(room: Postroom, examples: Examples) -> list[tuple[str, Verdict]]:
    """What becomes of each example, as a GitHub App gets it."""
    return [(event, room.take_in(event, through_the_app(payload))) for event, payload in examples]


def test_there_are_as_many_as_github_gave(examples: Examples) -> None:
    assert (len(examples), len({event for event, _ in examples})) == (329, 58)


def test_every_example_is_accepted_and_its_job_is_over(verdicts: list[tuple[str, Verdict]]) -> None:
    assert Counter((verdict.status, verdict.job) for _, verdict in verdicts) == {(202, "done"): 329}
    assert {verdict.state for _, verdict in verdicts} <= set(STATES)


def test_examples_of_webhooks_that_are_no_apps_are_accepted_too(room: Postroom, examples: Examples) -> None:
    own = [(event, payload) for event, payload in examples if "installation" not in payload]
    assert len(own) > 100
    found = [room.take_in(event, payload) for event, payload in own]
    assert Counter((verdict.status, verdict.job) for verdict in found) == {(202, "done"): len(own)}
    assert "handled" not in {verdict.state for verdict in found}


def test_the_page_of_webhooks_tells_what_becomes_of_them(verdicts: list[tuple[str, Verdict]]) -> None:
    assert PAGE.read_text() == page(verdicts), "run python -m tests.published.webhook_table"
