"""The modal for a deploy: open at once, then filled with what would ship."""

import time

import pytest
from sqlalchemy import select

from engine.deploy.asks import Action
from engine.domain.event import Repository
from engine.errors import Unreachable
from engine.forge.memory import MemoryRepository
from engine.slack.submissions import ask_of, repository_of, written
from engine.store import releases, repositories, slack_channels
from engine.store.access_schema import audit
from engine.store.slack_channels import Subscription
from tests.access.world import INSTALLATION, SHOP, World
from tests.bot_slack_modals.bench import READS, Bench, fields, shown
from tests.bot_slack_modals.story import CHOSEN, FILE, furnish, open_deploy, sent
from tests.pages.deploys import Deploys


@pytest.fixture(autouse=True)
def story(world: World, deploys: Deploys) -> None:
    furnish(world, deploys)


def test_it_is_open_before_anything_is_looked_up_and_filled_after(bench: Bench) -> None:
    answer = bench.type("deploy")
    window = bench.window()
    assert (answer.status_code, answer.content) == (200, b"")
    assert "Looking it up" in str(window.views[0])
    assert fields(window) == {"project": "project"}


def test_a_chosen_project_brings_its_environments_and_its_branch(bench: Bench) -> None:
    bench.type("deploy")
    window = bench.window()
    bench.choose(window, "project", {"project": "7"})
    bench.window("production")
    assert fields(window) == {"project": "project", "environment": "environment.7", "ref": "ref.7"}
    assert "staging" in shown(window)
    assert "What would ship" not in shown(window)


def test_what_would_ship_is_told_with_its_commits_and_files(bench: Bench) -> None:
    told = shown(open_deploy(bench))
    for words in ("`ccccccc` of `main`", "*New commits:* 2", "Paint it", "Add a cart", "`cart.py`", "`style.css`"):
        assert words in told
    assert "`v1` of commit `aaaaaaa` serves now" in told
    assert told.index("Paint it") < told.index("Add a cart")


def test_looking_changes_nothing(bench: Bench, world: World) -> None:
    open_deploy(bench)
    with world.database.read() as connection:
        assert len(releases.of_repository(connection, SHOP.id, count=9)) == 1
        assert connection.execute(select(audit.c.did)).scalars().all() == []


def test_all_that_stands_in_the_way_is_told(bench: Bench, deploys: Deploys, world: World) -> None:
    deploys.lock(deploys.environment(), "reader", "a <!channel> hotfix")
    told = shown(open_deploy(bench))
    assert "It can't be done now" in told
    assert "`locked`" in told
    assert "<!channel>" not in told


def test_an_approval_that_is_needed_is_told_beforehand(bench: Bench, world: World) -> None:
    file = b"environments:\n  production:\n    approvals: 2\n"
    world.forge.repositories[SHOP.id].files |= {ref: {"slipway.yml": file} for ref in ("main", "c" * 40)}
    told = shown(open_deploy(bench))
    assert "It will wait" in told
    assert "`approval_needed`" in told


def test_what_was_shown_is_what_is_asked_for(bench: Bench, world: World) -> None:
    event = sent(bench, open_deploy(bench), CHOSEN)
    with world.database.read() as connection:
        repository = repositories.by_id(connection, repository_of(event))
    assert repository is not None
    ask = ask_of(event, repository, "writer")
    assert (ask.action, ask.environment, ask.ref, ask.sha) == (Action.DEPLOY, "production", "main", "c" * 40)
    assert (ask.door, ask.ask, ask.login) == ("slack", event.delivery, "writer")
    assert written(event, "acme/shop") == "deploy acme/shop@main to production"


def test_what_was_not_shown_is_not_bound_to_a_commit(bench: Bench, world: World) -> None:
    event = sent(bench, open_deploy(bench), CHOSEN | {"ref": "other"})
    with world.database.read() as connection:
        repository = repositories.by_id(connection, SHOP.id)
    assert repository is not None
    assert (ask_of(event, repository, "writer").ref, ask_of(event, repository, "writer").sha) == ("other", "")


def test_a_moved_branch_refuses_what_was_shown(bench: Bench, world: World) -> None:
    event = sent(bench, open_deploy(bench), CHOSEN)
    world.commits.history(SHOP.id).add("d" * 40, "c" * 40, branch="main")
    with world.database.read() as connection:
        repository = repositories.by_id(connection, SHOP.id)
    assert repository is not None
    assert "ref_moved" in str(bench.deps.rehearse(ask_of(event, repository, "writer")))


