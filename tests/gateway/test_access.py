"""Private by default: who gets in, and what the others see."""

import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.access import handovers, sessions, shares
from engine.access.sessions import SessionKind
from engine.domain.event import Person
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.errors import Unreachable
from engine.store import generations
from tests.access.world import INSTALLATION, OUTSIDER, READER, World
from tests.gateway.origin import Origin
from tests.gateway.running import NAVIGATION, RunningGateway, request, until
from tests.gateway.wire import Got


def visit(gateway: RunningGateway, world: World, preview: Preview, person: Person = READER, seconds: float = 60) -> str:
    """The cookie of somebody who signed in at a preview host."""
    with world.database.write() as connection:
        token = sessions.start(
            connection, SessionKind.VISIT, person, label=preview.label, seconds=seconds, now=time.time()
        )
    return f"slipway_{world.instance}_visit={token}"


def share(world: World, preview: Preview, seconds: float = 60) -> tuple[str, str]:
    """A share link's id and token."""
    with world.database.write() as connection:
        link, token = shares.mint(
            connection,
            preview_id=preview.id,
            installation_id=INSTALLATION,
            created_by="writer",
            seconds=seconds,
            now=time.time(),
        )
    return link.id, token


def ask(gateway: RunningGateway, preview: Preview, target: str = "/", **fields: str) -> Got:
    """What a person's browser asks for."""
    return gateway.ask(preview, target, **{name.replace("-", "_"): text for name, text in NAVIGATION.items()} | fields)


def test_a_stranger_who_opens_a_page_is_sent_to_the_sign_in(gateway: RunningGateway, private: Preview) -> None:
    got = ask(gateway, private, "/a?b=c")
    address = urlsplit(got.value("location"))
    query = parse_qs(address.query)
    assert (got.status, f"{address.scheme}://{address.netloc}") == (302, gateway.settings.public_url)
    assert (address.path, query["host"], query["path"]) == ("/signin/enter", [private.label], ["/a?b=c"])
    nonce = got.cookie("_nonce").split("=")[1]
    assert len(nonce) > 40
    assert nonce not in got.value("location")


def test_a_stranger_with_an_old_browser_is_sent_to_the_sign_in(gateway: RunningGateway, private: Preview) -> None:
    assert gateway.ask(private, accept="text/html,*/*").status == 302


