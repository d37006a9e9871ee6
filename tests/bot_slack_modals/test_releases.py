"""The modals about a release: what going back would change, why it is rejected, what it would ship."""

import pytest
from sqlalchemy import select

from engine.deploy.asks import Action
from engine.domain.release import Release
from engine.slack.buttons import Bound, encode
from engine.slack.submissions import ask_of, is_stale, repository_of, written
from engine.store import releases, repositories
from engine.store.access_schema import audit
from tests.access.world import SHOP, World
from tests.bot_slack_modals.bench import READS, Bench, fields, shown
from tests.bot_slack_modals.slack import Window
from tests.bot_slack_modals.story import furnish, sent
from tests.pages.deploys import Deploys


@pytest.fixture
def serving(world: World, deploys: Deploys) -> Release:
    """`v2`, which serves after `v1` did."""
    furnish(world, deploys)
    return deploys.serve(deploys.environment(), "c" * 40)


@pytest.fixture
def waiting(serving: Release, world: World, deploys: Deploys) -> Release:
    """`v3`, which somebody has to approve."""
    world.commits.history(SHOP.id).add(
        "d" * 40, "c" * 40, branch="main", title="Sell *everything*", changed=("all.py",)
    )
    release = deploys.ask(deploys.environment(), "d" * 40, approvals_needed=1)
    deploys.await_approval(release)
    return deploys.current(release)


def press(bench: Bench, action: str, release: Release, user: str = "UWRITER") -> Window:
    """The modal that a button on the release's message opened."""
    bench.press(action, encode(Bound(release.id, release.sha)), user)
    return bench.window()


def test_the_plan_is_shown_before_anything_is_done(bench: Bench, serving: Release, world: World) -> None:
    window = press(bench, "rollback", serving)
    told = shown(window)
    for words in ("Going back from `v2`", "to `v1`", "Paint it", "`cart.py`", "Nothing stands in the way"):
        assert words in told
    assert window.now["submit"] is not None
    with world.database.read() as connection:
        assert len(releases.of_repository(connection, SHOP.id, count=9)) == 2


def test_confirming_asks_for_the_release_that_the_plan_named(bench: Bench, serving: Release, world: World) -> None:
    event = sent(bench, press(bench, "rollback", serving), {})
    with world.database.read() as connection:
        repository = repositories.by_id(connection, repository_of(event))
        assert not is_stale(connection, event)
        assert repository is not None
        older = releases.of_environment(connection, serving.environment_id)[1]
    ask = ask_of(event, repository, "writer")
    assert (ask.action, ask.environment, ask.release) == (Action.ROLLBACK, "production", older.id)
    assert written(event, "acme/shop") == f"rollback acme/shop production {older.id}"


def test_a_confirmation_is_stale_once_something_else_serves(
    bench: Bench, serving: Release, world: World, deploys: Deploys
) -> None:
    event = sent(bench, press(bench, "rollback", serving), {})
    deploys.serve(deploys.environment(), "d" * 40)
    with world.database.read() as connection:
        assert is_stale(connection, event)


def test_the_button_of_a_release_that_serves_no_more_is_dead(bench: Bench, serving: Release, deploys: Deploys) -> None:
    deploys.serve(deploys.environment(), "d" * 40)
    window = press(bench, "rollback", serving)
    assert "`v3` of commit `ddddddd` serves now" in shown(window)
    assert "`stale_button`" in shown(window)
    assert "submit" not in window.now


def test_a_rollback_that_is_not_possible_cannot_be_sent_off(bench: Bench, world: World, deploys: Deploys) -> None:
    furnish(world, deploys)
    with world.database.read() as connection:
        only = releases.of_repository(connection, SHOP.id, count=1)[0]
    window = press(bench, "rollback", only)
    assert "`no_previous_release`" in shown(window)
    assert "submit" not in window.now


def test_an_obstacle_is_told_with_the_plan_which_then_only_shows(
    bench: Bench, serving: Release, deploys: Deploys
) -> None:
    deploys.lock(deploys.environment(), "reader", "a hotfix")
    window = press(bench, "rollback", serving)
    assert "Going back from `v2`" in shown(window)
    assert "`locked`" in shown(window)
    assert "submit" not in window.now


def test_a_rejection_says_why(bench: Bench, waiting: Release, world: World) -> None:
    window = press(bench, "reject", waiting)
    assert "`v3` of commit `ddddddd` won't go to `production`" in shown(window)
    event = sent(bench, window, {"reason": " Not on a *Friday* "})
    with world.database.read() as connection:
        repository = repositories.by_id(connection, repository_of(event))
    assert repository is not None
    ask = ask_of(event, repository, "writer")
    assert (ask.action, ask.release, ask.sha) == (Action.REJECT, waiting.id, waiting.sha)
    assert ask.reason == "Not on a *Friday*"


def test_a_rejection_without_a_reason_is_not_taken(bench: Bench, waiting: Release) -> None:
    answer = bench.submit(press(bench, "reject", waiting), {"reason": "  "})
    assert answer.json()["errors"] == {"reason": "Say why, for whoever asked for it."}


def test_what_waits_no_more_cannot_be_rejected(bench: Bench, serving: Release) -> None:
    window = press(bench, "reject", serving)
    assert "waits for nobody" in shown(window)
    assert fields(window) == {}


def test_who_may_only_read_can_not_reject(bench: Bench, waiting: Release) -> None:
    told = shown(press(bench, "reject", waiting, READS))
    assert "`not_permitted`" in told


def test_what_a_waiting_release_would_ship_is_shown_to_whoever_may_read(bench: Bench, waiting: Release) -> None:
    window = press(bench, "ship", waiting, READS)
    told = shown(window)
    for words in ("`v3` of commit `ddddddd`", "to `production`", "`v2` of commit `ccccccc` serves now", "`all.py`"):
        assert words in told
    assert "*everything*" not in told
    assert "submit" not in window.now


def test_a_button_bound_to_another_commit_is_dead(bench: Bench, waiting: Release) -> None:
    for action in ("ship", "reject"):
        bench.press(action, encode(Bound(waiting.id, "e" * 40)))
        assert "`stale_button`" in shown(bench.window())


@pytest.mark.parametrize("action", ["rollback", "reject", "ship"])
def test_a_release_of_a_repository_that_is_not_theirs_is_not_there(
    bench: Bench, waiting: Release, world: World, action: str
) -> None:
    world.roles.pop("reader")
    told = shown(press(bench, action, waiting, READS))
    assert "`no_such_repository`" in told
    assert "v3" not in told


def test_a_press_of_somebody_who_may_not_is_in_the_audit(bench: Bench, waiting: Release, world: World) -> None:
    press(bench, "reject", waiting, READS)
    world.roles.pop("writer")
    press(bench, "rollback", waiting)
    with world.database.read() as connection:
        told = connection.execute(select(audit.c.who, audit.c.door, audit.c.did, audit.c.outcome)).all()
    assert [tuple(each) for each in told] == [
        ("reader", "slack", "reject", "refused:not_permitted"),
        ("writer", "slack", "rollback", "refused:no_such_repository"),
    ]


@pytest.mark.parametrize("value", ["", "{", "[]", '{"about": "dep_nothing"}', '{"about": 3}'])
def test_a_value_that_is_none_of_ours_ends_in_words(bench: Bench, waiting: Release, value: str) -> None:
    bench.press("rollback", value)
    assert "_" in shown(bench.window("`"))
