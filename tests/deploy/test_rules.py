"""Each rule by itself: what it lets through, and what it says no to. Values only."""

from dataclasses import replace

import pytest

from engine.deploy.commit_facts import CommitFacts
from engine.deploy.rules import checks, commit, lock, order, people, place, windows
from engine.deploy.rules.situation import Earlier, Moved, Situation
from engine.deploy.rules.table import DEPLOYING, GOING_BACK, ending_of, obstacles_of
from engine.domain.event import Person, PullRequest
from engine.domain.lock import Lock
from engine.domain.permission import Role
from engine.domain.release import DeployState
from engine.forge.commits import CheckResult, Checks, CheckState, Comparison
from engine.project.environments import Rules
from engine.reasons import Reason
from tests.deploy.values import RELEASE
from tests.deploy.world import NOW, A, B

RULES = Rules("production", auto_deploy_branch="main")
GREEN, PENDING, FAILED, UNKNOWN = CheckState.GREEN, CheckState.PENDING, CheckState.FAILED, CheckState.UNKNOWN
FOUND = CommitFacts("main", A, "refs/heads/main", checks=Checks(()))
CLEAR = Situation(now=NOW, login="ada", role=Role.WRITE, rules=RULES, commit=FOUND)
HELD = Lock("lock_1", "env_1", "grace", "", "the books are open", NOW - 60, 0, 3600.0)
DEPLOYS = replace(HELD, id="lock_2", holder="bob", release_id="dep_2", reason="Deploying v2")
SERVED = replace(RELEASE, sha=A, state=DeployState.DEPLOYED, started_at=NOW, finished_at=NOW)


def standing(ahead: int, behind: int) -> Comparison:
    """How a commit lies to its base."""
    return Comparison(ahead, behind, (), (), truncated=False)


def checked(**states: CheckState) -> Checks:
    """What checks say."""
    return Checks(tuple(CheckResult(name, state, 1) for name, state in states.items()))


def ruled(**rules: object) -> Situation:
    """A clear situation under these rules."""
    return replace(CLEAR, rules=replace(RULES, **rules))  # type: ignore[arg-type]


def with_commit(situation: Situation = CLEAR, **facts: object) -> Situation:
    """The situation with these facts of the commit."""
    return replace(situation, commit=replace(FOUND, **facts))  # type: ignore[arg-type]


def test_nothing_stands_in_the_way_of_a_clear_deploy() -> None:
    assert obstacles_of(CLEAR, DEPLOYING) == ()


@pytest.mark.parametrize(
    ("role", "ok"),
    [(Role.NONE, False), (Role.READ, False), (Role.TRIAGE, False), (Role.WRITE, True), (Role.ADMIN, True)],
)
def test_write_permission_is_needed(role: Role, ok: bool) -> None:
    found = people.may(replace(CLEAR, role=role))
    assert (found is None) is ok
    assert ok or (found is not None and found.reason is Reason.NOT_PERMITTED)


def test_a_push_needs_no_role_of_whoever_let_it_onto_the_branch() -> None:
    assert people.may(replace(CLEAR, role=Role.NONE, automatic=True)) is None


@pytest.mark.parametrize(
    ("deployers", "login", "ok"),
    [((), "ada", True), (("Ada",), "ada", True), (("ada",), "ADA", True), (("grace",), "ada", False)],
)
def test_deployers_are_the_same_in_any_case(deployers: tuple[str, ...], login: str, ok: bool) -> None:
    found = people.is_deployer(replace(ruled(deployers=deployers), login=login))
    assert (None if found is None else found.reason) == (None if ok else Reason.NOT_DEPLOYER)


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        (CLEAR, None),
        (replace(CLEAR, retired=True), Reason.RETIRED_ENVIRONMENT),
    ],
)
def test_a_retired_environment_takes_nothing(situation: Situation, reason: Reason | None) -> None:
    found = place.is_not_retired(situation)
    assert (None if found is None else found.reason) is reason


@pytest.mark.parametrize(
    ("target", "instance", "ok"), [("local", "", True), ("aws_ec2", "", False), ("local", "i-1", False)]
)
def test_the_target_must_be_there(target: str, instance: str, ok: bool) -> None:
    found = place.has_target(replace(ruled(target=target), instance_id=instance))
    assert (None if found is None else found.reason) == (None if ok else Reason.TARGET_UNAVAILABLE)


@pytest.mark.parametrize(("hold", "automatic", "ok"), [("", True, True), ("why", False, True), ("why", True, False)])
def test_a_hold_is_for_what_pushes_start(hold: str, automatic: bool, ok: bool) -> None:
    found = place.is_not_held(replace(CLEAR, hold=hold, hold_by="ada", automatic=automatic))
    assert (None if found is None else found.reason) == (None if ok else Reason.ON_HOLD)


@pytest.mark.parametrize(("sha", "reason"), [(A, None), ("", Reason.NO_SUCH_REF)])
def test_the_commit_must_be_there(sha: str, reason: Reason | None) -> None:
    found = commit.exists(with_commit(sha=sha))
    assert (None if found is None else found.reason) is reason


