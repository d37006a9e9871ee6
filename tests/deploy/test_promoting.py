"""`/promote`: the very commit that the environment before serves."""

from engine.deploy.asks import Action
from engine.domain.release import DeployState, ReleaseKind, Waiting
from engine.forge.commits import CheckState
from engine.reasons import Reason
from tests.deploy.world import A, B, World, reasons_of, sentence_of, started, told


def test_what_staging_serves_goes_to_production(ordered: World) -> None:
    staged = ordered.deployed("staging")
    release = ordered.release(started(ordered.do(Action.PROMOTE)))
    assert (release.kind, release.sha, release.ref) == (ReleaseKind.PROMOTION, A, "")
    assert (release.source_id, release.artifact) == (staged.id, release.id)
    assert (release.environment_id, release.waiting) == (ordered.environment().id, Waiting.APPROVAL)


def test_an_older_commit_than_main_is_promoted_all_the_same(ordered: World) -> None:
    ordered.deployed("staging")
    ordered.commit(B)
    assert ordered.release(started(ordered.do(Action.PROMOTE, "production"))).sha == A


def test_nothing_serves_before(ordered: World) -> None:
    assert reasons_of(ordered.do(Action.PROMOTE)) == [Reason.NOTHING_TO_PROMOTE]
    ordered.finish(ordered.start("staging"), DeployState.FAILED)
    assert reasons_of(ordered.do(Action.PROMOTE)) == [Reason.NOTHING_TO_PROMOTE]


def test_an_environment_that_comes_after_none_has_nothing_to_promote(ordered: World) -> None:
    ordered.deployed("staging")
    assert reasons_of(ordered.do(Action.PROMOTE, "staging")) == [Reason.NOTHING_TO_PROMOTE]
    assert reasons_of(ordered.do(Action.PROMOTE, "qa")) == [Reason.NO_SUCH_ENVIRONMENT]


def test_of_several_one_must_be_named(ordered: World) -> None:
    ordered.write_project(b"environments: {a: {}, b: {after: a}, c: {after: b}}\n")
    refused = ordered.do(Action.PROMOTE)
    assert reasons_of(refused) == [Reason.WHICH_ENVIRONMENT]
    assert "`b`, `c`" in sentence_of(refused)


def test_a_newest_deploy_that_went_badly_is_not_promoted_past(ordered: World) -> None:
    ordered.deployed("staging")
    ordered.commit(B)
    ordered.finish(ordered.start("staging", "main"), DeployState.FAILED)
    assert reasons_of(ordered.do(Action.PROMOTE)) == [Reason.OUT_OF_ORDER]


def test_checks_locks_and_windows_stand_before_it(ordered: World) -> None:
    ordered.deployed("staging")
    ordered.write_project(b"environments: {staging: {}, production: {after: staging, windows: ['sat 01:00-02:00']}}\n")
    ordered.check(A, test=CheckState.FAILED)
    ordered.do(Action.LOCK, "production", login="grace")
    refused = ordered.do(Action.PROMOTE)
    assert reasons_of(refused) == [Reason.LOCKED, Reason.CHECKS_FAILED, Reason.OUTSIDE_WINDOW]


def test_staging_that_moves_while_it_is_asked_refuses(ordered: World) -> None:
    ordered.write_project(b"environments: {staging: {up_to_date: false}, production: {after: staging}}\n")
    ordered.deployed("staging")
    ask = ordered.ask(Action.PROMOTE)
    facts = ordered.gathered(ask)
    ordered.commit(B)
    ordered.deployed("staging", "main")
    refused = ordered.carried_out(ask, facts)
    assert reasons_of(refused) == [Reason.REF_MOVED, Reason.OUT_OF_ORDER]
    assert A[:7] in sentence_of(refused) and B[:7] in sentence_of(refused)


def test_order_holds_for_a_deploy_by_name_too(ordered: World) -> None:
    ordered.commit(B)
    assert reasons_of(ordered.do(Action.DEPLOY, "production")) == [Reason.OUT_OF_ORDER]
    ordered.deployed("staging")
    assert ordered.start("production").sha == B


def test_what_production_serves_is_told_when_it_is_asked_for_again(ordered: World) -> None:
    ordered.write_project(b"environments: {staging: {}, production: {after: staging}}\n")
    ordered.deployed("staging")
    ordered.finish(ordered.release(started(ordered.do(Action.PROMOTE))))
    assert "serves there already" in told(ordered.do(Action.PROMOTE))
