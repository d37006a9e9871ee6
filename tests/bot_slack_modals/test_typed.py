"""What `web` makes of what is typed and pressed, without asking anybody."""

import json
import time
from urllib.parse import parse_qs, urlencode

import pytest

from engine.errors import Refusal
from engine.settings import Secret
from engine.slack.at_web import STEP, first_answer, is_answered, opens, without_values
from engine.slack.events import Pressed, Submitted, Typed, Where
from engine.slack.sealed_values import opened, scrubbed, seal_body
from engine.slack.submissions import Noted, errors_of, noted
from engine.variables.vault import Vault, new_key

WHERE = Where("T1", "U1", channel="C1")
VAULT = Vault([new_key()])


def typed(text: str, *, mention: bool = False) -> Typed:
    return Typed("slack:1", WHERE, text, trigger_id="" if mention else "1.2.a", response_url="")


@pytest.mark.parametrize(
    ("text", "modal"),
    [
        ("deploy", "deploy"),
        (" /slipway Deploy ", "deploy"),
        ("env set", "secret"),
        ("env set acme/shop production API_KEY", "secret"),
        ("deploy acme/shop@main to production", ""),
        ("deploy to production", ""),
        ("rollback", ""),
        ("help", ""),
        ("deplyo", ""),
        ("", ""),
    ],
)
def test_a_command_opens_a_modal_or_none(text: str, modal: str) -> None:
    assert opens(typed(text)) == modal
    assert opens(typed(text, mention=True)) == ""


@pytest.mark.parametrize("action", ["deploy", "secret", "rollback", "reject", "ship"])
def test_a_button_opens_its_modal_and_a_choice_in_one_is_a_step(action: str) -> None:
    assert opens(Pressed("slack:1", WHERE, action, "")) == action
    assert opens(Pressed("slack:1", WHERE, action, "", view_id="V1", callback="deploy")) == STEP


@pytest.mark.parametrize("action", ["approve", "cancel", "retry", "open", "link", "unlink", "project"])
def test_every_other_button_opens_none(action: str) -> None:
    assert opens(Pressed("slack:1", WHERE, action, "")) == ""
    assert opens(Pressed("slack:1", WHERE, action, "", view_id="V1", callback="words")) == ""


def test_help_and_mistakes_are_answered_whole() -> None:
    assert "/slipway deploy" in first_answer(typed("help"))
    assert "Did you mean `/slipway status`" in first_answer(typed("statsu"))
    assert is_answered(typed("help"))
    assert is_answered(typed("statsu"))
    assert not is_answered(typed("help", mention=True))


def test_a_value_behind_a_mistake_is_not_repeated() -> None:
    told = first_answer(typed("evn set KEY=s3cr3t"))
    assert "`evn …` is not a command: values are never typed" in told


def test_a_command_is_taken_in_and_a_modal_speaks_for_itself() -> None:
    assert first_answer(typed("deploy acme/shop@main to production")) == (
        "Taken in: `deploy acme/shop@main to production`."
    )
    assert first_answer(typed("deploy")) == ""
    assert not is_answered(typed("deploy acme/shop@main to production"))


@pytest.mark.parametrize(
    "text",
    [
        "env set KEY=s3cr3t",
        "ENV\tset production KEY s3cr3t",
        "/slipway env set acme/shop KEY=s3cr3t",
        "<@U1> env set KEY=s3cr3t",
        "hello <@U1>: env set KEY=s3cr3t",
        "env KEY=s3cr3t",
        "secret KEY=s3cr3t",
        "evn set KEY=s3cr3t",
        "env set\nKEY=s3cr3t\nmore",
        "evn set KEY s3cr3t",
        "set-secret KEY s3cr3t",
        "setenv KEY s3cr3t",
        "`env set KEY s3cr3t`",
        "<@U1> please env set KEY s3cr3t",
        "<@U1>\n\xa0 env set KEY s3cr3t",
    ],
)
def test_a_typed_value_is_left_out(text: str) -> None:
    assert "s3cr3t" not in without_values(text)
    assert "KEY=" not in without_values(text)


@pytest.mark.parametrize(
    "text",
    [
        "env set",
        "env set  ",
        "env list production",
        "deplyo acme/secrets to production",
        "env unset production KEY",
        "deploy acme/shop@a=b to production",
        "status",
        "",
    ],
)
def test_what_holds_no_value_stays_as_it_is(text: str) -> None:
    assert without_values(text) == text


