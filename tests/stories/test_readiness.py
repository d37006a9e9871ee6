"""Is it ready to ship: asked on a pull request, mended by a button, waived on the default branch, held up by a scan."""

from typing import Any

import httpx

from tests.playground.site import Browser
from tests.stories.applications import flask
from tests.stories.house import House
from tests.stories.person import Checkout, Person, eventually
from tests.stories.test_first_loop import ready
from tests.stories.workshop import AUTOMATIC, Workshop

CHECK = "Slipway readiness"
#: Previews by themselves, one environment.
RULES = "environments:\n  production:\n    checks: none\n    up_to_date: false\n"
WAIVER = "readiness:\n  waivers:\n    - {rule: %s, owner: writer, until: %s, reason: a demo}\n"
SECRET = "secret-from-environment"
#: An application that asks for trouble on lines that are known.
TROUBLE = """\
import os

from flask import Flask

app = Flask(__name__)
app.secret_key = "not so secret, is it"
GREETING = os.environ["GREETING_OF_THE_DAY"] if "GREETING_OF_THE_DAY" in os.environ else "hello"


@app.get("/")
def home():
    return GREETING


@app.get("/broken")
def broken():
    raise RuntimeError("the flux is missing")


if __name__ == "__main__":
    app.run(debug=True)
"""
#: What looks like a key of a cloud; put together here, so that no scan stumbles over this file.
KEY = "AKIA" + "Q7R2W9T4Y6U3I8O5"
LEAK = flask("leak") | {"cloud.py": f'ACCESS_KEY_ID = "{KEY}"\n'}


