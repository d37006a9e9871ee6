"""Every command of the one table leads to the same job, or to the same refusal, whichever door it comes through."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from engine.commands.table import TABLE, Entry, Verb
from engine.domain.permission import Role
from tests.doors.doors import DOORS, Went, Words, went
from tests.doors.house import House, open_house
from tests.doors.shop import Shop


@dataclass(frozen=True)
class Row:
    """One command, in a shop where something has happened before, and what becomes of it."""

    verb: Verb
    words: Words
    expected: Went
    before: Callable[[Shop], None] = lambda shop: None

    @property
    def name(self) -> str:
        """For the test's own name."""
        return f"{self.words.comment} is {self.expected.reason or self.expected.state}"


def row(verb: Verb, comment: str, spoken: str, expected: Went, before: Callable[[Shop], None] | None = None) -> Row:
    """A row of the table below."""
    return Row(verb, Words(comment, spoken), expected, before or (lambda shop: None))


def started(kind: str, subject: str) -> Went:
    """A job was asked for, and the ask goes as that goes."""
    return Went("working", "", frozenset({(kind, subject)}))


def refused(reason: str) -> Went:
    """Nothing was done."""
    return Went("refused", reason)


BUILD, DEPLOY, DONE = started("build", "bld"), started("deploy", "dep"), Went("done")

ROWS = (
    row(Verb.PREVIEW, "/preview", "preview {shop}#1", BUILD),
    row(Verb.PREVIEW, "/preview", "preview {shop}#1", refused("pull_request_closed"), Shop.closed),
    row(
        Verb.PREVIEW_STOP,
        "/preview stop",
        "preview stop {shop}#1",
        Went("done", "", frozenset({("remove", "pv")})),
        Shop.ready,
    ),
    row(Verb.PREVIEW_STOP, "/preview stop", "preview stop {shop}#1", refused("no_preview")),
    row(Verb.PREVIEW_RESTART, "/preview restart", "preview restart {shop}#1", BUILD, Shop.ready),
    row(
        Verb.PREVIEW_RESTART,
        "/preview restart",
        "preview restart {shop}#1",
        refused("pull_request_closed"),
        Shop.closed,
    ),
    row(Verb.CANCEL, "/cancel", "cancel {shop}#1", started("cancel", "bld"), Shop.building),
    row(Verb.CANCEL, "/cancel", "cancel {shop}#1", refused("nothing_to_cancel")),
    row(Verb.CANCEL, "/cancel", "cancel {shop}#1", refused("already_finished"), Shop.ready),
    row(Verb.CANCEL, "/cancel production", "cancel {shop} production", DONE, Shop.waiting),
    row(Verb.RETRY, "/retry", "retry {shop}#1", BUILD, Shop.failed),
    row(Verb.RETRY, "/retry", "retry {shop}#1", refused("nothing_to_retry"), Shop.ready),
    row(Verb.LOGS, "/logs", "logs {shop}#1", DONE, Shop.failed),
    row(Verb.LOGS, "/logs build", "logs build {shop}#1", refused("no_log")),
    row(Verb.LOGS, "/logs kitchen", "logs kitchen {shop}#1", refused("no_such_stage")),
    row(Verb.READINESS, "/readiness", "readiness {shop}#1", started("inspect", "ins")),
    row(Verb.READINESS, "/readiness", "readiness {shop}#1", started("inspect", "ins"), Shop.inspected),
    row(Verb.READINESS, "/readiness", "readiness {shop}#1", refused("pull_request_closed"), Shop.closed),
    row(Verb.FIX, "/fix procfile", "fix procfile {shop}#1", started("fix", "fix"), Shop.inspected),
    row(Verb.FIX, "/fix procfile", "fix {shop}#1 procfile", refused("not_inspected")),
    row(Verb.FIX, "/fix gitignore", "fix gitignore {shop}#1", refused("nothing_to_fix"), Shop.inspected),
    row(Verb.FIX, "/fix kitchen", "fix kitchen {shop}#1", refused("no_such_fix"), Shop.inspected),
    row(Verb.FIX, "/fix procfile", "fix procfile {shop}#1", refused("pull_request_closed"), Shop.closed),
    row(Verb.DEPLOY, "/deploy production main", "deploy {shop}@main to production", DEPLOY),
    row(Verb.DEPLOY, "/deploy production", "deploy {shop}#1 to production", DEPLOY),
    row(Verb.DEPLOY, "/deploy production main", "deploy {shop} main to production", refused("locked"), Shop.locked),
    row(Verb.DEPLOY, "/deploy main", "deploy {shop}@main", refused("which_environment")),
    row(Verb.DEPLOY, "/deploy mars main", "deploy {shop}@main to mars", refused("no_such_environment")),
    row(Verb.DEPLOY, "/deploy production nowhere", "deploy {shop}@nowhere production", refused("no_such_ref")),
    row(Verb.ROLLBACK, "/rollback production", "rollback {shop} production", DEPLOY, Shop.deployed_twice),
    row(
        Verb.ROLLBACK,
        "/rollback production v1 --plan",
        "rollback {shop} production to v1 --plan",
        DONE,
        Shop.deployed_twice,
    ),
    row(
        Verb.ROLLBACK,
        "/rollback production",
        "rollback {shop} production",
        refused("no_previous_release"),
        Shop.deployed,
    ),
    row(Verb.PROMOTE, "/promote production", "promote {shop} to production", DEPLOY, Shop.at_staging),
    row(Verb.PROMOTE, "/promote production", "promote {shop} production", refused("nothing_to_promote")),
    row(Verb.APPROVE, "/approve production", "approve {shop} production", Went("done", "", DEPLOY.jobs), Shop.waiting),
    row(Verb.APPROVE, "/approve production", "approve {shop} production", refused("own_approval"), Shop.own),
    row(Verb.APPROVE, "/approve production", "approve {shop} production", refused("nothing_to_approve")),
    row(Verb.REJECT, "/reject production not today", "reject {shop} production not today", DONE, Shop.waiting),
    row(
        Verb.REJECT, "/reject production not today", "reject {shop} production not today", refused("nothing_to_approve")
    ),
    row(Verb.LOCK, "/lock production a sale", "lock {shop} production a sale", DONE),
    row(Verb.LOCK, "/lock production --force", "lock {shop} production --force", refused("reason_needed"), Shop.locked),
    row(Verb.UNLOCK, "/unlock production", "unlock {shop} production", DONE, Shop.held_by_asker),
    row(Verb.UNLOCK, "/unlock production", "unlock {shop} production", refused("not_locked")),
    row(
        Verb.RESTART,
        "/restart production",
        "restart {shop} production",
        Went("done", "", frozenset({("restart", "env")})),
        Shop.deployed,
    ),
    row(Verb.RESTART, "/restart production", "restart {shop} production", refused("nothing_deployed")),
    row(Verb.ENV_LIST, "/env list production", "env list {shop} production", DONE),
    row(Verb.ENV_LIST, "/env list mars", "env list {shop} mars", refused("no_such_environment")),
    row(Verb.ENV_UNSET, "/env unset production KEY", "env unset {shop} production KEY", DONE, Shop.valued),
    row(Verb.ENV_UNSET, "/env unset production KEY", "env unset {shop} production KEY", refused("no_such_variable")),
    row(Verb.STATUS, "/status", "status {shop}#1", DONE),
    row(Verb.HELP, "/help", "help", DONE),
)

