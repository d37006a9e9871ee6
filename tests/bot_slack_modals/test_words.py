"""What is said where no modal can open, or nobody knows who it is for."""

import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from engine.access.hashes import hash_of
from engine.slack.buttons import Bound, encode
from engine.store import slack_people
from engine.store.access_schema import audit
from engine.store.slack_schema import slack_links
from tests.access.world import World
from tests.bot_slack_modals.bench import NOBODY, Bench, shown
from tests.bot_slack_modals.slack import Json


def said(bench: Bench) -> Json:
    """What somebody was told instead of a modal."""
    return bench.until(lambda: bench.slack.said[-1] if bench.slack.said else None)


def test_a_late_trigger_is_answered_in_words_to_that_person_alone(bench: Bench) -> None:
    answer = bench.type("deploy", age=4.0)
    told = said(bench)
    assert (answer.status_code, bench.slack.windows) == (200, {})
    assert told["response_type"] == "ephemeral"
    assert "within 3 seconds" in str(told["text"])
    assert "`too_late`" in str(told["text"])


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"])
def test_every_word_of_slack_for_a_late_trigger_counts(bench: Bench, code: str) -> None:
    bench.slack.errors["views.open"] = [code]
    bench.press("deploy")
    assert "`too_late`" in str(said(bench)["text"])


def test_a_late_press_in_app_home_is_answered_in_a_message(bench: Bench) -> None:
    bench.slack.errors["views.open"] = ["expired_trigger_id"]
    bench.press("secret", home=True)
    told = said(bench)
    assert told["channel"] == "UWRITER"
    assert "`too_late`" in str(told["text"])


def test_any_other_trouble_is_named(bench: Bench) -> None:
    bench.slack.errors["views.open"] = ["invalid_auth"]
    bench.type("deploy")
    assert "`invalid_auth`" in str(said(bench)["text"])


def test_nothing_falls_over_when_not_even_words_arrive(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.slack.errors = {"views.open": ["fatal_error"], "chat.postMessage": ["channel_not_found"]}
    bench.press("secret", home=True)
    bench.until(lambda: not bench.slack.errors["chat.postMessage"] or None)
    bench.type("deploy")
    assert bench.window("Project")
    assert "Traceback" not in caplog.text


def test_a_limit_on_filling_is_waited_for(bench: Bench) -> None:
    bench.slack.errors["views.update"] = ["ratelimited"]
    bench.type("deploy")
    assert bench.window("Project")


def test_whoever_closes_it_early_misses_nothing(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.slack.errors["views.update"] = ["not_found"]
    bench.type("deploy")
    bench.until(lambda: not bench.slack.errors["views.update"] or None)
    bench.type("deploy")
    assert bench.window("Project")
    assert "slack." not in capsys.readouterr().out


def test_somebody_who_is_not_linked_gets_the_button_that_links(bench: Bench, world: World) -> None:
    bench.type("deploy", NOBODY)
    window = bench.window("Link your GitHub account")
    assert "`not_linked`" in shown(window)
    address = re.search(r"http://localhost:8080/slack/link\?token=([\w-]+)", str(window.now))
    assert address is not None
    with world.database.read() as connection:
        kept = connection.execute(slack_links.select().where(slack_links.c.user_id == NOBODY)).one()
        found = slack_people.offered(connection, address[1], kept.created_at)
    assert found is not None
    assert (found.user_id, kept.token_hash) == (NOBODY, hash_of(address[1]))


def test_whoever_is_not_linked_is_in_the_audit(bench: Bench, world: World) -> None:
    bench.press("secret", "", NOBODY)
    bench.window()
    with world.database.read() as connection:
        (line,) = connection.execute(audit.select()).all()
    assert (line.who, line.door, line.did, line.outcome) == (
        "slack:T1:UNOBODY",
        "slack",
        "secret",
        "refused:not_linked",
    )


@pytest.mark.parametrize("action", ["deploy", "secret", "rollback", "reject", "ship"])
def test_no_button_shows_anything_to_somebody_who_is_not_linked(bench: Bench, action: str) -> None:
    bench.press(action, encode(Bound("dep_1", "a" * 40)), NOBODY)
    assert "`not_linked`" in shown(bench.window())


def test_a_fault_of_ours_is_said_and_noted(bench: Bench, world: World) -> None:
    world.forge.outage = RuntimeError("a fault of ours")  # type: ignore[assignment]
    bench.type("env set acme/shop production KEY")
    assert "Something in Slipway itself went wrong" in shown(bench.window())


@pytest.mark.parametrize("action", ["deploy", "secret", "rollback"])
def test_who_is_of_another_workspace_is_nobody_whatever_their_id(bench: Bench, world: World, action: str) -> None:
    bench.of = {"team_id": "T0OTHER"}
    bench.press(action, encode(Bound("dep_1", "a" * 40)))
    told = shown(bench.window())
    assert "another workspace" in told
    assert "Link GitHub" not in told
    with world.database.read() as connection:
        who = connection.execute(select(audit.c.who).where(audit.c.door == "slack")).scalars().all()
        assert connection.execute(select(slack_links).where(slack_links.c.used_at.is_(None))).all() == []
    assert [*who] == ["slack:T0OTHER:UWRITER"]


def test_words_go_to_no_address_but_slacks(bench: Bench) -> None:
    form = {"command": "/slipway", "text": "deploy", "team_id": "T1", "user_id": "UWRITER", "channel_id": "C1"}
    elsewhere = bench.slack.response_url.replace("127.0.0.1", "localhost")
    bench.post(urlencode(form | {"trigger_id": bench.slack.trigger(4.0), "response_url": elsewhere}))
    assert said(bench)["channel"] == "UWRITER"
