"""Cookie names, and paths to come back to."""

import pytest

from engine.access.cookies import CookieNames, is_reserved
from engine.access.paths import own_path


def test_cookies_on_https_are_bound_to_their_host() -> None:
    names = CookieNames("abc", secure=True)
    assert names.set(names.visit, "v", 60) == (
        "__Host-slipway_abc_visit=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
    )


def test_cookies_on_loopback_have_no_prefix_that_browsers_would_refuse() -> None:
    names = CookieNames("abc", secure=False)
    assert names.set(names.session, "v", 0) == "slipway_abc_session=v; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


def test_every_name_of_ours_is_reserved_and_none_is_used_twice() -> None:
    for secure in (True, False):
        names = CookieNames("abc", secure)
        ours = [names.session, names.state, names.visit, names.share, names.nonce]
        assert all(map(is_reserved, ours))
        assert len(set(ours)) == 5
    assert not is_reserved("session")


@pytest.mark.parametrize("path", ["/", "/a/b", "/a?b=c&d=%2F", "/jobs/bld_1#x", "/.slipway/share"])
def test_a_path_of_this_host_is_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "//evil",
        "///evil",
        "/\\evil",
        "\\\\evil",
        "https://evil",
        "javascript:1",
        "/a b",
        "/a\nb",
        "/é",
        "/" + "x" * 5000,
    ],
)
def test_anything_else_leads_to_the_start(text: str) -> None:
    assert own_path(text) == "/"
