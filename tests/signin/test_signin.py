"""Signing in through GitHub, the hand-over to a preview host, and signing out."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.access import handovers
from engine.access.hashes import hash_of
from engine.errors import Unreachable
from engine.store import environments
from engine.store.environments import Named
from tests.access.world import INSTALLATION, OUTSIDER, READER, SHOP, World
from tests.signin.client import Web, open_web

NONCE = hash_of("the nonce of a browser")


def begin(web: Web, path: str = "/") -> str:
    """Begins a sign-in; answers its state."""
    location = web.client.get("/signin", params={"next": path}).headers["location"]
    return str(parse_qs(urlsplit(location).query)["state"][0])


def come_back(web: Web, state: str, code: str = "good") -> tuple[int, str]:
    """Comes back from GitHub; answers the status and where it leads."""
    answer = web.client.get("/signin/callback", params={"code": code, "state": state})
    return answer.status_code, answer.headers.get("location", "")


def test_a_sign_in_goes_to_githubs_page(web: Web) -> None:
    answer = web.client.get("/signin?next=/jobs/bld_1")
    address = urlsplit(answer.headers["location"])
    query = parse_qs(address.query)
    assert (answer.status_code, f"{address.scheme}://{address.netloc}{address.path}") == (
        303,
        "https://github.example/login/oauth/authorize",
    )
    assert query["client_id"] == ["Iv1.client"]
    assert query["redirect_uri"] == ["http://localhost:8080/signin/callback"]
    assert "HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]


def test_somebody_who_comes_back_is_signed_in_and_where_they_wanted_to_be(web: Web) -> None:
    state = begin(web, "/jobs/bld_1")
    assert come_back(web, state) == (303, "/jobs/bld_1")
    assert web.desk.asked == [("good", "http://localhost:8080/signin/callback")]
    assert len(web.session) > 40


def test_a_state_is_good_once(web: Web) -> None:
    state = begin(web)
    name = f"slipway_{web.world.instance}_state"
    cookie = web.client.cookies[name]
    assert come_back(web, state)[0] == 303
    web.client.hold(name, cookie)
    assert come_back(web, state)[0] == 400
    assert len(web.desk.asked) == 1


def test_a_state_is_good_for_ten_minutes(web: Web) -> None:
    state = begin(web)
    web.clock.at += 600
    assert come_back(web, state)[0] == 400


def test_a_state_belongs_to_the_browser_that_began(web: Web) -> None:
    state = begin(web)
    web.client.forget()
    assert come_back(web, state)[0] == 400
    begin(web)
    assert come_back(web, state)[0] == 400
    assert web.desk.asked == []


def test_a_state_that_was_changed_is_none(web: Web) -> None:
    state = begin(web)
    name = f"slipway_{web.world.instance}_state"
    nonce, until, path, mark = web.client.cookies[name].split(".")
    for changed in (f"{nonce}.9{until}.{path}.{mark}", f"{nonce}.{until}.L2V2aWw.{mark}", "a.b.c.d", "", "x"):
        web.client.hold(name, changed)
        assert come_back(web, state)[0] == 400


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "\\evil", "javascript:0"]
)
def test_the_way_back_is_never_another_site(web: Web, path: str) -> None:
    assert come_back(web, begin(web, path)) == (303, "/")


def test_a_code_that_github_does_not_know_is_refused(web: Web) -> None:
    assert come_back(web, begin(web), "bad")[0] == 403
    assert web.session == ""


def test_somebody_who_says_no_at_github_is_told_so(web: Web) -> None:
    answer = web.client.get("/signin/callback", params={"error": "access_denied", "state": begin(web)})
    assert answer.status_code == 403
    assert "was not allowed" in answer.text


def test_a_github_that_is_away_is_said_to_be(web: Web) -> None:
    web.desk.away = Unreachable("signing in through GitHub: no route to host")
    assert come_back(web, begin(web))[0] == 503


def test_without_a_github_app_there_is_no_sign_in(world: World, tmp_path: Path) -> None:
    nothing = dict.fromkeys(
        ("GITHUB_APP_ID", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "GITHUB_PRIVATE_KEY", "GITHUB_WEBHOOK_SECRET"), ""
    )
    with open_web(world, tmp_path, **nothing) as web:
        assert web.client.get("/signin").status_code == 503
        assert web.client.get("/signin/callback").status_code == 503


def test_a_stranger_signs_in_before_the_hand_over(web: Web) -> None:
    answer = web.client.get("/signin/enter", params={"host": "pr-1", "nonce": NONCE, "path": "/a?b=c"})
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    back = parse_qs(address.query)["next"][0]
    assert (address.path, urlsplit(back).path) == ("/signin", "/signin/enter")
    assert parse_qs(urlsplit(back).query) == {"host": ["pr-1"], "nonce": [NONCE], "path": ["/a?b=c"]}
    assert come_back(web, begin(web, back)) == (303, back)


def test_a_reader_is_handed_over_with_a_code_for_that_host_and_browser(web: Web) -> None:
    preview = web.world.preview()
    web.sign_in(READER)
    answer = web.client.get("/signin/enter", params={"host": preview.label, "nonce": NONCE, "path": "/a?b=c"})
    address = urlsplit(answer.headers["location"])
    query = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}/" == web.settings.preview_url(preview.label)
    assert (address.path, query["path"]) == ("/.slipway/enter", ["/a?b=c"])
    with web.world.database.write() as connection:
        redeemed = handovers.redeem(
            connection, query["code"][0], label=preview.label, nonce="the nonce of a browser", now=web.clock()
        )
    assert redeemed == READER


def test_nobody_learns_whether_a_preview_exists_that_they_may_not_see(web: Web) -> None:
    preview = web.world.preview()
    web.sign_in(OUTSIDER)
    answers = [
        web.client.get("/signin/enter", params={"host": label, "nonce": NONCE}) for label in (preview.label, "pr-9--no")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text


def test_a_private_release_is_entered_on_the_domain_of_releases(world: World, tmp_path: Path) -> None:
    with open_web(world, tmp_path, PREVIEW_DOMAIN="previews.example", RELEASE_DOMAIN="releases.example") as web:
        with world.database.write() as connection:
            environment = environments.ensure(
                connection,
                installation_id=INSTALLATION,
                repository_id=SHOP.id,
                full_name=SHOP.full_name,
                named=Named("staging", "local", "private", "{}"),
                now=web.clock(),
            )
        web.sign_in(READER)
        answer = web.client.get("/signin/enter", params={"host": environment.label, "nonce": NONCE, "path": "/"})
        assert answer.headers["location"].startswith(f"{web.settings.release_url(environment.label)}.slipway/enter?")


def test_a_hand_over_without_a_nonce_is_none(web: Web) -> None:
    preview = web.world.preview()
    web.sign_in(READER)
    assert web.client.get("/signin/enter", params={"host": preview.label}).status_code == 400


def test_a_hand_over_waits_for_github(web: Web) -> None:
    preview = web.world.preview()
    web.sign_in(READER)
    web.world.forge.outage = Unreachable("GET: no route to host")
    assert web.client.get("/signin/enter", params={"host": preview.label, "nonce": NONCE}).status_code == 503


@pytest.mark.parametrize("origin", [None, "https://evil.example", "http://localhost:9999", "null"])
def test_another_site_signs_nobody_out(web: Web, origin: str | None) -> None:
    web.sign_in()
    answer = web.client.post("/signout", headers={"Origin": origin} if origin else {}, data={"csrf": "guess"})
    assert answer.status_code == 403
    assert web.session


def test_the_button_on_our_page_signs_out(web: Web) -> None:
    web.sign_in()
    before = web.session
    assert web.client.post("/signout", headers={"Origin": "http://localhost:8080"}).status_code == 303
    assert web.session == ""
    web.client.hold(f"slipway_{web.world.instance}_session", before)
    preview = web.world.preview()
    again = web.client.get("/signin/enter", params={"host": preview.label, "nonce": NONCE})
    assert again.headers["location"].startswith("/signin?")


def test_the_sessions_own_proof_signs_out(web: Web) -> None:
    web.sign_in()
    proof = hash_of(f"csrf:{web.session}")
    assert web.client.post("/signout", data={"csrf": proof}).status_code == 303
    assert web.session == ""


def test_signing_out_is_nothing_that_a_link_does(web: Web) -> None:
    web.sign_in()
    assert web.client.get("/signout").status_code == 405
    assert web.client.post("/signout", content=b"x" * 5000).status_code == 413
    assert web.session


def test_on_https_cookies_are_bound_to_their_host(world: World, tmp_path: Path) -> None:
    with open_web(world, tmp_path, PUBLIC_URL="https://slipway.example.com") as web:
        cookie = web.client.get("/signin").headers["set-cookie"]
    assert cookie.startswith(f"__Host-slipway_{world.instance}_state=")
    assert cookie.endswith("; Secure")