def test_a_command_is_stored_without_the_value_and_with_all_else() -> None:
    form = {"command": "/slipway", "text": "env set KEY=s3cr3t", "user_id": "U1", "response_url": "https://x/?a=b&c"}
    kept = parse_qs(seal_body(urlencode(form).encode(), "slack:1", VAULT).decode())
    assert kept == {name: [value] for name, value in (form | {"text": "env set …"}).items()}


def test_a_mention_is_stored_without_the_value_in_its_blocks_too() -> None:
    event = {"type": "app_mention", "user": "U1", "ts": "1.1", "channel": "C1", "text": "<@U0> env set KEY=s3cr3t"}
    body = {"type": "event_callback", "event_id": "Ev1", "event": event | {"blocks": [{"text": "KEY=s3cr3t"}]}}
    kept = seal_body(json.dumps(body).encode(), "slack:Ev1", VAULT)
    assert b"s3cr3t" not in kept
    assert json.loads(kept) == body | {"event": event | {"text": "<@U0> env set …"}}


@pytest.mark.parametrize(
    "body",
    [
        b'{"type":"event_callback","event":{"type":"app_mention","text":"<@U0> status"}}',
        b'{"type":"event_callback","event":{"type":"app_home_opened"}}',
        b"command=%2Fslipway&text=deploy+acme%2Fshop%40main",
        urlencode({"payload": '{"type":"block_actions","actions":[{"action_id":"approve"}]}'}).encode(),
        urlencode({"payload": '{"type":"view_submission","view":{"callback_id":"deploy"}}'}).encode(),
    ],
)
def test_what_holds_no_value_is_stored_byte_for_byte(body: bytes) -> None:
    assert seal_body(body, "slack:1", VAULT) == body
    assert scrubbed(body) == body


def test_a_form_that_says_its_payload_twice_keeps_the_first_alone() -> None:
    state = {"state": {"values": {"value": {"value": {"value": "s3cr3t"}}}}}
    told = {"type": "view_submission", "view": {"callback_id": "secret", **state}, "hidden": "s3cr3t"}
    body = urlencode([("payload", json.dumps(told)), ("payload", "s3cr3t"), ("x", "s3cr3t")]).encode()
    kept = seal_body(body, "slack:1", VAULT)
    assert b"s3cr3t" not in kept
    sealed = json.loads(parse_qs(kept.decode())["payload"][0])["view"]["state"]["values"]
    event = Submitted("slack:1", WHERE, "secret", "", sealed)
    assert opened(event, VAULT).reveal() == "s3cr3t"


def test_another_key_opens_nothing() -> None:
    sealed: dict[str, dict[str, object]] = {"value": {"value": {"value": "plain"}}}
    with pytest.raises(Refusal, match="none of the keys"):
        opened(Submitted("slack:1", WHERE, "secret", "", sealed), VAULT)


def test_what_we_noted_comes_back_and_what_is_not_ours_is_nothing() -> None:
    know = Noted(channel="C1", repository_id=7, ref='a"ü', sha="c" * 40, about="dep_1", older="dep_0")
    assert noted(know.json) == know
    for foreign in ("", "[]", "3", "{", '{"channel": 3, "repository_id": "7", "sha": null}'):
        assert noted(foreign) == Noted()


@pytest.mark.parametrize("values", [{}, {"project": {}}, {"project": {"project": 3}}, {"value": {"value": []}}])
def test_fields_of_any_shape_are_read(values: dict[str, dict[str, object]]) -> None:
    for callback in ("deploy", "rollback", "secret", "reject", "words"):
        assert isinstance(errors_of(Submitted("slack:1", WHERE, callback, "", values)), dict)


def test_a_secret_says_nothing_of_itself() -> None:
    assert "s3cr3t" not in str(Secret("s3cr3t"))


#: More than Slack lets anybody write.
LONG = 100_000


@pytest.mark.parametrize("run", ["\n", "env set ", "\nenv", "<@", "\xa0", "env set\t"], ids=repr)
def test_no_long_message_holds_up_the_door(run: str) -> None:
    begin = time.process_time()
    without_values(f"<@U0> {run * (LONG // len(run))}")
    without_values(f"<@U0> env{' ' * LONG}")
    # Tried anew at each of its places it took many minutes.
    assert time.process_time() - begin < 30.0
