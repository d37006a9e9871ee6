"""The same commands for a team that lives in a Slack channel."""

import hashlib
from collections.abc import Iterator

import pytest

from tests.stories.applications import TALKATIVE_FLASK
from tests.stories.house import House
from tests.stories.live import visit_live
from tests.stories.person import eventually
from tests.stories.slack import Somebody, Watch, buttons, told
from tests.stories.workshop import APPROVED, ON_COMMAND, Workshop


@pytest.fixture(scope="module")
def acme(house: House) -> Somebody:
    """The workspace Acme with Slipway in it; writer and admin are linked, the reader isn't."""
    web_url = str(house.facts()["web_url"])
    writer = Somebody(web_url, f"http://localhost:{house.ports['PORT']}", "Acme", "writer")
    assert "Acme" in writer.installs()
    # Slack tells nobody of mentions in channels that they aren't in.
    writer.play("invite")
    for login in ("writer", "admin"):
        assert login in named(writer, login).links(login)
    return writer


def named(who: Somebody, name: str) -> Somebody:
    """Somebody else in the same channel."""
    return Somebody(who.web_url, who.public_url, who.team, name, who.channel)


@pytest.fixture
def ada(acme: Somebody, workshop: Workshop) -> Iterator[Somebody]:
    """Whoever asks, in a channel that hears of the workshop's repository."""
    acme.types(f"subscribe {workshop.repository} deploys approvals previews").newer("hears of", workshop.repository)
    yield acme
    acme.types(f"unsubscribe {workshop.repository}").newer(workshop.repository, "no more")


@pytest.fixture
def bob(acme: Somebody) -> Somebody:
    """Another one with write permission."""
    return named(acme, "admin")


def test_a_deploy_is_one_message_from_queued_to_deployed(ada: Somebody, workshop: Workshop) -> None:
    sha = workshop.push("one", rules=ON_COMMAND)
    with Watch(ada) as watch:
        ada.deploys(f"{workshop.repository}@main to production")
        release = workshop.live().deployed(sha)
        root = ada.root(workshop.repository, "production", "deployed", sha[:7])
    told_first = next(text for text in watch.texts if workshop.repository in text)
    assert "deployed" not in told_first, watch.texts
    assert release["url"].rstrip("/") in told(root)
    assert (release["requested_by"], release["door"], visit_live(release["url"]).text) == ("writer", "slack", "one")
    assert f"/deploys/{release['id']}" in told(root)
    assert release["id"] in str(at_github(workshop, sha))
    assert f"/deploys/{release['id']}" in ada.opens(f"/projects/{workshop.repository}")
    assert len(ada.roots(workshop.repository)) == 1


def at_github(workshop: Workshop, sha: str) -> list[object]:
    """What GitHub's deployments of a commit say, once they say that it is live."""
    assert workshop.live().told(sha, "success")
    where = f"/repos/{workshop.repository}/deployments"
    found = workshop.owner.call("GET", f"{where}?sha={sha}")
    return [workshop.owner.call("GET", f"{where}/{each['id']}/statuses") for each in found]


def test_an_approval_is_never_ones_own_and_dies_with_a_push(ada: Somebody, bob: Somebody, workshop: Workshop) -> None:
    first = workshop.push("one", rules=APPROVED)
    ada.deploys(f"{workshop.repository}@main to production")
    waiting = ada.root(workshop.repository, "approval")
    assert {"approve", "reject"} <= buttons(waiting)
    refused = ada.presses(waiting, "approve").newer("own_approval")
    assert refused["ephemeral"]
    second = workshop.push("two", rules=APPROVED)
    workshop.live().reached(first, "CANCELLED")
    eventually(lambda: not buttons(ada.root(first[:7])) & {"approve", "reject"}, "the dead button to go")
    ada.deploys(f"{workshop.repository}@main to production")
    bob.presses(bob.root(second[:7], "waiting", "Approve"), "approve")
    release = workshop.live().deployed(second)
    assert "admin" in str(bob.root(second[:7], "deployed"))
    assert visit_live(release["url"]).text == "two"


def test_a_mention_in_a_thread_means_that_deploy(ada: Somebody, workshop: Workshop) -> None:
    first = workshop.push("one", rules=ON_COMMAND)
    ada.deploys("main to production")
    workshop.live().deployed(first)
    second = workshop.push("two", rules=ON_COMMAND)
    ada.deploys("main to production")
    release = workshop.live().deployed(second)
    root = ada.root(second[:7], "deployed")
    ada.play("mention", text="rollback", thread=root["ts"])
    eventually(lambda: visit_live(release["url"]).text == "one", "the first one to serve again")
    ada.root(first[:7], "v3", "deployed")


def test_a_rollback_shows_its_plan_before_it_is_done(ada: Somebody, workshop: Workshop) -> None:
    first = workshop.push("one", rules=ON_COMMAND, message="Say one")
    ada.deploys("main to production")
    workshop.live().deployed(first)
    second = workshop.push("two", rules=ON_COMMAND, message="Say two")
    ada.deploys("main to production")
    release = workshop.live().deployed(second)
    ada.presses(eventually(lambda: rollable(ada, second), "a rollback button"), "rollback")
    plan = ada.modal("v1", "Say two")
    assert workshop.live().deployed(second)["id"] == release["id"]
    ada.play("submit", view=plan["id"])
    eventually(lambda: visit_live(release["url"]).text == "one", "the first one to serve again")


