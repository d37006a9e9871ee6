"""A push to a branch goes live, safely, and can go back: with git and the HTTP APIs alone."""

from pathlib import Path

import pytest

from tests.stories.applications import BROKEN_FLASK
from tests.stories.house import House
from tests.stories.live import RELEASE, Live, seconds_until, visit_live
from tests.stories.person import Checkout, Person, eventually
from tests.stories.workshop import AUTOMATIC, Workshop


def test_a_push_to_main_of_a_sample_goes_live(writer: Person, folder: Path) -> None:
    live = Live(writer, "acme/site")
    checkout = Checkout.of(writer, "acme/site", folder)
    page = (checkout.folder / "index.html").read_text().replace("Harbour", "Harbour at dusk")
    sha = checkout.push({"index.html": page}, "main")
    # Whenever GitHub is told of success, the new release answers already.
    status = live.told(sha, "success")
    seen = visit_live(status["environment_url"])
    release = live.deployed(sha)
    assert (seen.status_code, seen.headers[RELEASE]) == (200, release["id"])
    assert "Harbour at dusk" in seen.text
    assert "x-robots-tag" not in seen.headers
    assert status["environment_url"] == release["url"] == live.environment()["url"]
    assert release["id"] in status["log_url"]
    assert release["automatic"]


def test_before_the_new_release_answers_github_hears_of_no_success(workshop: Workshop) -> None:
    live = workshop.live()
    first = workshop.push("one", rules=AUTOMATIC)
    url = live.deployed(first)["url"]
    # What was over before GitHub was told of it, GitHub is never told of.
    live.told(first, "success")
    second = workshop.push("two", rules=AUTOMATIC)

    def look() -> bool:
        before = visit_live(url)
        status = live.on_github(second)
        over = status is not None and status["state"] == "success"
        # Asked after GitHub was: what GitHub calls a success must answer by then.
        after = visit_live(url) if over else before
        assert not over or after.text == "two", (status, after.text)
        return over

    assert eventually(look, "GitHub's success of the second release")
    assert live.told(first, "inactive")


def test_a_broken_push_is_rolled_back_and_the_release_before_never_stops_serving(workshop: Workshop) -> None:
    live = workshop.live()
    good = live.deployed(workshop.push("works", rules=AUTOMATIC))
    with live.visitors() as visitors:
        bad = workshop.checkout.push(BROKEN_FLASK, "main")
        failed = live.reached(bad, "ROLLED_BACK")
        live.told(bad, "failure")
    assert set(visitors.answers) == {(200, "works")}, visitors.answers
    assert "the flux is missing" in failed["cause"]["message"] + failed["status_message"]
    assert visit_live(good["url"]).headers[RELEASE] == good["id"]
    (remark,) = eventually(lambda: workshop.remarks(bad), "a remark on the commit that failed")
    assert (remark["user"]["type"], failed["id"] in remark["body"]) == ("Bot", True)
    assert workshop.remarks(good["sha"]) == []


def test_a_rollback_is_quick_and_holds_what_pushes_would_deploy(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    live = workshop.live()
    first = workshop.push("one", rules=AUTOMATIC)
    live.deployed(first)
    url = live.deployed(workshop.push("two", rules=AUTOMATIC))["url"]
    number = workshop.talk()
    workshop.owner.comment(workshop.repository, number, "/rollback")
    took = seconds_until(url, "one")
    with capsys.disabled():
        print(f"\nfrom the comment /rollback to the release before: {took:.1f} s (goal: below 15 s)")
    assert live.deployed(first)["kind"] == "rollback"
    assert "rolled back" in live.environment()["hold"]["reason"]
    held = workshop.push("three", rules=AUTOMATIC)
    # Of one repository deliveries are handled in their order: the push was looked at before this answer came.
    assert workshop.say(workshop.owner, number, "/status") == "rocket"
    assert (live.release(held), visit_live(url).text) == (None, "one")
    assert workshop.say(workshop.owner, number, "/unlock") == "rocket"
    assert live.environment()["hold"] is None
    live.deployed(workshop.push("four", rules=AUTOMATIC))
    assert visit_live(url).text == "four"


def test_the_plan_of_a_rollback_tells_all_and_changes_nothing(workshop: Workshop) -> None:
    live = workshop.live()
    live.deployed(workshop.push("one", rules=AUTOMATIC))
    variables = f"/api/environments/{live.environment()['id']}/variables/GREETING"
    answer = workshop.owner.slipway("PUT", variables, {"value": "hello-canary-4711", "is_secret": True})
    assert answer.status_code == 200, answer.text
    second = live.deployed(workshop.push("two", rules=AUTOMATIC, message="Say something else"))
    number = workshop.talk()
    assert workshop.say(workshop.owner, number, "/rollback --plan") == "rocket"
    said = workshop.answered(number, "Say something else", "GREETING", "app.py")
    assert "hello-canary-4711" not in said
    by_api = workshop.owner.slipway("POST", f"/api/deployments/{second['id']}/rollback?plan=1")
    assert by_api.status_code == 200, by_api.text
    assert all(word in by_api.json()["plan"] for word in ("Say something else", "GREETING", "app.py"))
    assert live.releases()[0]["id"] == second["id"]
    assert live.environment()["hold"] is None


def test_a_restart_of_everything_keeps_what_is_live(workshop: Workshop, house: House) -> None:
    live = workshop.live()
    first = live.deployed(workshop.push("one", rules=AUTOMATIC))
    second = live.deployed(workshop.push("two", rules=AUTOMATIC))
    assert house.stop() == 0, house.log()
    house.start()

    def look() -> bool:
        seen = visit_live(second["url"])
        return (seen.status_code, seen.text, seen.headers.get(RELEASE)) == (200, "two", second["id"])

    assert eventually(look, "the same release after the restart")
    rolled = workshop.owner.slipway("POST", f"/api/deployments/{second['id']}/rollback")
    assert rolled.status_code == 200, rolled.text
    seconds_until(first["url"], "one")
