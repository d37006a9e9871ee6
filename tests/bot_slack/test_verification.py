"""Who isn't Slack is turned away before anything is read (fault F-S3)."""

import time
from collections.abc import Callable

import httpx
import pytest

from engine.store.slack_workspaces import Workspace
from tests.bot_slack.posting import OLD_SECRET, SECRET, a_command, sign, signed
from tests.bot_slack.scene import PATH, Scene

BODY = a_command("deploy to production", trigger="1.1.t")
TIMES: dict[str, Callable[[], str]] = {
    "six minutes ago": lambda: f"{time.time() - 360:.0f}",
    "in six minutes": lambda: f"{time.time() + 360:.0f}",
    "negative": lambda: f"-{time.time():.0f}",
    "signed": lambda: f"+{time.time():.0f}",
    "a fraction": lambda: f"{time.time():.3f}",
    "underscored": lambda: f"{time.time():_.0f}",
    "NaN": lambda: "NaN",
    "infinite": lambda: "inf",
    "10^30": lambda: "1" + "0" * 30,
    "1e9": lambda: "1e9",
    "empty": lambda: "",
    "a word": lambda: "now",
    "in other digits": lambda: "١٢٣٤٥٦٧٨٩٠",
    "spaced": lambda: f"{time.time():.0f} 1",
    "hexadecimal": lambda: hex(int(time.time())),
}


@pytest.mark.parametrize("when", TIMES)
def test_a_time_that_is_not_of_now_is_refused(scene: Scene, acme: Workspace, when: str) -> None:
    said = TIMES[when]()
    headers = [(b"x-slack-request-timestamp", said.encode()), (b"x-slack-signature", sign(BODY, said).encode())]
    assert scene.post(BODY, httpx.Headers(headers)).status_code == 401
    assert scene.stored() == []


@pytest.mark.parametrize("name", ["x-slack-request-timestamp", "x-slack-signature"])
def test_a_header_that_is_missing_or_doubled_is_refused(scene: Scene, acme: Workspace, name: str) -> None:
    good = signed(BODY)
    missing = httpx.Headers([(key, value) for key, value in good.items() if key != name])
    doubled = httpx.Headers([*good.items(), (name, good[name])])
    assert [scene.post(BODY, each).status_code for each in (missing, doubled)] == [401, 401]
    assert scene.stored() == []


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace(b"+", b"%20"),
        BODY.replace(b"%2F", b"/"),
        BODY + b"\n",
        BODY + b"&text=deploy",
        b"\xef\xbb\xbf" + BODY,
        BODY.replace(b"deploy", b"reject"),
        BODY.lower(),
        b"",
    ],
)
def test_a_body_that_is_not_the_signed_bytes_is_refused(scene: Scene, acme: Workspace, body: bytes) -> None:
    assert body != BODY
    assert scene.post(body, signed(BODY)).status_code == 401
    assert scene.stored() == []


def a_signature(kind: str) -> str:
    """A signature that is none."""
    now = f"{time.time():.0f}"
    right = sign(BODY, now)
    return {
        "other secret": sign(BODY, now, "a secret of somebody else"),
        "other time": sign(BODY, f"{time.time() - 1:.0f}"),
        "other version": right.replace("v0=", "v1="),
        "short": right[:-1],
        "long": right + "0",
        "upper case": "v0=" + right[3:].upper(),
        "bare": right[3:],
        "empty": "",
        "not ASCII": "v0=" + "é" * 64,
    }[kind]


@pytest.mark.parametrize(
    "kind",
    ["other secret", "other time", "other version", "short", "long", "upper case", "bare", "empty", "not ASCII"],
)
def test_a_signature_that_does_not_fit_is_refused(scene: Scene, acme: Workspace, kind: str) -> None:
    now = f"{time.time():.0f}".encode()
    said = a_signature(kind).encode("latin-1")
    headers = httpx.Headers([(b"x-slack-request-timestamp", now), (b"x-slack-signature", said)])
    assert scene.post(BODY, headers).status_code == 401
    assert scene.stored() == []


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_during_a_rotation_both_secrets_open_the_door(scene: Scene, acme: Workspace, secret: str) -> None:
    answer = scene.post(BODY, signed(BODY, secret=secret))
    assert (answer.status_code, len(scene.stored())) == (200, 1)
    assert answer.json()["text"]


@pytest.mark.parametrize("ahead", [-290.0, 290.0])
def test_a_clock_that_is_some_minutes_off_is_accepted(scene: Scene, acme: Workspace, ahead: float) -> None:
    assert scene.post(BODY, signed(BODY, at=time.time() + ahead)).status_code == 200


def test_a_replay_after_five_minutes_is_refused(scene: Scene, acme: Workspace) -> None:
    headers = signed(BODY)
    assert scene.post(BODY, headers).status_code == 200
    scene.clock.ahead = 301
    assert scene.post(BODY, headers).status_code == 401


def test_what_is_not_posted_is_told_so(scene: Scene) -> None:
    answer = scene.client.get(PATH, headers=signed(b""))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