#: Lines that are no command.
MISTAKES = (
    (Words("/deplyo production", "deplyo production"), refused("unknown_command")),
    (Words("/fix", "fix #1"), refused("no_such_fix")),
    (Words("/readiness now", "readiness now #1"), refused("bad_arguments")),
    (Words("/preview stpo", "preview stpo #1"), refused("bad_arguments")),
    (Words("/rollback production --now", "rollback production --now"), refused("bad_arguments")),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Every test has a shop of its own in it for each door."""
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


def through_every_door(house: House, words: Words, login: str, before: Callable[[Shop], None]) -> dict[str, Went]:
    """What becomes of a command in shops that are alike."""
    found = {}
    for door in DOORS:
        shop = house.shop()
        before(shop)
        found[door] = went(house, door, shop, words, login)
    return found


def test_every_command_of_the_table_has_a_row_that_does_it_and_one_that_refuses_it() -> None:
    never_refused = {Verb.STATUS, Verb.HELP}
    assert {each.verb for each in ROWS if each.expected.state != "refused"} == set(Verb)
    assert {each.verb for each in ROWS if each.expected.state == "refused"} == set(Verb) - never_refused


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_command_goes_the_same_way_through_every_door(house: House, row: Row) -> None:
    found = through_every_door(house, row.words, "writer", row.before)
    assert found == dict.fromkeys(DOORS, row.expected)


@pytest.mark.parametrize("entry", [entry for entry in TABLE if entry.role > Role.READ], ids=lambda entry: entry.verb)
def test_whoever_may_only_read_is_refused_at_every_door(house: House, entry: Entry) -> None:
    words = next(each.words for each in ROWS if each.verb is entry.verb)
    found = through_every_door(house, words, "reader", lambda shop: None)
    assert found == dict.fromkeys(DOORS, refused("not_permitted"))


@pytest.mark.parametrize(("words", "expected"), MISTAKES, ids=lambda each: getattr(each, "spoken", None))
def test_a_mistake_is_the_same_mistake_at_every_door(house: House, words: Words, expected: Went) -> None:
    assert through_every_door(house, words, "writer", lambda shop: None) == dict.fromkeys(DOORS, expected)
