"""Commands that come through other doors than a comment: decided as comments are, and answered elsewhere."""

import itertools
import time
from collections.abc import Iterator

import pytest

from engine.commands.parse import Command, Help, Mistake
from engine.commands.spoken import Spoken, read_spoken
from engine.domain.event import Person, Repository
from engine.domain.job import JobKind
from engine.domain.permission import Role
from engine.domain.release import DeployState
from engine.errors import Gone, Unreachable
from engine.intake import page
from engine.intake.counter import Answered, Counter, Said
from engine.planner.decision import StartBuild
from engine.reasons import Reason
from engine.store import asks, audit, releases, repositories
from engine.store.asks import Ask
from engine.variables.variables import variables_of
from engine.wakeups.memory import MemoryWakeups
from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID, SHA_A, SHA_B, a_comment_event, a_pull_request_event
from tests.intake.deploying import ONE, configure, open_shop
from tests.intake.world import World

SHOP = Repository(REPOSITORY_ID, "acme/shop", "main", True, "https://github.example/acme/shop.git")
numbers: Iterator[int] = itertools.count(1)


def counter(world: World, wakeups: MemoryWakeups | None = None) -> Counter:
    """The counter over the world."""
    variables = variables_of(world.settings)
    return Counter(world.database, world.forge, world.commits, variables, world.settings, wakeups=wakeups)


def said(text: str, login: str = "writer", **more: object) -> Said:
    """A command of somebody in a chat."""
    spoken = read_spoken(text)
    if isinstance(spoken, Help | Mistake):
        where: dict[str, object] = {"command": spoken}
    else:
        assert isinstance(spoken, Spoken)
        assert isinstance(spoken.command, Command)
        named = ("command", "number", "ref", "environment")
        where = {name: getattr(spoken, name) for name in named}
    facts = {"delivery": f"slack:{next(numbers)}", "door": "slack"} | where | more
    return Said(repository=SHOP, installation_id=INSTALLATION_ID, person=Person(1, login), **facts)  # type: ignore[arg-type]


def say(world: World, text: str, login: str = "writer", **more: object) -> Ask:
    """What becomes of it."""
    return counter(world).handle(said(text, login, **more)).ask


def stored(world: World, ask: Ask) -> Ask:
    """The ask as it is by now."""
    with world.database.read() as connection:
        found = asks.by_delivery(connection, ask.delivery)
    assert found is not None
    return found


def without_time(comment: str) -> list[str]:
    """The comment without the row that tells when something happened last."""
    return [line for line in comment.splitlines() if not line.startswith("| `shop` |")]


@pytest.fixture
def shop(world: World) -> World:
    """Pull request 1 has a preview that answers."""
    open_shop(world)
    world.build_goes_well()
    return world


def test_a_command_leads_to_the_build_that_a_comment_would_have_led_to(world: World) -> None:
    world.at_github()
    ask = say(world, "preview #1")
    (build,) = world.builds()
    assert (ask.state, ask.build_id, ask.door, ask.command) == ("working", build.id, "slack", "/preview")
    assert (build.sha, build.requested_by) == (SHA_A, "writer")
    assert world.jobs(JobKind.BUILD) == [build.id]


def test_what_is_about_a_pull_request_needs_one(shop: World) -> None:
    for text in ("preview", "preview stop", "preview restart", "retry", "logs", "cancel"):
        assert say(shop, text).reason == Reason.WHICH_PULL_REQUEST, text


@pytest.mark.parametrize("text", ["preview #99", "status #99", "cancel #99", "deploy #99 to production", "logs #99"])
def test_a_pull_request_that_is_not_there_is_said_to_be(shop: World, text: str) -> None:
    ask = say(shop, text)
    assert (ask.state, ask.reason) == (asks.REFUSED, Reason.NO_SUCH_PULL_REQUEST)
    assert "`acme/shop#99`" in ask.answer


def test_a_pull_request_that_nobody_has_told_of_is_found_at_github(shop: World) -> None:
    shop.at_github(7)
    assert say(shop, "status #7").state == asks.DONE
    assert say(shop, "preview stop #7").reason == Reason.NO_PREVIEW


def test_status_without_a_pull_request_tells_of_the_environments_alone(shop: World) -> None:
    assert "Preview" in say(shop, "status #1").answer
    assert "Preview" not in say(shop, "status").answer
    assert "environment" in say(shop, "status").answer


def test_whoever_may_not_is_told_nothing_but_that(shop: World) -> None:
    assert say(shop, "preview stop #1", "reader").reason == Reason.NOT_PERMITTED
    assert say(shop, "preview #99", "nobody").reason == Reason.NOT_PERMITTED
    assert say(shop, "deploy", "nobody").reason == Reason.NOT_PERMITTED


def test_a_push_since_it_was_said_refuses_and_names_both(shop: World) -> None:
    moment = time.time()
    shop.at_github(sha=SHA_B)
    shop.take_in("pull_request", a_pull_request_event("synchronize", sha=SHA_B))
    ask = say(shop, "preview restart #1", said_at=moment)
    assert ask.reason == Reason.HEAD_MOVED
    assert "`aaaaaaa`" in ask.answer
    assert "`bbbbbbb`" in ask.answer


