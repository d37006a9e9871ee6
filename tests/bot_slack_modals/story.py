"""A project with two environments, what serves in one of them, and the modals that people open about it."""

from engine.slack.events import Submitted
from engine.slack.payloads import read_slack_event
from tests.access.world import SHOP, World
from tests.bot_slack_modals.bench import WRITES, Bench, fields
from tests.bot_slack_modals.slack import Json, Window
from tests.pages.deploys import Deploys

CHOSEN: Json = {"project": "7", "environment": "production", "ref": "main"}
FILE = b"environments:\n  staging: {}\n  production: {}\n"


def furnish(world: World, deploys: Deploys) -> None:
    """`v1` serves in production; `main` is two commits further."""
    for ref in ("main", "a" * 40, "b" * 40, "c" * 40):
        world.forge.repositories[SHOP.id].files[ref] = {"slipway.yml": FILE}
    deploys.serve(deploys.environment(), "a" * 40)
    told = world.commits.history(SHOP.id)
    told.add("a" * 40)
    told.add("b" * 40, "a" * 40, title="Add a cart", changed=("cart.py",))
    told.add("c" * 40, "b" * 40, branch="main", title="Paint it", changed=("style.css",))


def open_deploy(bench: Bench, user: str = WRITES, chosen: Json | None = None) -> Window:
    """The modal of somebody who typed `/slipway deploy` and chose all there is to choose."""
    bench.type("deploy", user)
    window = bench.window()
    bench.choose_and_see(window, "project", CHOSEN, user)
    if "environment" in fields(window):
        bench.choose_and_see(window, "environment", chosen or CHOSEN, user)
    return window


def sent(bench: Bench, window: Window, values: Json, user: str = WRITES) -> Submitted:
    """What the intake reads of a modal once it is sent off."""
    answer = bench.submit(window, values, user)
    assert (answer.status_code, answer.content) == (200, b"")
    event = read_slack_event(bench.newest())
    assert isinstance(event, Submitted)
    return event
