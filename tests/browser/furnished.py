"""A house in which a good deal goes on, and the pages that show it."""

from sqlalchemy import select

from engine.domain.event import Person, PullRequest
from engine.domain.release import DeployState, Waiting
from engine.errors import Cause
from engine.store import drifts, pull_requests
from engine.store.deploy_schema import releases
from engine.variables.variables import variables_of
from tests.access.world import SHOP
from tests.browser.served import Served

SHA = [f"{number:x}" * 40 for number in range(1, 10)]
TITLES = ["Sell gift cards", "Round prices to cents", "Take Stripe's new keys", "Remember the cart", "Show the tax"]
FILE = b"""
environments:
  staging: {auto_deploy_branch: main, checks: none}
  production: {checks: none, after: staging, approvals: 1, windows: ["mon-sun 00:00-24:00 UTC"]}
"""
LOG = [
    "Fetching commit 4444444 of acme/shop",
    "Using Python 3.11.7 at /usr/bin/python3",
    "Creating virtual environment at: .venv",
    "Resolved 9 packages in 12ms",
    "Installed 9 packages in 180ms",
    " + flask==3.1.0",
    " + gunicorn==23.0.0",
    "Starting gunicorn 23.0.0",
    "Listening at: http://0.0.0.0:9004 (41)",
]


def furnish(site: Served) -> None:
    """Staging serves and deploys; production waits for an approval, is locked, and has a history."""
    commits(site)
    deploys, kept = site.deploys, variables_of(site.settings)
    staging = deploys.environment("staging", auto_deploy_branch="main")
    production = deploys.environment("production", approvals=1, after="staging", windows=("mon-sun 00:00-24:00 UTC",))
    for sha in SHA[:3]:
        deploys.serve(staging, sha, automatic=True, requested_by="ada", door="push")
    for sha in SHA[:2]:
        deploys.serve(production, sha)
    cause = Cause('The release command ended with code 1: `KeyError: "STRIPE_KEY"` (app.py:12)', "Set `STRIPE_KEY`.")
    failed = deploys.ask(production, SHA[2])
    deploys.move(failed, DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.FAILED, cause=cause)
    deploys.log(failed, *LOG[:7], 'KeyError: "STRIPE_KEY"')
    deploys.set(production, kept, "STRIPE_KEY", "sk_live_1")
    deploys.set(production, kept, "PUBLIC_NAME", "The shop", is_secret=False)
    deploys.await_approval(deploys.ask(production, SHA[2], requested_by="ada"))
    deploys.lock(production, "grace", "looking into the checkout")
    running = deploys.ask(staging, SHA[3], automatic=True, requested_by="ada", door="push")
    deploys.move(running, DeployState.SECURITY_SCANNING, DeployState.BUILDING)
    deploys.log(running, *LOG)
    deploys.ask(staging, SHA[4], requested_by="writer", waiting=Waiting.TURN, message="You are number 2 in line")
    with site.world.database.write() as connection:
        drifts.say(connection, staging, SHA[4], SHA[2], deploys.now - 1000, deploys.now)
    previews(site)


def commits(site: Served) -> None:
    """A history of five commits, and what slipway.yml says."""
    history = site.world.commits.history(SHOP.id)
    for number, title in enumerate(TITLES):
        parents = SHA[number - 1 : number] if number else []
        history.add(SHA[number], *parents, branch="main", title=title, changed=("app.py", "templates/cart.html"))
    for ref in ("main", *SHA[:5]):
        site.world.forge.repositories[SHOP.id].files[ref] = {"slipway.yml": FILE}


def previews(site: Served) -> None:
    """One that is ready and one that is being built."""
    site.world.serve(site.world.preview(1), "tcp:127.0.0.1:1")
    site.world.build(site.world.preview(2), SHA[5])
    with site.world.database.write() as connection:
        for number, title in ((1, "Add a cart"), (2, "Pay by invoice")):
            head = PullRequest(number, title, SHA[5], "cart", SHOP.id, "main", Person(12, "ada"), False, True, False)
            pull_requests.record(connection, SHOP.id, head, site.deploys.now)


def release_in(site: Served, state: DeployState, place: int = 0) -> str:
    """The id of a release in that state."""
    with site.world.database.read() as connection:
        found = select(releases.c.id).where(releases.c.state == state).order_by(releases.c.created_at)
        return str(connection.execute(found).scalars().all()[place])


def pages(site: Served) -> dict[str, str]:
    """The pages by what they are, and their addresses."""
    chosen = "repository=acme/shop&environment="
    return {
        "dashboard": "/",
        "project": "/projects/acme/shop",
        "deploy": f"/deploys/{release_in(site, DeployState.BUILDING)}",
        "deploy-failed": f"/deploys/{release_in(site, DeployState.FAILED)}",
        "deploy-waiting": f"/deploys/{release_in(site, DeployState.PENDING)}",
        "rollback": f"/deploys/{release_in(site, DeployState.DEPLOYED)}/rollback",
        "changes": f"/deploys/{release_in(site, DeployState.BUILDING)}/changes",
        "wizard-1-repository": "/deploy/new",
        "wizard-2-environment": "/deploy/new?repository=acme/shop",
        "wizard-3-settings": f"/deploy/new?{chosen}production",
        "wizard-4-review": f"/deploy/new/review?{chosen}staging&ref=main",
        "wizard-4-obstacles": f"/deploy/new/review?{chosen}production&ref=main",
    }