def report(person: Person, repository: str, number: int = 0) -> dict[str, Any]:
    """What the API says at this moment."""
    query = f"?pull_request={number}" if number else ""
    answer = person.slipway("GET", f"/api/deploy-readiness/{repository}{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def looked_at(person: Person, repository: str, number: int, sha: str) -> dict[str, Any]:
    """The report of that very commit, with a trial of its preview."""

    def look() -> dict[str, Any] | None:
        found = report(person, repository, number)
        done = found["state"] == "done" and found["sha"] == sha and "at" in (found["trial"] or {})
        return found if done else None

    return eventually(look, f"a look at {repository}#{number} at {sha[:7]}")


def rules_of(found: dict[str, Any], severity: str = "blocking") -> set[str]:
    """The rules that are broken with that weight, and not waived."""
    return {each["rule"] for each in found["findings"] if each["severity"] == severity and not each["waived"]}


def pull_request(workshop: Workshop, files: dict[str, str], branch: str = "add") -> tuple[int, str]:
    """A pull request that changes these files; its number and head."""
    clone = Checkout.of(workshop.owner, workshop.repository, workshop.checkout.folder.with_name(branch))
    sha = clone.push(files, branch)
    body = {"title": "Add it", "head": branch, "base": "main"}
    return int(workshop.owner.call("POST", f"/repos/{workshop.repository}/pulls", body)["number"]), sha


def press(person: Person, repository: str, sha: str, identifier: str) -> None:
    """A button of the readiness check, on the playground's page of a commit."""
    run = person.concluded(repository, sha, CHECK)
    with httpx.Client(base_url=person.web_url, trust_env=False) as client:
        browser = Browser(client)
        browser.act_as(person.login)
        browser.press(f"/{repository}/runs/{run['id']}/action", identifier=identifier, here="/")


def test_a_pull_request_is_looked_at_mended_by_a_button_and_better_for_it(workshop: Workshop, house: House) -> None:
    owner, repository = workshop.owner, workshop.repository
    workshop.push("one", rules=RULES)
    number, sha = pull_request(workshop, {"app.py": TROUBLE})
    ready(owner, repository, number, sha)
    assert workshop.say(owner, number, "/readiness") == "rocket"
    found = looked_at(owner, repository, number, sha)
    assert found["light"] == "red"
    assert {SECRET, "endpoints-answer"} <= rules_of(found)
    check = owner.concluded(repository, sha, CHECK)
    assert check["conclusion"] == "failure"
    notes = owner.call("GET", f"/repos/{repository}/check-runs/{check['id']}/annotations?per_page=100")
    lines = {(each["path"], each["start_line"]) for each in notes}
    assert {("app.py", 6), ("app.py", 15)} <= lines, notes
    workshop.answered(number, "Readiness", SECRET, f"pulls/{number}/readiness")
    press(owner, repository, sha, "fix:env-example")
    fixed = eventually(lambda: moved(owner, repository, number, sha), "a commit of ours on the branch")
    commit = owner.call("GET", f"/repos/{repository}/commits/{fixed}")["commit"]["message"]
    assert "Co-authored-by: writer <" in commit
    better = looked_at(owner, repository, number, fixed)
    assert "env-example" in rules_of(found, "warning") - rules_of(better, "warning")
    assert len(owner.sticky(repository, number)) == 1


def moved(person: Person, repository: str, number: int, sha: str) -> str | None:
    """The new head of a pull request."""
    head = person.head(repository, number)
    return head if head != sha else None


def test_a_waiver_holds_with_its_owner_and_ends_with_its_day(workshop: Workshop) -> None:
    owner, repository = workshop.owner, workshop.repository
    workshop.push("one", rules=RULES + WAIVER % (SECRET, "2020-01-31"))
    number, sha = pull_request(workshop, {"app.py": TROUBLE})
    ready(owner, repository, number, sha)
    assert workshop.say(owner, number, "/readiness") == "rocket"
    ended = looked_at(owner, repository, number, sha)
    assert SECRET in rules_of(ended)
    assert [each["until"] for each in ended["waivers"]["ended"]] == ["2020-01-31"]
    workshop.push("one", rules=RULES + WAIVER % (SECRET, "2999-12-31"))
    assert workshop.say(owner, number, "/readiness") == "rocket"
    held = report(owner, repository, number)
    assert SECRET not in rules_of(held)
    (waived,) = [each for each in held["findings"] if each["waived"]]
    assert (waived["waived"]["owner"], waived["waived"]["until"]) == ("writer", "2999-12-31")


def test_a_red_scan_holds_a_deploy_up_and_only_for_what_is_new(workshop: Workshop) -> None:
    owner, live = workshop.owner, workshop.live()
    first = workshop.checkout.push(LEAK | {"slipway.yml": AUTOMATIC}, "main")
    refused = live.reached(first, "SECURITY_FAILED")
    assert "cloud.py:1" in refused["cause"]["message"], refused
    assert "slipway.yml" in str(refused)
    assert KEY not in str(refused) + owner.slipway("GET", f"/api/deployments/{refused['id']}/logs?format=text").text
    clean = workshop.checkout.push(flask("clean") | {"cloud.py": "REGION = 'eu'\n"}, "main")
    live.deployed(clean)
    waived = workshop.checkout.push(LEAK | {"slipway.yml": AUTOMATIC + WAIVER % ("no-secrets", "2999-12-31")}, "main")
    live.deployed(waived)
    as_before = workshop.checkout.push({"slipway.yml": AUTOMATIC, "NEWS.md": "Nothing is new but this.\n"}, "main")
    live.deployed(as_before)


def test_what_the_scan_could_not_ask_is_never_green(workshop: Workshop) -> None:
    owner = workshop.owner
    sha = workshop.push("one", rules=RULES)
    assert workshop.ask(f"readiness {workshop.repository}")["state"] == "working"
    found = eventually(lambda: done(owner, workshop.repository, sha), "a look at main")
    assert found["light"] in ("yellow", "red")
    parts = {part["name"]: part["state"] for part in found["scan"]["parts"]}
    assert parts["dependencies"] == "inconclusive"
    assert "scan-complete" in rules_of(found, "warning")


def done(person: Person, repository: str, sha: str) -> dict[str, Any] | None:
    """The report of the default branch, once that commit was looked at."""
    found = report(person, repository)
    return found if found["state"] == "done" and found["sha"] == sha else None


def test_a_report_is_for_whoever_may_read_the_repository(workshop: Workshop, reader: Person) -> None:
    assert reader.slipway("GET", f"/api/deploy-readiness/{workshop.repository}").status_code == 404
    assert report(workshop.owner, workshop.repository)["light"] == "unknown"
