"""The modal for a value: what is written into it is found nowhere but in the seal."""

from pathlib import Path

import pytest

from engine.deploy.asks import Action
from engine.errors import Refusal
from engine.settings import Secret
from engine.slack.events import Pressed
from engine.slack.payloads import read_slack_event
from engine.slack.sealed_values import opened, scrubbed
from engine.slack.submissions import ask_of, written
from engine.store import repositories
from engine.store.port import Delivery
from tests.access.world import SHOP, World
from tests.bot_slack_modals.bench import READS, Bench, fields, shown
from tests.bot_slack_modals.slack import Json, Window
from tests.bot_slack_modals.story import furnish, sent
from tests.pages.deploys import Deploys

VALUE = "s3cr3t-öäü-of-the-shop\nwith a second line"
FILLED: Json = {"project": "7", "environment": "production", "key": "API_KEY", "value": VALUE, "guard": True}


@pytest.fixture(autouse=True)
def story(world: World, deploys: Deploys) -> None:
    furnish(world, deploys)


def form(bench: Bench, text: str = "env set acme/shop production API_KEY") -> Window:
    """The modal of somebody who named all but the value."""
    bench.type(text)
    return bench.window("stored sealed")


def test_it_opens_with_what_was_named_and_no_value(bench: Bench) -> None:
    window = form(bench)
    assert list(fields(window)) == ["project", "environment", "key", "value", "guard"]
    blocks = str(window.now)
    assert "'initial_value': 'API_KEY'" in blocks
    assert "production" in blocks


def test_the_button_in_app_home_opens_it_too(bench: Bench) -> None:
    bench.press("secret", home=True)
    assert fields(bench.window()) == {"project": "project"}


def test_the_value_arrives_and_is_read_by_the_intake_alone(bench: Bench, world: World) -> None:
    event = sent(bench, form(bench), FILLED)
    with world.database.read() as connection:
        repository = repositories.by_id(connection, SHOP.id)
    assert repository is not None
    ask = ask_of(event, repository, "writer", opened(event, bench.deps.vault))
    (new,) = ask.variables
    assert (ask.action, ask.environment) == (Action.ENV_SET, "production")
    assert (new.key, new.value.reveal(), new.is_secret, new.guard) == ("API_KEY", VALUE, True, True)
    assert written(event, "acme/shop") == "env set acme/shop production API_KEY"


def test_the_value_lies_in_no_delivery_no_file_and_no_log(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    window = form(bench)
    bench.choose(window, "project", FILLED)
    sent(bench, window, FILLED)
    printed = capfd.readouterr()
    kept = b"".join([*bench.stored(), *(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())])
    told = "".join([caplog.text, printed.out, printed.err, *bench.slack.heard])
    for piece in ("s3cr3t", "second line"):
        assert piece.encode() not in kept
        assert piece not in told


def test_a_choice_tells_the_inbox_nothing_of_a_value_written_before_it(bench: Bench) -> None:
    window = form(bench)
    bench.choose(window, "project", FILLED)
    event = read_slack_event(bench.newest())
    assert isinstance(event, Pressed)
    assert event.values["value"] == {"value": {"type": "plain_text_input", "value": ""}}
    assert event.callback == "secret"


def test_a_seal_opens_for_its_own_delivery_alone(bench: Bench) -> None:
    sent(bench, form(bench), FILLED)
    stored = bench.newest()
    other = read_slack_event(Delivery("slack:another", "slack", stored.event, stored.body, 0))
    with pytest.raises(Refusal, match="sealed for another"):
        opened(other, bench.deps.vault)  # type: ignore[arg-type]


def test_a_settled_delivery_loses_its_seal_and_nothing_else(bench: Bench) -> None:
    event = sent(bench, form(bench), FILLED)
    stored = bench.newest()
    after = read_slack_event(Delivery(stored.key, "slack", stored.event, scrubbed(stored.body), 0))
    assert event.values["value"]["value"] not in after.values["value"].values()  # type: ignore[union-attr]
    assert after.values["value"]["value"] == {"type": "plain_text_input", "value": ""}  # type: ignore[union-attr]
    assert after.values["key"] == event.values["key"]  # type: ignore[union-attr]


def test_a_bad_name_and_an_empty_value_are_told_at_their_fields(bench: Bench) -> None:
    window = form(bench)
    before = len(bench.stored())
    errors = bench.submit(window, FILLED | {"key": "1 KEY", "value": ""}).json()["errors"]
    assert errors == {
        "key": "'1 KEY' is no name of a variable: letters, digits and _ only, and no digit at its beginning.",
        "value": "Write the value.",
    }
    assert len(bench.stored()) == before


def test_an_error_never_repeats_the_value(bench: Bench) -> None:
    answer = bench.submit(form(bench), FILLED | {"key": "PATH"})
    assert "PATH is set by Slipway itself" in answer.json()["errors"]["key"]
    assert "s3cr3t" not in answer.text


def test_who_may_only_read_gets_no_field_for_a_value(bench: Bench) -> None:
    bench.type("env set acme/shop production API_KEY", READS)
    window = bench.window("not_permitted")
    assert "value" not in fields(window)
    assert "needs write permission" in shown(window)


def test_a_typed_value_is_refused_repeated_nowhere_and_not_stored(bench: Bench) -> None:
    answer = bench.type("env set acme/shop production API_KEY=s3cr3t")
    assert "values are never typed behind one" in answer.json()["text"]
    assert "s3cr3t" not in answer.text
    assert b"s3cr3t" not in b"".join(bench.stored())


def test_an_empty_seal_is_refused(bench: Bench) -> None:
    event = sent(bench, form(bench), FILLED)
    with pytest.raises(Refusal):
        opened(type(event)(event.delivery, event.where, event.callback, event.metadata), bench.deps.vault)
    assert isinstance(opened(event, bench.deps.vault), Secret)
