"""The whole way: a stranger at a preview host, the sign-in at the bot, and back, with both rooms as they are."""

from pathlib import Path
from urllib.parse import urlsplit

from tests.access.world import OUTSIDER, READER, World
from tests.gateway.origin import Origin
from tests.gateway.running import NAVIGATION, RunningGateway
from tests.signin.client import Web, open_web


def path_of(address: str) -> str:
    """An address without its scheme and host."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def sign_in_by_the_way(web: Web, start: str) -> str:
    """Follows the bot's redirects from `start`, through GitHub, until they lead away; answers where."""
    at_github = web.client.get(web.client.get(path_of(start)).headers["location"]).headers["location"]
    state = at_github.partition("state=")[2]
    back = web.client.get(f"/signin/callback?code=good&state={state}").headers["location"]
    return str(web.client.get(back).headers.get("location", ""))


def test_a_reader_comes_in_and_an_outsider_does_not(world: World, tmp_path: Path) -> None:
    origin = Origin().start()
    gateway = RunningGateway(world, tmp_path).start()
    preview = world.preview()
    world.serve(preview, origin.upstream)
    gateway.until_serving(preview, origin.upstream)
    fields = {name.replace("-", "_"): text for name, text in NAVIGATION.items()}
    with open_web(world, tmp_path, GATEWAY_PORT=str(gateway.port)) as web:
        web.clock.real = True
        began = gateway.ask(preview, "/deep?a=b", **fields)
        web.desk.person = READER
        address = sign_in_by_the_way(web, began.value("location"))
        assert address.startswith(web.settings.preview_url(preview.label))
        entered = gateway.ask(preview, path_of(address), Cookie=began.cookie("_nonce"), **fields)
        assert entered.value("location") == "/deep?a=b"
        inside = gateway.ask(preview, entered.value("location"), Cookie=entered.cookie("_visit"), **fields)
        assert inside.json["target"] == "/deep?a=b"
        web.client.forget()
        web.desk.person = OUTSIDER
        assert sign_in_by_the_way(web, began.value("location")) == ""
    gateway.stop()
    origin.stop()
