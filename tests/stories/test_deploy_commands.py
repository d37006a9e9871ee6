"""Deploys that people ask for: on the samples, in line for a lock, with secrets, and to the end of an environment."""

import base64
import hashlib
from pathlib import Path

import httpx

from tests.playground.site import Browser
from tests.stories.applications import TALKATIVE_FLASK
from tests.stories.house import House
from tests.stories.live import Live, visit_live
from tests.stories.person import Checkout, Person, eventually, visit
from tests.stories.test_first_loop import ready
from tests.stories.workshop import AUTOMATIC, QUIET, Workshop

CANARY = "canary-7f3a/+9 ü"


def press(house: House, login: str, repository: str, sha: str, button: str) -> None:
    """Presses a button of a check on the playground's page of a commit, as somebody."""
    person = house.person(login)

    def look() -> int | None:
        waiting = [run for run in person.check_runs(repository, sha) if run["conclusion"] == "action_required"]
        return int(waiting[0]["id"]) if waiting else None

    run = eventually(look, f"a button to press on {repository}@{sha[:7]}")
    with httpx.Client(base_url=person.web_url, trust_env=False) as client:
        browser = Browser(client)
        browser.act_as(login)
        assert button in browser.page(f"/{repository}/commit/{sha}")
        browser.press(f"/{repository}/runs/{run}/action", identifier=button.lower(), here="/")


def test_the_shop_goes_to_staging_by_a_push_and_to_production_by_two_people(
    writer: Person, folder: Path, house: House
) -> None:
    staging, production = Live(writer, "acme/shop", "staging"), Live(writer, "acme/shop", "production")
    page = "templates/front.html"
    checkout = Checkout.of(writer, "acme/shop", folder)
    text = (checkout.folder / page).read_text().replace("The Little Shop", "The Bigger Shop")
    sha = checkout.push({page: text}, "main")
    assert "The Bigger Shop" in visit_live(staging.deployed(sha)["url"]).text
    writer.comment("acme/shop", 1, "/promote")
    waiting = production.reached(sha, "PENDING")
    assert (waiting["waiting"], waiting["kind"]) == ("approval", "promotion")
    press(house, "admin", "acme/shop", sha, "Approve")
    assert "The Bigger Shop" in visit_live(production.deployed(sha)["url"]).text
    named = writer.call("GET", "/repos/acme/shop/environments")["environments"]
    assert {"staging", "production"} <= {each["name"] for each in named}


def test_the_api_goes_live_from_a_pull_request_and_back_to_main(writer: Person) -> None:
    live, head = Live(writer, "acme/api"), writer.head("acme/api", 1)
    writer.comment("acme/api", 1, "/deploy")
    first = live.deployed(head)
    assert visit_live(first["url"] + "forecast").status_code == 200
    log = writer.slipway("GET", f"/api/deployments/{first['id']}/logs?format=text").text
    assert "the weather of a year is known" in log
    main = writer.call("GET", "/repos/acme/api/branches/main")["commit"]["sha"]
    writer.comment("acme/api", 1, "/deploy main")
    second = live.deployed(main)
    assert (second["url"], second["number"]) == (first["url"], first["number"] + 1)
    assert visit_live(first["url"] + "forecast").status_code == 404


def test_whoever_waits_for_a_lock_has_it_next_and_a_push_comes_after_both(workshop: Workshop) -> None:
    live = workshop.live()
    live.deployed(workshop.push("one", rules=AUTOMATIC))
    number = workshop.talk()
    assert workshop.say(workshop.colleague, number, "/lock production First me") == "rocket"
    assert workshop.say(workshop.owner, number, "/lock production Then me") == "rocket"
    held = live.environment()
    assert (held["lock"]["holder"], [each["holder"] for each in held["queue"]]) == ("admin", ["writer"])
    pushed = workshop.push("two", rules=AUTOMATIC)
    assert live.reached(pushed, "PENDING")["waiting"] == "lock"
    assert workshop.say(workshop.colleague, number, "/unlock") == "rocket"
    assert live.environment()["lock"]["holder"] == "writer"
    assert live.reached(pushed, "PENDING")["waiting"] == "lock"
    assert workshop.say(workshop.owner, number, "/unlock") == "rocket"
    assert visit_live(live.deployed(pushed)["url"]).text == "two"


