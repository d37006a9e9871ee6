"""Redaction: a value is hidden however it is written (fault D9)."""

import base64
import html
import json
import random
import secrets
import shlex
import time
import traceback
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest

from engine.settings import Secret
from engine.variables.redaction import MARK, Redactor

PLAIN = "canary-7Hq2Zx9LpWm4"
CROOKED = "cän&ary /+\"x\\y'=% <5>?"
#: Values that hold what looks like an escape, and lose it with those that they were written in.
ESCAPED = ["cän&ary /+\"'\\ %5BT-9Y48ymPFI= <x>?", "pw&amp;7Hq2<%41Zx9\\nLpWm4%2F", "a\\'b\\u00e4cd&#39;7Hq2Zx9"]
KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7\n-----END KEY-----\n"

WRITTEN: dict[str, Callable[[str], str]] = {
    "raw": str,
    "quoted": quote,
    "quoted wholly": lambda value: quote(value, safe=""),
    "quoted plus": quote_plus,
    "in a query": lambda value: "https://x.example/?" + urlencode({"token": value}),
    "quoted with small letters": lambda value: quote(value, safe="").lower().replace(value.lower(), value),
    "quoted twice": lambda value: quote(quote(value, safe=""), safe=""),
    "JSON": json.dumps,
    "JSON with letters as they are": lambda value: json.dumps({"key": value}, ensure_ascii=False),
    "JSON in JSON": lambda value: json.dumps({"line": json.dumps({"key": value})}),
    "JSON with slashes escaped": lambda value: json.dumps(value).replace("/", "\\/"),
    "a URL in JSON": lambda value: json.dumps({"url": "https://x/" + quote(value, safe="")}),
    "repr": repr,
    "ascii": ascii,
    "repr of bytes": lambda value: repr(value.encode()),
    "HTML": html.escape,
    "a shell's word": lambda value: shlex.quote(value) if "'" not in value else value,
    "hex": lambda value: value.encode().hex(),
    "HEX": lambda value: value.encode().hex().upper(),
}


@pytest.mark.parametrize("value", [PLAIN, CROOKED, *ESCAPED])
@pytest.mark.parametrize("way", WRITTEN)
def test_a_value_is_hidden_however_it_is_written(way: str, value: str) -> None:
    text = WRITTEN[way](value)
    told = Redactor([Secret(value)]).text(f"before {text} behind")
    assert text not in told
    assert MARK in told
    assert told.startswith("before ")
    assert told.endswith(" behind")