def test_without_github_nothing_is_written(shop: World) -> None:
    shop.forge.outage = Unreachable("GitHub is away")
    asked = said("preview restart #1")
    with pytest.raises(Unreachable):
        counter(shop).handle(asked)
    with shop.database.read() as connection:
        assert asks.by_delivery(connection, asked.delivery) is None


def test_a_repository_that_is_gone_is_gone(shop: World) -> None:
    del shop.forge.repositories[REPOSITORY_ID]
    for text in ("preview #99", "status", "deploy"):
        with pytest.raises(Gone):
            counter(shop).prepare(said(text))


def test_a_repository_that_was_taken_away_meanwhile_is_left_alone(shop: World) -> None:
    at, asked = counter(shop), said("preview stop #1")
    prepared = at.prepare(asked)
    with shop.database.write() as connection:
        repositories.remove(connection, REPOSITORY_ID, "taken away", 5000.0)
        ask = at.finish(connection, asked, prepared)
    assert ask.reason == Reason.REPOSITORY_REMOVED
    assert shop.preview().life == "open"


def test_the_same_delivery_twice_is_one_ask(shop: World) -> None:
    at, asked = counter(shop), said("preview restart #1")
    assert at.handle(asked).ask == at.handle(asked).ask
    prepared = at.prepare(asked)
    with shop.database.write() as connection:
        at.finish(connection, asked, prepared)
    assert len(shop.builds()) == 2


def test_workers_are_woken(shop: World) -> None:
    wakeups = MemoryWakeups()
    counter(shop, wakeups).handle(said("preview restart #1"))
    assert wakeups.take("work") is not None


def test_what_was_asked_elsewhere_is_not_answered_at_github(shop: World) -> None:
    shop.run(shop.receive("issue_comment", a_comment_event("/status")))
    before = shop.comment_shows()
    assert before.count("/status") == 1
    for door in ("slack", "api", "cli"):
        say(shop, "status #1", door=door)
        say(shop, "preview stop #1", "reader", door=door)
    assert without_time(shop.comment_shows()) == without_time(before)
    assert [subject for subject in shop.reactions.shown if not subject.endswith(":77")] == []


def test_a_button_of_a_message_is_the_build_pages_and_answered_in_the_message(shop: World) -> None:
    (build,) = shop.builds()
    pressing = {"person": Person(1, "writer"), "role": Role.WRITE, "now": time.time(), "door": "slack"}
    with shop.database.write() as connection:
        decision = page.press(connection, build, "restart", delivery="slack:press", **pressing)  # type: ignore[arg-type]
        ask = asks.by_delivery(connection, "slack:press")
    assert isinstance(decision, StartBuild)
    assert ask is not None
    assert (ask.door, ask.state) == ("slack", asks.WORKING)
    assert "/preview restart" not in shop.comment_shows()


def test_what_was_started_elsewhere_shows_at_github(shop: World) -> None:
    say(shop, "preview restart #1")
    shop.build_goes_well()
    assert "build_v0_2" in shop.check_shows().title + shop.check_shows().summary
    say(shop, "preview stop #1")
    assert "Preview stopped" in shop.comment_shows()


def test_nothing_is_said_on_a_pull_request_that_nothing_was_started_for(world: World) -> None:
    world.at_github()
    say(world, "status #1")
    say(world, "preview stop #1")
    world.send()
    assert world.comments.shown == {}


def test_what_was_asked_ends_with_its_release(shop: World) -> None:
    configure(shop, "environments: {production: {checks: none}}")
    ask = say(shop, "deploy main to production")
    assert (ask.state, ask.number) == ("working", 0)
    for state in (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING, DeployState.DEPLOYED):
        with shop.database.write() as connection:
            releases.advance(connection, ask.release_id, state, state.value, time.time())
    assert stored(shop, ask).state == asks.DONE


def test_what_waits_is_told_with_who_can_open_it(shop: World) -> None:
    configure(shop, ONE)
    answered: Answered = counter(shop).handle(said("deploy main to production"))
    assert [each.reason for each in answered.obstacles] == [Reason.APPROVAL_NEEDED]
    again = counter(shop).handle(said("approve production"))
    assert [each.reason for each in again.obstacles] == [Reason.OWN_APPROVAL]


def test_a_release_can_be_named_by_its_id(shop: World) -> None:
    configure(shop, ONE)
    first = say(shop, "deploy main to production")
    assert say(shop, "reject", "admin", release=first.release_id).state == asks.DONE
    assert say(shop, "approve", "admin", release=first.release_id).reason == Reason.REJECTED


def test_the_audit_names_the_door_and_what_it_was_about(shop: World) -> None:
    say(shop, "preview stop")
    say(shop, "preview stop #1")
    with shop.database.read() as connection:
        (refused,) = audit.of_subject(connection, "acme/shop")
        done = audit.of_subject(connection, "acme/shop#1")[-1]
    assert (refused.door, refused.outcome) == ("slack", "refused:which_pull_request")
    assert (done.door, done.who, done.outcome) == ("slack", "writer", "done")