def spellings(secret: str) -> list[str]:
    """What a secret looks like where somebody was careless."""
    raw = secret.encode()
    return [secret, base64.b64encode(raw).decode(), raw.hex()]


def test_a_secret_reaches_the_application_and_nobody_else(workshop: Workshop) -> None:
    live = workshop.live()
    live.deployed(workshop.push("one", rules=AUTOMATIC))
    variables = f"/api/environments/{live.environment()['id']}/variables"
    set_to = workshop.owner.slipway("PUT", f"{variables}/CANARY", {"value": CANARY})
    sha = workshop.checkout.push(TALKATIVE_FLASK, "main")
    done = live.deployed(sha)
    assert visit_live(done["url"]).text == hashlib.sha256(CANARY.encode()).hexdigest()
    number = workshop.talk()
    assert workshop.say(workshop.owner, number, "/env list") == "rocket"
    asked = [
        set_to,
        workshop.owner.slipway("GET", variables),
        workshop.owner.slipway("GET", f"/api/deployments/{done['id']}"),
        workshop.owner.slipway("GET", f"/api/deployments/{done['id']}/logs?format=text"),
    ]
    assert [each.status_code for each in asked] == [200] * 4
    told = "\n".join([*(each.text for each in asked), workshop.answered(number, "CANARY")])
    assert [spelling for spelling in spellings(CANARY) if spelling in told] == []


def test_a_preview_has_no_secret_of_an_environment(workshop: Workshop) -> None:
    live = workshop.live()
    live.deployed(workshop.push("one", rules=AUTOMATIC))
    path = f"/api/environments/{live.environment()['id']}/variables/CANARY"
    assert workshop.owner.slipway("PUT", path, {"value": CANARY}).status_code == 200
    head = workshop.checkout.push(TALKATIVE_FLASK, "feature")
    body = {"title": "Look", "head": "feature", "base": "main"}
    number = workshop.owner.call("POST", f"/repos/{workshop.repository}/pulls", body)["number"]
    workshop.owner.comment(workshop.repository, number, "/preview")
    preview = ready(workshop.owner, workshop.repository, number, head)
    assert visit(workshop.owner.share(preview["id"])).text == hashlib.sha256(b"").hexdigest()


def test_a_private_environment_is_proven_to_serve_and_lets_nobody_in(workshop: Workshop) -> None:
    sha = workshop.push("for us", rules=AUTOMATIC + "    access: private\n")
    done = workshop.live().deployed(sha)
    assert visit_live(done["url"]).status_code in (302, 303, 401)
    assert "for us" not in visit_live(done["url"]).text


def test_a_release_command_that_fails_keeps_the_new_version_from_visitors(workshop: Workshop) -> None:
    live = workshop.live()
    good = live.deployed(workshop.push("works", rules=AUTOMATIC))
    rules = AUTOMATIC + "    release_command: [python3, -c, \"import sys; sys.exit('no table for the orders')\"]\n"
    with live.visitors() as visitors:
        failed = live.reached(workshop.push("never seen", rules=rules), "ROLLED_BACK")
    assert set(visitors.answers) == {(200, "works")}
    assert "release command" in failed["cause"]["message"].lower()
    assert visit_live(good["url"]).text == "works"


def test_an_environment_that_is_no_longer_named_serves_on_and_takes_nothing(workshop: Workshop) -> None:
    other = "  production:\n    approvals: 0\n"
    live = workshop.live("staging")
    url = live.deployed(workshop.push("one", rules=QUIET + "  staging:\n    auto_deploy_branch: main\n" + other))["url"]
    unnamed = workshop.checkout.push({"slipway.yml": QUIET + other}, "main")
    eventually(lambda: live.environment()["retired"], "the environment to be retired")
    assert live.ask("main").json()["error"]["code"] == "retired_environment"
    assert (live.release(unnamed), visit_live(url).text) == (None, "one")


def test_a_repository_that_is_deleted_takes_what_it_serves_along(workshop: Workshop) -> None:
    url = workshop.live().deployed(workshop.push("one", rules=AUTOMATIC))["url"]
    assert visit_live(url).text == "one"
    workshop.owner.call("DELETE", f"/repos/{workshop.repository}")
    eventually(lambda: visit_live(url).status_code == 410, "nobody to answer there")