@pytest.mark.parametrize(
    "fields", [{}, {"Accept": "*/*"}, {"Accept": "text/html", "Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "no-cors"}]
)
def test_what_is_no_navigation_gets_401_and_no_state(
    gateway: RunningGateway, private: Preview, origin: Origin, fields: dict[str, str]
) -> None:
    with gateway.wire() as wire:
        wire.send(request(gateway.host(private), fields=fields))
        got = wire.answer()
    assert (got.status, got.json["error"]["code"]) == (401, "sign_in_first")
    assert got.values("x-slipway-release") == []
    assert origin.heard == []


def test_somebody_signed_in_who_may_read_gets_in(
    gateway: RunningGateway, world: World, private: Preview, origin: Origin
) -> None:
    got = ask(gateway, private, "/in", Cookie=visit(gateway, world, private) + "; own=1")
    assert got.json["target"] == "/in"
    assert origin.heard[0].values("cookie") == ["own=1"]


def test_somebody_without_permission_is_told_who_they_are(
    gateway: RunningGateway, world: World, private: Preview
) -> None:
    got = ask(gateway, private, Cookie=visit(gateway, world, private, OUTSIDER))
    assert got.status == 403
    assert b"signed in as outsider" in got.body


def test_a_session_is_good_for_its_own_host_only(gateway: RunningGateway, world: World, private: Preview) -> None:
    other = world.preview(number=5)
    world.serve(other, "tcp:127.0.0.1:1")
    gateway.until_serving(other, "tcp:127.0.0.1:1")
    cookie = visit(gateway, world, private)
    assert ask(gateway, private, Cookie=cookie).status == 200
    assert ask(gateway, other, Cookie=cookie).status == 302


def test_a_session_that_is_over_is_none(gateway: RunningGateway, world: World, private: Preview) -> None:
    assert ask(gateway, private, Cookie=visit(gateway, world, private, seconds=-1)).status == 302


def test_another_instances_cookie_opens_nothing(gateway: RunningGateway, world: World, private: Preview) -> None:
    cookie = visit(gateway, world, private).replace(world.instance, "0" * 16)
    assert ask(gateway, private, Cookie=cookie).status == 302


def test_a_sibling_cannot_lock_somebody_out_by_cookies_of_the_same_name(
    gateway: RunningGateway, world: World, private: Preview
) -> None:
    good = visit(gateway, world, private)
    assert ask(gateway, private, Cookie=f"slipway_{world.instance}_visit=planted; {good}").status == 200


def test_a_removed_member_is_out_as_soon_as_we_hear_of_it(
    gateway: RunningGateway, world: World, private: Preview
) -> None:
    cookie = visit(gateway, world, private)
    assert ask(gateway, private, Cookie=cookie).status == 200
    world.roles["reader"] = Role.NONE
    with world.database.write() as connection:
        generations.bump(connection, "access")
    until(lambda: ask(gateway, private, Cookie=cookie).status == 403)


def test_a_preview_that_becomes_private_is_closed(gateway: RunningGateway, world: World, public: Preview) -> None:
    assert ask(gateway, public).status == 200
    world.preview(number=1, access="private")
    until(lambda: ask(gateway, public).status == 302)


def test_a_websocket_of_a_removed_member_is_cut(
    gateway: RunningGateway, world: World, private: Preview, origin: Origin
) -> None:
    key = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "x" * 16}
    with gateway.wire() as wire:
        wire.send(request(gateway.host(private), "/ws", fields=key | {"Cookie": visit(gateway, world, private)}))
        assert wire.answer().status == 101
        world.roles["reader"] = Role.NONE
        with world.database.write() as connection:
            generations.bump(connection, "access")
        assert wire.ended()


def test_what_github_does_not_answer_about_is_503(gateway: RunningGateway, world: World, private: Preview) -> None:
    world.forge.outage = Unreachable("GET /repos: no route to host")
    got = ask(gateway, private, Cookie=visit(gateway, world, private))
    assert (got.status, got.value("retry-after")) == (503, "30")


def test_github_is_asked_once_for_many_requests(gateway: RunningGateway, world: World, private: Preview) -> None:
    cookie = visit(gateway, world, private)
    assert ask(gateway, private, Cookie=cookie).status == 200
    world.forge.outage = Unreachable("GET /repos: no route to host")
    assert [ask(gateway, private, Cookie=cookie).status for _ in range(5)] == [200] * 5


def test_a_share_link_opens_the_preview_and_loses_its_token(
    gateway: RunningGateway, world: World, private: Preview
) -> None:
    _, token = share(world, private)
    got = gateway.ask(private, f"/.slipway/share?token={token}")
    assert (got.status, got.value("location")) == (302, "/")
    assert "HttpOnly; SameSite=Lax" in got.value("set-cookie")
    assert "domain" not in got.value("set-cookie").lower()
    assert gateway.ask(private, Cookie=got.cookie("_share")).status == 200


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000])
def test_a_link_that_is_none_says_so(gateway: RunningGateway, private: Preview, token: str) -> None:
    got = gateway.ask(private, f"/.slipway/share?token={token}", accept="text/html")
    assert got.status == 403
    assert b"This link is over" in got.body


def test_a_link_of_another_preview_or_an_expired_one_opens_nothing(
    gateway: RunningGateway, world: World, private: Preview
) -> None:
    other = world.preview(number=6)
    for preview, seconds in ((other, 60.0), (private, -1.0)):
        _, token = share(world, preview, seconds)
        assert gateway.ask(private, f"/.slipway/share?token={token}").status == 403
        assert gateway.ask(private, Cookie=f"slipway_{world.instance}_share={token}").status == 401


def test_a_revoked_link_closes_for_those_who_used_it(gateway: RunningGateway, world: World, private: Preview) -> None:
    link_id, token = share(world, private)
    cookie = f"slipway_{world.instance}_share={token}"
    assert gateway.ask(private, Cookie=cookie).status == 200
    with world.database.write() as connection:
        assert shares.revoke(connection, link_id, preview_id=private.id, now=time.time())
    until(lambda: gateway.ask(private, Cookie=cookie).status == 401)