@pytest.mark.parametrize("value", [PLAIN, CROOKED])
@pytest.mark.parametrize("before", range(7))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padded", [True, False])
def test_base64_is_hidden_at_each_alignment(
    value: str, before: int, encode: Callable[[bytes], bytes], padded: bool
) -> None:
    for behind in range(4):
        text = encode(b"b" * before + value.encode() + b"e" * behind).decode()
        text = text if padded else text.rstrip("=")
        head, tail = Redactor([Secret(value)]).text(f"x {text} y").split(MARK)
        # Not one bit of the value is left.
        assert len(head.removeprefix("x ")) <= before * 8 // 6
        assert len(tail.removesuffix(" y")) <= max(0, len(text) - -(-(before + len(value.encode())) * 8 // 6))


def test_what_is_wrapped_over_lines_is_hidden_in_each() -> None:
    value = secrets.token_urlsafe(120)
    for lead in range(60):
        wrapped = base64.encodebytes(b"A=" + b"x" * lead + b"\nSECRET=" + value.encode() + b"\nB=y\n").decode()
        told = Redactor([Secret(value)]).text(f"first\n{wrapped}last").split("\n")
        assert (told[0], told[-1]) == ("first", "last")
        kept = "".join(told[1:-1]).replace(MARK, "").rstrip("=")
        assert len(kept) < len(wrapped) - len(value) + 8


def test_values_of_several_lines_are_hidden_line_by_line() -> None:
    redactor = Redactor([Secret(KEY)])
    for text in (KEY, json.dumps(KEY), repr(KEY), quote(KEY), f"  {KEY.splitlines()[2]}", KEY.replace("\n", "\r\n")):
        assert "MIIEv" not in redactor.text(text)
        assert "BKcwg" not in redactor.text(text)


def test_lines_stay_lines() -> None:
    assert Redactor([Secret(KEY)]).text(f"a\n{KEY}b").count("\n") == KEY.count("\n") + 1


def test_a_traceback_tells_nothing() -> None:
    try:
        raise ValueError(f"connecting to postgres://app:{PLAIN}@db/shop: {CROOKED!r}")
    except ValueError as error:
        told = Redactor([Secret(PLAIN), Secret(CROOKED)]).text("".join(traceback.format_exception(error)))
    assert "connecting to postgres://app:[hidden]@db/shop: '[hidden]'" in told


def test_the_password_of_an_address_is_hidden_alone_too() -> None:
    redactor = Redactor([Secret("postgres://app:pa%2Fss-word@db.example/shop")])
    assert redactor.text("login app / pa/ss-word refused by db.example") == "login app / [hidden] refused by db.example"


def test_the_texts_of_a_json_value_are_hidden_alone_too() -> None:
    value = json.dumps({"type": "service", "private_key": KEY, "more": [{"token": PLAIN}]})
    told = Redactor([Secret(value)]).text(f"key:\n{KEY}token {PLAIN}, type service")
    assert "MIIEv" not in told
    assert told.endswith("token [hidden], type service")


@pytest.mark.parametrize("indent", [None, 2])
def test_short_lines_of_a_json_value_are_left_alone(indent: int | None) -> None:
    value = json.dumps({"greeting": "Hello,\nwelcome\nback", "token": PLAIN}, indent=indent)
    redactor = Redactor([Secret(value)])
    assert redactor.text("GET /welcome 200") == "GET /welcome 200"
    for text in (value, json.dumps(value), repr(value), quote(value), value.replace("\\n", "\n")):
        assert "welcome" not in redactor.text(text)


def test_the_name_of_a_host_loses_its_capitals() -> None:
    told = Redactor([Secret(PLAIN)]).text(f"egress to {PLAIN.lower()}.example.com is not allowed")
    assert told == "egress to [hidden].example.com is not allowed"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_a_stream_hides_what_its_pieces_cut(size: int) -> None:
    text = f"one {PLAIN} two\n{json.dumps(CROOKED)}\n{base64.encodebytes(CROOKED.encode() * 4).decode()}end {PLAIN}"
    redactor = Redactor([Secret(PLAIN), Secret(CROOKED)])
    stream = redactor.stream()
    told = "".join(stream.feed(text[at : at + size]) for at in range(0, len(text), size)) + stream.rest()
    assert told == redactor.text(text)
    assert told.startswith("one [hidden] two\n")
    assert told.endswith("end [hidden]")


def test_a_stream_tells_whole_lines_at_once() -> None:
    stream = Redactor([Secret(PLAIN)]).stream()
    assert stream.feed(f"{PLAIN}\nmo") == "[hidden]\n"
    assert stream.feed("re\n") == "more\n"
    assert stream.rest() == ""


def test_a_long_part_of_a_value_is_hidden_although_the_rest_is_missing() -> None:
    value = secrets.token_urlsafe(200)
    redactor = Redactor([Secret(value)])
    assert redactor.text(f"cut {value[100:130]} off") == "cut [hidden] off"
    assert redactor.text(f"cut {value[:9]}", cut=True) == "cut [hidden]"
    assert redactor.text(f"{value[-9:]} cut", cut=True) == "[hidden] cut"


def test_values_that_overlap_are_both_hidden() -> None:
    assert Redactor([Secret("abcdefgh"), Secret("efghijkl")]).text("xabcdefghijklx") == "x[hidden]x"


def test_what_is_no_value_is_left_alone() -> None:
    text = 'GET /a%20b?x=1&y=2 HTTP/1.1 "été" \\n {"a": [1, 2]} dGVzdA== 68656c6c6f\n\tend'
    assert Redactor([Secret(PLAIN), Secret(CROOKED), Secret(KEY)]).text(text) == text


def test_short_values_are_left_alone() -> None:
    assert Redactor([Secret("true"), Secret("8080"), Secret("")]).text("true 8080") == "true 8080"


def test_no_value_at_all_hides_nothing() -> None:
    assert Redactor([]).text("anything") == "anything"


def test_the_time_is_linear_in_the_text_and_hardly_grows_with_the_values() -> None:
    dice = random.Random(1)
    text = "".join(dice.choice("abcdefghijklmnopqrstuvwxyz 0123456789/=+%\\&\n") for _ in range(160_000))
    many = Redactor([Secret(secrets.token_urlsafe(30)) for _ in range(100)])
    few = Redactor([Secret(secrets.token_urlsafe(30))])

    def seconds(redactor: Redactor, part: str) -> float:
        return min(_timed(redactor, part) for _ in range(3))

    quarter, whole = seconds(many, text[:40_000]), seconds(many, text)
    assert whole < 12 * quarter
    assert whole < 5 * seconds(few, text)


def _timed(redactor: Redactor, text: str) -> float:
    began = time.process_time()
    redactor.text(text)
    return time.process_time() - began


def test_lines_between_two_with_escapes_are_left_alone() -> None:
    redactor = Redactor([Secret(CROOKED)])
    text = f"a {quote(CROOKED)}\nplain one\nplain two\n{json.dumps(CROOKED)} b\n"
    assert redactor.text(text) == 'a [hidden]\nplain one\nplain two\n"[hidden]" b\n'


def test_values_can_be_added_one_by_one_before_and_after_it_has_looked() -> None:
    redactor = Redactor([])
    for number in range(1500):
        redactor = redactor.adding(Secret(f"number-{number:04}-of-many"))
    assert redactor.text("number-0000-of-many number-1499-of-many") == "[hidden] [hidden]"
    more = redactor.adding(Secret("one-more"), Secret("number-0000-of-many"))
    assert more.text("number-0000-of-many number-0700-of-many one-more") == "[hidden] [hidden] [hidden]"
    assert redactor.text("one-more") == "one-more"
