"""How the engine calls Slack: the token in its header and nowhere else, one try, and an end to every call."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import HeaderBlock, PlainTextObject

from engine.errors import OutsideError
from engine.reports.outcomes import SETTLED, SOON
from engine.reports.port import Impossible, Later
from engine.reports.slack_outcomes import outcome_of_slack
from engine.slack.failures import SlackAway, SlackLimited, SlackRefused, TokenDead, TokenUnreadable
from engine.variables.worked_with import WORKED_WITH
from tests.databases import Databases
from tests.forge.serving import Say, answer, dripping, saying, serving
from tests.slack_client.desk import Desk, a_desk
from tests.slack_client.strict import Answer


@pytest.fixture
def desk(sqlite_databases: Databases) -> Iterator[Desk]:
    """The wire is the same on each kind of database."""
    with a_desk(sqlite_databases) as made:
        yield made


def test_an_answer_comes_back_whole(desk: Desk) -> None:
    assert desk.api.call(desk.acme.id, "auth.test") == {"ok": True}
    assert desk.slack.calls == [("T1", "auth.test")]


def test_words_models_and_flags_are_sent_as_slack_reads_them_and_nothing_where_there_is_none(desk: Desk) -> None:
    head = HeaderBlock(text=PlainTextObject(text="Ümläut 😀 & <x>"))
    desk.api.call(desk.acme.id, "chat.postMessage", channel="C1", text="a&b=c", thread_ts=None, unfurl_links=False)
    with pytest.raises(SlackObjectFormationError):
        desk.api.call(desk.acme.id, "chat.postMessage", channel="C1", blocks=[HeaderBlock(text="x" * 151)])
    with pytest.raises(TypeError, match="object can't be sent"):
        desk.api.call(desk.acme.id, "chat.postMessage", channel="C1", blocks=[object()])
    desk.slack.strict_blocks = False
    desk.api.call(desk.acme.id, "chat.postMessage", channel="C1", text="\ud800", blocks=[head])
    first, second = desk.slack.said
    assert (first.text, first.thread, second.text) == ("a&b=c", "", "?")
    assert second.blocks[0]["text"] == {"type": "plain_text", "text": "Ümläut 😀 & <x>"}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Answer(200, b'{"ok": false, "error": "channel_not_found"}'), SlackRefused),
        (Answer(200, b'{"ok": false, "error": "<!here> https://evil"}'), SlackRefused),
        (Answer(200, b'{"ok": false}'), SlackRefused),
        (Answer(200, b'{"ok": "yes"}'), SlackRefused),
        (Answer(403, b'{"ok": true}'), SlackRefused),
        (Answer(200, b'{"ok": false, "error": "internal_error"}'), SlackAway),
        (Answer(200, b"<html>"), SlackAway),
        (Answer(200, b"[]"), SlackAway),
        (Answer(200, b""), SlackAway),
        (Answer(404, b"<html>"), SlackAway),
        (Answer(503, b'{"ok": true}'), SlackAway),
        (Answer(302, b"", {"Location": "http://127.0.0.1:9/"}), SlackAway),
        (Answer(429, b'{"ok": true}', {"Retry-After": "5"}), SlackLimited),
    ],
)
def test_whatever_is_no_success_is_one_of_our_errors(desk: Desk, said: Answer, error: type[OutsideError]) -> None:
    desk.slack.next_answers = [said]
    with pytest.raises(error) as raised:
        desk.api.call(desk.acme.id, "auth.test")
    assert type(raised.value) is error
    assert str(raised.value).startswith("auth.test: ")
    assert not {"evil", "<", "xoxb"} & set(str(raised.value).replace("https", "").split("/"))
    assert len(desk.slack.calls) == 1


def test_a_redirect_takes_the_token_nowhere(desk: Desk) -> None:
    seen: list[bytes] = []

    def note(connection: socket.socket, head: bytes) -> None:
        seen.append(head)
        connection.sendall(answer("200 OK"))

    with serving(note) as elsewhere:
        desk.slack.next_answers = [Answer(status, b"", {"Location": elsewhere}) for status in (301, 302, 307, 308)]
        for _ in range(4):
            with pytest.raises(SlackAway):
                desk.api.call(desk.acme.id, "auth.test")
    assert seen == []


@pytest.mark.parametrize("said", [dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"), dripping(b"")])
def test_a_slack_that_drips_is_left_and_may_have_done_it(desk: Desk, said: Say) -> None:
    with serving(said) as url, closing(desk.api_with(desk.vault, url, seconds=0.4)) as api:
        began = time.monotonic()
        with pytest.raises(SlackAway) as raised:
            api.call(desk.acme.id, "auth.test")
        assert time.monotonic() - began < 30
    assert raised.value.unanswered
    assert "xoxb" not in repr(raised.value) + repr(raised.value.__cause__)


@pytest.mark.parametrize("said", [b"nonsense\r\n\r\n", b"", answer("200 OK", b"x" * (17 * 1024 * 1024))])
def test_a_slack_that_talks_nonsense_is_left(desk: Desk, said: bytes) -> None:
    with serving(saying(said)) as url, closing(desk.api_with(desk.vault, url)) as api, pytest.raises(SlackAway):
        api.call(desk.acme.id, "auth.test")


def test_a_slack_that_isnt_there_has_done_nothing(desk: Desk) -> None:
    with serving(saying(b"")) as url:
        pass
    with closing(desk.api_with(desk.vault, url)) as api, pytest.raises(SlackAway) as raised:
        api.call(desk.acme.id, "auth.test")
    assert not raised.value.unanswered


def test_what_must_be_over_by_a_time_is(desk: Desk) -> None:
    with desk.api.within(time.monotonic() - 1), pytest.raises(SlackAway):
        desk.api.call(desk.acme.id, "auth.test")
    assert desk.slack.calls == []


@pytest.mark.parametrize(
    ("api", "taken", "others"),
    [
        ("https://slack.com", ["https://hooks.slack.com/a"], ["https://slack.com/a", "http://hooks.slack.com/a"]),
        ("https://slack-gov.com", ["https://hooks.slack-gov.com/a"], ["https://hooks.slack.com/a"]),
        (
            "http://127.0.0.1:1",
            ["http://127.0.0.1:1/a"],
            [
                *("http://127.0.0.1:12/a", "http://127.0.0.1:1@evil/a", "//127.0.0.1:1/a", "http://evil/127.0.0.1:1"),
                *("https://hooks.slack.com/a", "", "x", "http://[", "http://127.0.0.1:1\n.evil/"),
            ],
        ),
    ],
)
def test_only_slacks_own_addresses_are_answered_at(desk: Desk, api: str, taken: list[str], others: list[str]) -> None:
    with closing(desk.api_with(desk.vault, api)) as there:
        assert [there.is_slacks(each) for each in taken] == [True] * len(taken)
        assert [each for each in others if there.is_slacks(each)] == []


def test_an_answer_at_an_address_that_fails_never_names_it(desk: Desk) -> None:
    url = desk.slack.response_url() + "?secret"
    for said in (Answer(404, b"expired_url"), Answer(500, b""), Answer(403, b"x" * 500), Answer(429, b"")):
        desk.slack.next_answers = [said]
        with pytest.raises(OutsideError, match="answering at a response_url") as raised:
            desk.api.respond(url, {"text": "x"})
        assert "secret" not in repr(raised.value)


OUTCOMES = {
    "limit": (SlackLimited("x", 30.0), Later(30.0, "x", for_all=True)),
    "limit without a time": (SlackLimited("x", 30.0, named=False), Later(30.0, "x", for_all=True, grows=True)),
    "no way": (SlackAway("x"), Later(SOON, "x")),
    "no answer": (SlackAway("x", unanswered=True), Later(SETTLED, "x")),
    "trouble with a time": (SlackAway("x", retry_after=9.0), Later(9.0, "x", for_all=True)),
    "no key": (TokenUnreadable("x"), Later(5.0, "x", for_all=True, grows=True)),
    "refused": (SlackRefused("x", "is_archived"), Impossible("x")),
    "dead": (TokenDead("x", "token_revoked"), Impossible("x")),
}


@pytest.mark.parametrize("case", OUTCOMES)
def test_each_trouble_comes_again_or_never(case: str) -> None:
    error, outcome = OUTCOMES[case]
    assert outcome_of_slack(error) == outcome


def test_our_own_log_hides_a_token_that_was_worked_with(desk: Desk) -> None:
    desk.api.call(desk.globex.id, "auth.test")
    assert "xoxb-globex" not in WORKED_WITH.hidden("as an answer quotes it: xoxb-globex")