def hand_over(world: World, gateway: RunningGateway, preview: Preview) -> tuple[str, str]:
    """The code that the bot gives, and the nonce cookie, of a sign-in that went well."""
    began = ask(gateway, preview)
    nonce_hash = parse_qs(urlsplit(began.value("location")).query)["nonce"][0]
    with world.database.write() as connection:
        code = handovers.issue(connection, READER, label=preview.label, nonce_hash=nonce_hash, now=time.time())
    return code, began.cookie("_nonce")


def test_a_sign_in_is_handed_over_once(gateway: RunningGateway, world: World, private: Preview) -> None:
    code, nonce = hand_over(world, gateway, private)
    entered = ask(gateway, private, f"/.slipway/enter?code={code}&path=%2Fa%3Fb%3Dc", Cookie=nonce)
    assert (entered.status, entered.value("location")) == (302, "/a?b=c")
    assert ask(gateway, private, Cookie=entered.cookie("_visit")).status == 200
    assert ask(gateway, private, f"/.slipway/enter?code={code}&path=/", Cookie=nonce).status == 403


def test_a_code_needs_the_browser_that_asked_for_it(gateway: RunningGateway, world: World, private: Preview) -> None:
    code, nonce = hand_over(world, gateway, private)
    target = f"/.slipway/enter?code={code}&path=/"
    assert ask(gateway, private, target).status == 403
    assert ask(gateway, private, target, Cookie=nonce.split("=")[0] + "=" + "z" * 43).status == 403


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/\tevil", ""]
)
def test_the_way_back_is_a_path_of_the_preview(
    gateway: RunningGateway, world: World, private: Preview, path: str
) -> None:
    code, nonce = hand_over(world, gateway, private)
    query = path.replace("\t", "%09").replace("\\", "%5C")
    got = ask(gateway, private, f"/.slipway/enter?code={code}&path={query}", Cookie=nonce)
    assert (got.status, got.value("location")) == (302, "/")


@pytest.mark.parametrize("target", ["/.slipway/", "/.slipway", "/.slipway/nothing", "/.slipway%2fshare", "/.slipwayx"])
def test_our_paths_never_reach_the_application(
    gateway: RunningGateway, public: Preview, origin: Origin, target: str
) -> None:
    assert gateway.ask(public, target).status == 404
    assert origin.heard == []


def test_our_paths_answer_get_only(gateway: RunningGateway, world: World, private: Preview) -> None:
    _, token = share(world, private)
    assert gateway.ask(private, f"/.slipway/share?token={token}", "POST").status == 405


def test_a_form_of_a_sibling_is_refused(gateway: RunningGateway, public: Preview, origin: Origin) -> None:
    fields = {"Sec_Fetch_Site": "same-site", "Origin": "http://pr-2--other.localhost"}
    got = gateway.ask(public, "/buy", "POST", Content_Length="0", **fields)
    assert (got.status, got.json["error"]["code"]) == (403, "cross_site")
    assert gateway.ask(public, "/buy", "POST", Content_Length="0", Sec_Fetch_Site="same-origin").status == 200
    assert [heard.method for heard in origin.heard] == ["POST"]


@pytest.mark.parametrize("origin_field", ["http://evil.example", "null", "http://{other}", "https://{host}"])
def test_websockets_and_events_with_a_foreign_origin_are_refused(
    gateway: RunningGateway, public: Preview, origin: Origin, origin_field: str
) -> None:
    foreign = origin_field.format(host=gateway.host(public), other=f"pr-9--x.localhost:{gateway.port}")
    key = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Key": "x" * 16}
    assert gateway.ask(public, "/ws", Origin=foreign, **key).status == 403
    assert gateway.ask(public, "/events", Origin=foreign, Accept="text/event-stream").status == 403
    assert origin.heard == []


def test_the_health_of_the_gateway_is_asked_on_any_host(gateway: RunningGateway) -> None:
    assert gateway.ask(f"127.0.0.1:{gateway.port}", "/.slipway/health").status == 200


def test_a_first_visit_sees_a_version_that_is_a_moment_old(world: World, tmp_path: Path) -> None:
    preview, origin = world.preview(), Origin("newest").start()
    gateway = RunningGateway(world, tmp_path, SLIPWAY_ROUTES_SECONDS="3600").start()
    world.serve(preview, origin.upstream)
    got = ask(gateway, preview, Cookie=visit(gateway, world, preview))
    gateway.stop()
    origin.stop()
    assert (got.status, got.json["name"]) == (200, "newest")