def rollable(who: Somebody, sha: str) -> dict[str, object] | None:
    """The message of a commit's deploy, once it can be rolled back."""
    found = who.root(sha[:7], "deployed")
    return found if "rollback" in buttons(found) else None


def test_the_deploy_modal_says_what_would_ship(ada: Somebody, workshop: Workshop) -> None:
    sha = workshop.push("one", rules=ON_COMMAND, message="Say one")
    ada.types("deploy")
    modal = ada.modal("Deploy", "Project")
    assert modal["callback_id"] == "deploy"
    project = next(one for one in modal["actions"] if one["type"] == "external_select")
    found = ada.play("suggest", view=modal["id"], action=project["action"], text=workshop.repository)["options"]
    assert [one["text"]["text"] for one in found] == [workshop.repository]
    ada.play("press", view=modal["id"], action=project["action"], block=project["block"], value=found[0])
    ready = ada.modal("production", sha[:7])
    ada.play("submit", view=ready["id"])
    assert visit_live(workshop.live().deployed(sha)["url"]).text == "one"


def test_a_secret_is_written_in_a_modal_and_read_nowhere(ada: Somebody, workshop: Workshop, house: House) -> None:
    sha = workshop.checkout.push(TALKATIVE_FLASK | {"slipway.yml": ON_COMMAND}, "main")
    ada.types(f"env set {workshop.repository} production")
    modal = ada.modal("Set a value", "Name", "Guard")
    canary = "correct-horse-battery-staple"
    fields = {one["action"]: one["block"] for one in modal["actions"]}
    values = {fields[name]: {name: value} for name, value in (("key", "CANARY"), ("value", canary)) if name in fields}
    assert len(values) == 2, modal["actions"]
    done = ada.play("submit", view=modal["id"], values=values)
    assert done["errors"] == {}, done
    eventually(lambda: "CANARY" in listed(workshop), "the variable to be there")
    ada.deploys("main to production")
    release = workshop.live().deployed(sha)
    assert visit_live(release["url"]).text == hashlib.sha256(canary.encode()).hexdigest()
    stored = b"".join(path.read_bytes() for path in house.data_dir.glob("slipway.sqlite3*"))
    logged = b"".join(path.read_bytes() for path in (house.data_dir / "logs").glob("*"))
    assert (canary.encode() in stored, canary.encode() in logged) == (False, False)


def listed(workshop: Workshop) -> str:
    """What Slipway's API says of the environment's variables."""
    found = workshop.owner.slipway("GET", f"/api/environments?repository={workshop.repository}").json()
    if not found:
        return ""
    return workshop.owner.slipway("GET", f"/api/environments/{found[0]['id']}/variables").text


def test_a_preview_is_one_message_too(ada: Somebody, workshop: Workshop) -> None:
    workshop.push("one", rules=ON_COMMAND)
    number = workshop.talk()
    ada.types(f"preview {workshop.repository}#{number}")
    ready = ada.root(f"#{number}", "preview ready")
    assert workshop.owner.previews(workshop.repository, number)[0]["url"].rstrip("/") in told(ready)
    ada.types(f"preview stop {workshop.repository}#{number}")
    ada.root(f"#{number}", "stopped")


def test_refusals_say_what_to_do(ada: Somebody, bob: Somebody, workshop: Workshop) -> None:
    stranger = named(ada, "reader")
    unlinked = stranger.types(f"status {workshop.repository}").newer("Link")
    assert (unlinked["ephemeral"], "not_linked" in told(unlinked)) == (True, True)
    assert any("/slack/link?token=" in str(one["url"]) for one in unlinked["actions"])
    missing = ada.types("status acme/never-was").newer("no_such_repository")
    assert missing["ephemeral"]
    mistaken = ada.types("deplyo main").newer("Did you mean")
    assert (mistaken["ephemeral"], "/slipway deploy" in told(mistaken)) == (True, True)
    nowhere = ada.types(f"deploy {workshop.repository}@main to nowhere").newer("no_such_environment")
    assert nowhere["ephemeral"]
    workshop.push("one", rules=ON_COMMAND)
    bob.types(f"lock {workshop.repository} production We count the stock").newer("holds the lock", "production")
    locked = ada.types(f"deploy {workshop.repository}@main to production").newer("locked")
    assert "We count the stock" in told(locked)
    bob.types(f"unlock {workshop.repository} production").newer("is unlocked", "production")


def test_home_shows_what_waits_and_who_one_is(ada: Somebody, bob: Somebody, workshop: Workshop) -> None:
    workshop.push("one", rules=APPROVED)
    ada.deploys("main to production")
    ada.root(workshop.repository, "approval")
    bob.play("home")
    home = bob.home("admin", "Waits for you", workshop.repository)
    assert {"deploy", "secret"} <= buttons(home)


def test_a_workspace_that_uninstalls_is_forgotten(acme: Somebody, house: House) -> None:
    gina = Somebody(acme.web_url, acme.public_url, "Globex", "gina", "general")
    assert "Globex" in gina.installs()
    gina.types("status acme/shop").newer("not_linked")
    gina.play("uninstall")
    assert not gina.look("install")["installed"]
    assert "Globex" in gina.installs()
    gina.types("help").newer("/slipway deploy")