def test_forks_and_closed_pull_requests_are_told_apart() -> None:
    fork, closed = commit.is_ours(replace(CLEAR, fork=True)), commit.is_open(replace(CLEAR, closed=True))
    assert fork is not None and fork.reason is Reason.FORK_NEEDS_APPROVAL
    assert closed is not None and closed.reason is Reason.PULL_REQUEST_CLOSED
    assert commit.is_ours(CLEAR) is commit.is_open(CLEAR) is None


@pytest.mark.parametrize("reason", [Reason.HEAD_MOVED, Reason.REF_MOVED, Reason.STALE_BUTTON])
def test_what_moved_is_told_with_both_commits(reason: Reason) -> None:
    found = commit.has_not_moved(replace(CLEAR, moved=Moved(reason, "`main`", A, B)))
    assert found is not None and found.reason is reason
    assert A[:7] in found.sentence and B[:7] in found.sentence
    assert commit.has_not_moved(CLEAR) is None


@pytest.mark.parametrize(
    ("base", "lies", "asked_for", "ok"),
    [
        ("", None, True, True),
        ("main", standing(2, 0), True, True),
        ("main", standing(0, 0), True, True),
        ("main", standing(2, 1), True, False),
        ("main", standing(0, 3), True, False),
        ("main", None, True, False),
        ("main", standing(2, 1), False, True),
    ],
)
def test_a_commit_holds_all_of_its_base(base: str, lies: Comparison | None, asked_for: bool, ok: bool) -> None:
    found = commit.is_up_to_date(with_commit(ruled(up_to_date=asked_for), base=base, standing=lies))
    assert (None if found is None else found.reason) == (None if ok else Reason.BEHIND_BASE)


def test_an_older_commit_of_the_base_is_told_about_rollback_and_a_branch_about_merging() -> None:
    pull_request = PullRequest(1, "T", A, "f", 7, "main", Person(1, "ada"), False, True, False)
    older = commit.is_up_to_date(with_commit(base="main", standing=standing(0, 1)))
    behind = commit.is_up_to_date(with_commit(base="main", standing=standing(1, 1), pull_request=pull_request))
    assert older is not None and "/rollback" in older.opener
    assert behind is not None and "Merge or rebase" in behind.opener


def test_problems_of_both_files_are_told_the_default_branchs_first() -> None:
    both = replace(with_commit(problems=("at the commit",)), problems=("on main",))
    first, second = commit.is_well_configured(both), commit.is_well_configured(with_commit(problems=("at it",)))
    assert first is not None and "on main" in first.sentence and first.reason is Reason.BAD_CONFIGURATION
    assert second is not None and A[:7] in second.sentence
    assert commit.is_well_configured(CLEAR) is None


@pytest.mark.parametrize(
    ("required", "found", "reason"),
    [
        ("all", Checks(()), None),
        ("all", None, Reason.CHECKS_UNKNOWN),
        ("none", None, None),
        ("none", checked(test=FAILED), None),
        ("all", checked(test=GREEN, lint=GREEN), None),
        ("all", checked(test=GREEN, lint=PENDING), Reason.CHECKS_PENDING),
        ("all", checked(test=FAILED, lint=PENDING), Reason.CHECKS_FAILED),
        ("all", checked(test=UNKNOWN, lint=PENDING), Reason.CHECKS_UNKNOWN),
        (("test",), checked(test=GREEN, lint=FAILED), None),
        (("test",), checked(lint=GREEN), Reason.CHECKS_PENDING),
        (("test", "lint"), checked(test=GREEN, lint=FAILED), Reason.CHECKS_FAILED),
        (("test",), Checks(()), Reason.CHECKS_PENDING),
        (("test",), None, Reason.CHECKS_UNKNOWN),
    ],
)
def test_required_checks_are_green(required: str, found: Checks | None, reason: Reason | None) -> None:
    told = checks.are_green(with_commit(ruled(checks=required), checks=found))
    assert (None if told is None else told.reason) is reason


def test_of_two_apps_checks_of_one_name_both_count() -> None:
    found = Checks((CheckResult("test", GREEN, 1), CheckResult("test", FAILED, 2)))
    told = checks.are_green(with_commit(checks=found))
    assert told is not None and told.reason is Reason.CHECKS_FAILED


def test_names_of_checks_are_escaped_and_not_all_of_a_hundred_are_told() -> None:
    many = Checks(tuple(CheckResult(f"@org/team {number}", FAILED, 1) for number in range(100)))
    told = checks.are_green(with_commit(checks=many))
    assert told is not None and "`@org/team 0`" in told.sentence and "and 90 more" in told.sentence


