"""What stands before a deploy: locks, approvals, checks; and before a fork's pull request."""

from pathlib import Path

from tests.stories.applications import flask
from tests.stories.live import visit_live
from tests.stories.person import Checkout, Person, eventually, visit
from tests.stories.test_first_loop import ready
from tests.stories.workshop import APPROVED, AUTOMATIC, ON_COMMAND, QUIET, Workshop


def test_what_one_locked_another_does_not_deploy_to(workshop: Workshop) -> None:
    sha = workshop.push("one", rules=ON_COMMAND)
    number = workshop.talk()
    assert workshop.say(workshop.colleague, number, "/lock production We count the stock") == "rocket"
    assert workshop.say(workshop.owner, number, "/deploy main") == "-1"
    said = workshop.answered(number, "locked", "@admin", "We count the stock")
    assert "number 2 in line" in said
    refused = workshop.live().ask("main")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "locked"), refused.text
    assert "admin" in refused.text
    assert workshop.live().releases() == []
    assert workshop.say(workshop.colleague, number, "/unlock") == "rocket"
    assert workshop.live().ask("main").status_code == 201
    assert visit_live(workshop.live().deployed(sha)["url"]).text == "one"


def test_production_waits_for_an_approval_that_is_not_ones_own(workshop: Workshop) -> None:
    live, sha = workshop.live(), workshop.push("one", rules=APPROVED)
    number = workshop.talk()
    workshop.owner.comment(workshop.repository, number, "/deploy main")
    release = live.reached(sha, "PENDING")
    assert release["waiting"] == "approval"
    assert live.told(sha, "pending")
    assert workshop.say(workshop.owner, number, "/approve") == "-1"
    workshop.answered(number, "own_approval")
    own = workshop.owner.slipway("POST", f"/api/deployments/{release['id']}/approve", {})
    assert own.json()["error"]["code"] == "own_approval", own.text
    runs = workshop.owner.check_runs(workshop.repository, sha)
    assert [run["conclusion"] for run in runs if "production" in run["name"]] == ["action_required"]
    assert workshop.say(workshop.colleague, number, "/approve") == "rocket"
    done = live.deployed(sha)
    assert (done["id"], visit_live(done["url"]).text) == (release["id"], "one")
    assert live.told(sha, "success")


def test_an_approval_is_void_once_something_is_pushed(workshop: Workshop) -> None:
    live, first = workshop.live(), workshop.push("one", rules=APPROVED)
    asked = live.ask("main")
    assert asked.status_code == 201, asked.text
    live.told(first, "pending")
    second = workshop.push("two", rules=APPROVED)
    void = live.reached(first, "CANCELLED")
    assert all(sha[:7] in void["status_message"] for sha in (first, second))
    late = workshop.colleague.slipway("POST", f"/api/deployments/{asked.json()['id']}/approve", {})
    assert late.status_code >= 400, late.text
    assert live.told(first, "inactive")
    assert (live.release(second), live.environment()["serving"]) == (None, None)


def test_a_red_check_holds_a_push_back_and_tells_who_asks(workshop: Workshop) -> None:
    live, first = workshop.live(), workshop.push("one", rules=AUTOMATIC)
    live.deployed(first)
    clone = workshop.checkout
    second = clone.push(flask("two"), "next")
    statuses = f"/repos/{workshop.repository}/statuses/{second}"
    workshop.colleague.call("POST", statuses, {"state": "failure", "context": "ci", "description": "2 of 9 failed"})
    refused = live.ask(second)
    assert refused.json()["error"]["code"] == "checks_failed", refused.text
    assert "ci" in refused.text
    workshop.colleague.call("POST", statuses, {"state": "success", "context": "ci"})
    assert live.ask(second).status_code == 201
    assert visit_live(live.deployed(second)["url"]).text == "two"


def test_staging_comes_before_production(workshop: Workshop) -> None:
    rules = QUIET + "  staging:\n    auto_deploy_branch: main\n  production:\n    after: staging\n"
    first = workshop.push("one", rules=rules)
    staging, production = workshop.live("staging"), workshop.live("production")
    staging.deployed(first)
    number = workshop.talk()
    refused = production.ask("talk")
    assert refused.json()["error"]["code"] == "out_of_order", refused.text
    workshop.say(workshop.owner, number, "/promote production")
    done = production.deployed(first)
    assert (done["kind"], visit_live(done["url"]).text) == ("promotion", "one")
    assert done["url"] != staging.environment()["url"]


def test_a_forks_commit_runs_once_somebody_approved_that_very_commit(
    writer: Person, reader: Person, admin: Person, folder: Path
) -> None:
    created = writer.call("POST", "/user/repos", {"name": "forkable", "private": False, "auto_init": True})
    upstream = str(created["full_name"])
    writer.call("PUT", f"/repos/{upstream}/collaborators/{admin.login}", {"permission": "push"})
    reader.call("POST", f"/repos/{upstream}/forks")
    fork = Checkout.of(reader, f"{reader.login}/forkable", folder)
    first = fork.push(flask("from outside"), "feature")
    body = {"title": "x", "head": f"{reader.login}:feature", "base": "main"}
    reader.call("POST", f"/repos/{upstream}/pulls", body)
    second = fork.push(flask("from outside, again"), "feature")
    eventually(lambda: writer.check_runs(upstream, second), "a check that asks for an approval")
    assert all(each["serving_sha"] is None for each in writer.previews(upstream, 1))
    reader.comment(upstream, 1, "/approve")
    writer.comment(upstream, 1, "/approve")
    preview = ready(writer, upstream, 1, second)
    assert visit(writer.share(preview["id"])).text == "from outside, again"
    third = fork.push(flask("unseen"), "feature")
    eventually(lambda: writer.check_runs(upstream, third), "a check that asks again")
    assert visit(writer.share(preview["id"])).text == "from outside, again"
    assert {each["sha"] for each in writer.previews(upstream, 1)} <= {first, second, third}