def test_the_answer_goes_where_it_was_opened(bench: Bench) -> None:
    event = sent(bench, open_deploy(bench), CHOSEN)
    assert '"channel":"C1"' in event.metadata


def test_a_form_with_errors_shows_them_and_is_not_stored(bench: Bench) -> None:
    window = open_deploy(bench)
    before = len(bench.stored())
    answer = bench.submit(window, CHOSEN | {"ref": "no..such name"})
    assert answer.json() == {
        "response_action": "errors",
        "errors": {"ref.7": "That is no name of a branch, a tag or a commit."},
    }
    assert len(bench.stored()) == before


def test_a_form_that_is_not_filled_in_is_not_taken(bench: Bench) -> None:
    bench.type("deploy")
    window = bench.window()
    assert "Choose a project" in bench.submit(window, {"project": ""}).json()["errors"]["project"]
    assert "Choose its environment" in bench.submit(window, {"project": "7"}).json()["errors"]["project"]


def test_another_project_begins_anew(bench: Bench, world: World) -> None:
    till = Repository(8, "acme/till", "trunk", private=True, clone_url="")
    file = {"trunk": {"slipway.yml": FILE}}
    world.forge.repositories[8] = MemoryRepository(till.full_name, files=file, roles=world.roles)
    with world.database.write() as connection:
        repositories.record(connection, INSTALLATION, till, time.time())
    window = open_deploy(bench, chosen=CHOSEN | {"ref": "feature"})
    bench.choose_and_see(window, "project", CHOSEN | {"project": "8", "ref": "feature"})
    assert fields(window) == {"project": "project", "environment": "environment.8", "ref": "ref.8"}
    assert "'initial_value': 'trunk'" in str(window.now)
    assert "What would ship" not in shown(window)


def test_a_project_that_was_changed_last_is_not_sent_off_with_anothers_environment(bench: Bench) -> None:
    answer = bench.submit(open_deploy(bench), CHOSEN | {"project": "8"})
    assert "come a moment after the project" in answer.json()["errors"]["project"]


def test_the_only_repository_of_a_channel_is_chosen_already(bench: Bench, world: World) -> None:
    heard = Subscription(bench.workspace.id, "C1", SHOP.id, frozenset({"deploys"}), "U", "writer", time.time())
    with world.database.write() as connection:
        slack_channels.subscribe(connection, heard)
    bench.type("deploy")
    assert "environment" in fields(bench.window("production"))


def test_who_may_only_read_is_told_so(bench: Bench) -> None:
    told = shown(open_deploy(bench, READS))
    assert "needs write permission" in told
    assert "`not_permitted`" in told
    assert "Paint it" not in told


def test_a_repository_that_is_not_theirs_is_not_there(bench: Bench, world: World) -> None:
    world.roles.pop("reader")
    told = shown(open_deploy(bench, READS))
    assert "no such repository here, or none that you may read" in told
    assert "acme/shop" not in told


def test_two_people_have_a_modal_each(bench: Bench) -> None:
    first, second = open_deploy(bench), open_deploy(bench, READS)
    assert first.id != second.id
    assert "`not_permitted`" in shown(second)
    assert "`not_permitted`" not in shown(first)
    assert sent(bench, first, CHOSEN).where.user_id != sent(bench, second, CHOSEN, READS).where.user_id


def test_github_away_is_said_with_what_to_do_and_the_form_stays(bench: Bench, world: World) -> None:
    window = open_deploy(bench)
    world.commits.outage = Unreachable("asking GitHub: no answer in 10 s")
    bench.choose(window, "look", CHOSEN)
    told = shown(bench.window("no answer in 10 s"))
    assert "try again in a minute" in told
    assert "ref" in fields(window)


def test_github_away_from_the_beginning_is_said_too(bench: Bench, world: World) -> None:
    world.forge.outage = Unreachable("asking GitHub: no answer in 10 s")
    bench.type("deploy")
    window = bench.window()
    bench.choose(window, "project", {"project": "7"})
    assert "try again in a minute" in shown(bench.window("no answer in 10 s"))


def test_problems_of_the_project_file_are_told(bench: Bench, world: World) -> None:
    world.forge.repositories[SHOP.id].files["main"] = {"slipway.yml": b"environments: 3\n"}
    bench.type("deploy")
    window = bench.window()
    bench.choose(window, "project", {"project": "7"})
    assert "has to be mended first" in shown(bench.window("slipway.yml"))