@pytest.mark.parametrize(
    ("newest", "serving", "ok"),
    [
        (None, "", False),
        (SERVED, "dep_1", True),
        (SERVED, "dep_9", False),
        (replace(SERVED, sha=B), "dep_1", False),
        (replace(SERVED, state=DeployState.FAILED), "dep_1", False),
        (replace(SERVED, state=DeployState.ROLLED_BACK), "dep_1", False),
    ],
)
def test_the_environment_before_serves_this_very_commit(newest: object, serving: str, ok: bool) -> None:
    earlier = Earlier("staging", newest, serving)  # type: ignore[arg-type]
    found = order.is_in_order(replace(CLEAR, earlier=earlier))
    assert (None if found is None else found.reason) == (None if ok else Reason.OUT_OF_ORDER)
    assert order.is_in_order(CLEAR) is None


def test_who_is_out_of_order_is_told_of_a_deploy_under_way_before() -> None:
    found = order.is_in_order(replace(CLEAR, earlier=Earlier("staging", None, "", on_its_way=True)))
    assert found is not None and "under way" in found.sentence


@pytest.mark.parametrize(
    ("written", "ok"),
    [((), True), (("wed 09:00-17:00",), True), (("sat 09:00-17:00",), False), (("sat 1:00-2:00",), None)],
)
def test_windows_hold_people_back_and_say_when_they_open(written: tuple[str, ...], ok: bool | None) -> None:
    if ok is None:
        with pytest.raises(ValueError, match="no time of day"):
            windows.is_inside_window(ruled(windows=written))
        return
    found = windows.is_inside_window(ruled(windows=written))
    assert (None if found is None else found.reason) == (None if ok else Reason.OUTSIDE_WINDOW)
    assert ok or (found is not None and "2023-11-18 09:00 UTC" in found.opener)


@pytest.mark.parametrize(
    ("line", "login", "automatic", "ok"),
    [
        ((), "ada", False, True),
        ((HELD,), "ada", False, False),
        ((HELD,), "Grace", False, True),
        ((HELD,), "grace", True, False),
        ((DEPLOYS,), "ada", False, True),
        ((DEPLOYS, HELD), "ada", False, False),
    ],
)
def test_another_persons_lock_stands_in_the_way(line: tuple[Lock, ...], login: str, automatic: bool, ok: bool) -> None:
    found = lock.is_not_locked(replace(CLEAR, line=line, login=login, automatic=automatic))
    assert (None if found is None else found.reason) == (None if ok else Reason.LOCKED)


def test_a_lock_is_told_with_holder_reason_since_and_the_place_in_line() -> None:
    found = lock.is_not_locked(replace(CLEAR, line=(HELD, DEPLOYS)))
    assert found is not None
    for word in ("@grace", "the books are open", "2023-11-15 09:59 UTC", "number 3 in line", "/lock production"):
        assert word in found.sentence


def test_a_lock_behind_ones_own_deploy_is_not_in_its_way() -> None:
    assert lock.is_not_locked(replace(CLEAR, line=(DEPLOYS, HELD), release_id="dep_2")) is None


def test_going_back_asks_fewer_rules() -> None:
    bad = replace(
        with_commit(ruled(windows=("sat 01:00-02:00",), deployers=("grace",)), checks=None, base="main"),
        earlier=Earlier("staging", None, ""),
        line=(HELD,),
    )
    assert [each.reason for each in obstacles_of(bad, GOING_BACK)] == [Reason.NOT_DEPLOYER, Reason.LOCKED]


@pytest.mark.parametrize(
    ("newest", "lost"),
    [
        (None, False),
        (replace(SERVED, sha=B), False),
        (replace(SERVED, state=DeployState.FAILED), True),
        (replace(SERVED, state=DeployState.FAILED, sha=B), False),
    ],
)
def test_what_a_push_started_ends_once_the_environment_before_has_failed_with_it(newest: object, lost: bool) -> None:
    situation = replace(CLEAR, automatic=True, earlier=Earlier("staging", newest, ""))  # type: ignore[arg-type]
    told = obstacles_of(situation, DEPLOYING)
    assert [each.reason for each in told] == [Reason.OUT_OF_ORDER]
    assert bool(ending_of(situation, told)) is lost


def test_what_a_push_started_waits_for_what_passes_and_ends_by_the_rest() -> None:
    situation = with_commit(replace(ruled(windows=("sat 01:00-02:00",)), automatic=True, line=(HELD,)), checks=None)
    told = obstacles_of(situation, DEPLOYING)
    assert [each.reason for each in told] == [Reason.LOCKED, Reason.CHECKS_UNKNOWN, Reason.OUTSIDE_WINDOW]
    assert ending_of(situation, told) == ()
    broken = obstacles_of(replace(situation, problems=("x",)), DEPLOYING)
    assert [each.reason for each in ending_of(situation, broken)] == [Reason.BAD_CONFIGURATION]


@pytest.mark.parametrize(("branch", "ok"), [("main", True), ("release", False), ("", False)])
def test_what_a_push_started_goes_on_only_while_that_branch_deploys(branch: str, ok: bool) -> None:
    situation = replace(ruled(auto_deploy_branch=branch), automatic=True)
    assert (place.is_still_automatic(situation) is None) is ok
    assert place.is_still_automatic(replace(situation, automatic=False)) is None
