"""Our cookies never reach an application; an application's never become ours, nor a sibling's."""

from urllib.parse import quote

import pytest

from engine.domain.preview import Preview
from tests.gateway.conftest import Fort
from tests.gateway.running import RunningGateway, request


def cookies_heard(gateway: RunningGateway, preview: Preview, cookie: str) -> list[str]:
    """The Cookie lines that the application gets."""
    with gateway.wire() as wire:
        wire.send(request(gateway.host(preview), fields={"Cookie": cookie}))
        return [line for line in wire.answer().json["lines"] if line.lower().startswith("cookie")]


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ("a=1; b=2", ["Cookie: a=1; b=2"]),
        ("slipway_x_visit=t", []),
        ("a=1; slipway_x_visit=t; b=2", ["Cookie: a=1; b=2"]),
        ("__Host-slipway_x_share=t;a=1", ["Cookie: a=1"]),
        ("SLIPWAY_x=t; __host-Slipway_y=t; a=slipway_", ["Cookie: a=slipway_"]),
        ("=slipway_x=t; a=1", ["Cookie: a=1"]),
    ],
)
def test_our_cookies_are_taken_out(fort: Fort, sent: str, heard: list[str]) -> None:
    assert cookies_heard(fort.gateway, fort.public, sent) == heard


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ("a=1; Path=/; HttpOnly", ["a=1; Path=/; HttpOnly"]),
        ("a=1; Domain=localhost; Path=/", ["a=1; Path=/"]),
        ("a=1; domain = .localhost", ["a=1"]),
        ("slipway_x_visit=mine", []),
        ("__Host-Slipway_x_visit=mine; Secure", []),
        ("=slipway_x_visit=mine", []),
        ("  slipway_x_visit=mine", []),
    ],
)
def test_an_application_sets_its_own_cookies_for_its_own_host(fort: Fort, given: str, passed: list[str]) -> None:
    got = fort.gateway.ask(fort.public, f"/cookies?set={quote(given)}")
    assert got.values("set-cookie") == passed


def test_other_cookies_pass_beside_a_refused_one(fort: Fort) -> None:
    got = fort.gateway.ask(fort.public, "/cookies?set=a%3D1&set=slipway_x%3D2&set=b%3D3")
    assert got.values("set-cookie") == ["a=1", "b=3"]
