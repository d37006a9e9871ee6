"""`/deploy`: what starts, what is told, and everything that stands in the way."""

import pytest

from engine.deploy.asks import Action, NewVariable, Overrides
from engine.domain.release import DeployState, ReleaseKind, Waiting
from engine.errors import Denied, Unreachable
from engine.forge.commits import CheckState
from engine.project.environments import RunConfig
from engine.reasons import Reason
from engine.settings import Secret
from tests.deploy.world import A, B, World, reasons_of, sentence_of, started, told


def test_a_deploy_of_the_default_branch_starts_with_a_job(world: World) -> None:
    release = world.start()
    assert (release.sha, release.ref, release.number, release.state) == (A, "refs/heads/main", 1, DeployState.PENDING)
    assert (release.requested_by, release.door, release.kind) == ("ada", "api", ReleaseKind.DEPLOY)
    assert release.waiting is Waiting.TURN
    assert [lock.release_id for lock in world.line()] == [release.id]
    assert world.wakeups.take("work") is not None


def test_the_same_ask_twice_makes_one_release(world: World) -> None:
    ask = world.ask(Action.DEPLOY)
    assert started(world.desk.handle(ask)) == started(world.desk.handle(ask))
    assert len(world.releases("production")) == 1


def test_the_same_ask_told_again_after_it_went_well_is_still_that_release(world: World) -> None:
    ask = world.ask(Action.DEPLOY)
    first = world.finish(world.release(started(world.desk.handle(ask))))
    assert started(world.desk.handle(ask)) == first.id


def test_what_runs_is_read_at_the_commit_and_what_the_api_says_goes_before_it(world: World) -> None:
    world.commit(B, branch="other")
    world.write_project(b"environments: {production: {up_to_date: false}}\n")
    world.write_project(b"environments: {production: {health_check_path: /up, drain: 3}}\n", B)
    release = world.start("other", overrides=Overrides(port=9000))
    assert RunConfig.from_json(release.configuration) == RunConfig("/up", port=9000, drain=3)


def test_a_project_without_environments_has_production_and_is_told_so_once(world: World) -> None:
    world.write_project(None)
    outcome = world.do(Action.DEPLOY)
    assert "there is one: `production`" in getattr(outcome, "said", "")
    assert world.release(started(outcome)).environment_id == world.environment().id
    world.finish(world.release(started(outcome)))
    world.commit(B)
    assert "there is one" not in getattr(world.do(Action.DEPLOY), "said", "")


def test_a_lone_word_is_an_environment_before_it_is_a_ref(ordered: World) -> None:
    ordered.commit(B, A, branch="staging")
    release = ordered.start("staging")
    assert (release.sha, release.environment_id) == (A, ordered.environment("staging").id)
    assert started(ordered.do(Action.DEPLOY, "staging", "staging"))


def test_a_lone_word_that_is_no_environment_is_a_ref_where_there_is_one_environment(world: World) -> None:
    world.commit(B, A, branch="feature")
    assert world.start("feature").sha == B


def test_environments_are_named_in_any_case(world: World) -> None:
    assert world.start("Production").sha == A


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), Reason.WHICH_ENVIRONMENT),
        (("feature",), Reason.WHICH_ENVIRONMENT),
        (("qa", "main"), Reason.NO_SUCH_ENVIRONMENT),
        (("staging", "nowhere"), Reason.NO_SUCH_REF),
    ],
)
def test_words_that_mean_nothing_are_told(ordered: World, words: tuple[str, ...], reason: Reason) -> None:
    assert reasons_of(ordered.do(Action.DEPLOY, *words)) == [reason]


def test_an_environment_that_is_named_outright_must_be_there(world: World) -> None:
    refused = world.do(Action.DEPLOY, environment="qa")
    assert reasons_of(refused) == [Reason.NO_SUCH_ENVIRONMENT]
    assert "`qa`" in sentence_of(refused) and "`production`" in sentence_of(refused)


def test_who_may_only_read_is_told_that_and_nothing_else(world: World) -> None:
    world.write_project(b"environments: {production: {nonsense: 1}}\n")
    refused = world.do(Action.DEPLOY, login="eve")
    assert reasons_of(refused) == [Reason.NOT_PERMITTED]
    assert "has read permission" in sentence_of(refused)


def test_a_stranger_has_no_permission(world: World) -> None:
    assert "has no permission" in sentence_of(world.do(Action.DEPLOY, login="mallory"))


def test_who_is_no_deployer_is_told_who_is(world: World) -> None:
    world.write_project(b"environments: {production: {deployers: [Grace]}}\n")
    refused = world.do(Action.DEPLOY)
    assert reasons_of(refused) == [Reason.NOT_DEPLOYER]
    assert "@Grace" in sentence_of(refused)
    assert world.start(login="grace").requested_by == "grace"


def test_rules_are_the_default_branchs_whatever_the_commit_says(world: World) -> None:
    world.commit(B, A, branch="feature")
    world.write_project(b"environments: {production: {approvals: 2, deployers: [grace]}}\n", "main")
    world.write_project(b"environments: {production: {approvals: 0}}\n", B)
    assert reasons_of(world.do(Action.DEPLOY, "feature")) == [Reason.NOT_DEPLOYER]
    assert world.start("feature", login="grace").approvals_needed == 2


def test_a_default_branch_that_cant_be_read_is_told_with_every_problem(world: World) -> None:
    world.write_project(b"environments: {production: {approvals: 9, foo: 1}}\n")
    refused = world.do(Action.DEPLOY)
    assert reasons_of(refused) == [Reason.BAD_CONFIGURATION]
    assert "approvals" in sentence_of(refused) and "foo" in sentence_of(refused)


def test_once_known_a_broken_file_stops_deploys_and_nothing_else(world: World) -> None:
    world.deployed()
    world.write_project(b"environments: [\n")
    assert reasons_of(world.do(Action.DEPLOY)) == [Reason.BAD_CONFIGURATION]
    assert "holds the lock" in told(world.do(Action.LOCK))


def test_a_commit_whose_own_file_is_broken_is_told(world: World) -> None:
    world.commit(B, A, branch="feature")
    world.write_project(b"root: 7\n", B)
    assert reasons_of(world.do(Action.DEPLOY, "feature")) == [Reason.BAD_CONFIGURATION]


def test_a_retired_environment_takes_nothing(ordered: World) -> None:
    ordered.start("staging")
    ordered.write_project(b"environments: {production: {}}\n")
    refused = ordered.do(Action.DEPLOY, "staging")
    assert reasons_of(refused) == [Reason.RETIRED_ENVIRONMENT]
    assert ordered.environment("staging").retired and not ordered.environment().retired


def test_an_environment_that_is_named_again_is_not_retired_any_more(ordered: World) -> None:
    ordered.start("staging")
    ordered.write_project(b"environments: {production: {}}\n")
    ordered.do(Action.ENV_LIST)
    ordered.write_project(b"environments: {staging: {}}\n")
    ordered.finish(ordered.releases("staging")[0])
    assert "serves there already" in told(ordered.do(Action.DEPLOY, "staging"))


def test_an_instance_is_nothing_that_the_local_target_has(world: World) -> None:
    refused = world.do(Action.DEPLOY, overrides=Overrides(instance_id="i-0abc"))
    assert reasons_of(refused) == [Reason.TARGET_UNAVAILABLE]


def test_words_of_the_api_that_cant_be_are_told_all_at_once(world: World) -> None:
    wrong = Overrides(port=80, strategy="canary", health_check_path="health", auto_deploy_branch="a..b")
    assert reasons_of(world.do(Action.DEPLOY, overrides=wrong)) == [Reason.BAD_ARGUMENTS] * 4


def test_a_branch_chosen_through_the_api_deploys_from_then_on(world: World) -> None:
    world.deployed(overrides=Overrides(auto_deploy_branch="main"))
    world.commit(B)
    world.push(B)
    assert (world.releases("production")[0].sha, world.releases("production")[0].automatic) == (B, True)


def test_a_branch_chosen_through_the_api_gives_way_to_the_file(world: World) -> None:
    world.write_project(b"environments: {production: {auto_deploy_branch: live}}\n")
    refused = world.do(Action.DEPLOY, overrides=Overrides(auto_deploy_branch="main"))
    assert reasons_of(refused) == [Reason.BAD_CONFIGURATION]


def test_a_commit_that_serves_is_told_with_its_link(world: World) -> None:
    serving = world.deployed()
    said = told(world.do(Action.DEPLOY))
    assert world.settings.release_url(world.environment().label) in said
    assert [each.id for each in world.releases("production")] == [serving.id]


def test_a_commit_that_serves_with_older_variables_is_deployed_again(world: World) -> None:
    world.deployed()
    world.do(Action.ENV_SET, environment="production", variables=(NewVariable("KEY", Secret("value")),))
    assert world.start().variables_version == 1


def test_a_commit_on_its_way_is_told(world: World) -> None:
    first = world.start()
    assert f"`{first.name}`" in told(world.do(Action.DEPLOY, login="bob"))


def test_a_failed_commit_is_deployed_again(world: World) -> None:
    world.finish(world.start(), DeployState.FAILED)
    assert world.start().number == 2


def test_variables_of_the_ask_are_stored_before_the_job_starts(world: World) -> None:
    release = world.start(variables=(NewVariable("TOKEN", Secret("s3cret")),))
    with world.database.read() as connection:
        values = world.variables.at(connection, release.environment_id, release.variables_version)
    assert (release.variables_version, values) == (1, {"TOKEN": Secret("s3cret")})


def test_a_refused_deploy_stores_no_variable(world: World) -> None:
    world.check(A, test=CheckState.FAILED)
    world.do(Action.DEPLOY, variables=(NewVariable("TOKEN", Secret("s3cret")),))
    assert world.environment().variables_version == 0


def test_a_slipway_without_keys_refuses_variables(world: World) -> None:
    refused = world.desk_without_keys().handle(
        world.ask(Action.DEPLOY, variables=(NewVariable("TOKEN", Secret("s3cret")),))
    )
    assert reasons_of(refused) == [Reason.NO_SECRET_KEY]
    assert world.releases("production") == []


def test_everything_in_the_way_is_told_at_once(ordered: World) -> None:
    ordered.write_project(
        b"environments: {staging: {}, production: {after: staging, deployers: [grace], windows: ['sat 01:00-02:00']}}\n"
    )
    ordered.commit(B)
    ordered.commit("d" * 40, A, branch="feature")
    ordered.check("d" * 40, test=CheckState.FAILED)
    ordered.do(Action.LOCK, "production", login="grace", reason="the books are open")
    assert reasons_of(ordered.do(Action.DEPLOY, "production", "feature")) == [
        Reason.NOT_DEPLOYER,
        Reason.LOCKED,
        Reason.BEHIND_BASE,
        Reason.CHECKS_FAILED,
        Reason.OUT_OF_ORDER,
        Reason.OUTSIDE_WINDOW,
    ]
    assert ordered.releases("production") == []


def test_a_commit_without_a_common_past_cant_be_up_to_date(world: World) -> None:
    world.commit(B, A, branch="feature")
    del world.history.refs["refs/heads/main"]
    refused = world.do(Action.DEPLOY, "feature")
    assert reasons_of(refused) == [Reason.BEHIND_BASE] and "can't be compared" in sentence_of(refused)


def test_a_file_that_broke_before_anything_was_known_is_told_afterwards_too(world: World) -> None:
    world.write_project(b"environments: [\n")
    ask = world.ask(Action.DEPLOY)
    facts = world.gathered(ask)
    assert reasons_of(world.carried_out(ask, facts)) == [Reason.BAD_CONFIGURATION]
    world.write_project(b"environments: {production: {}}\n")
    world.do(Action.ENV_LIST)
    assert reasons_of(world.carried_out(ask, facts)) == [Reason.BAD_CONFIGURATION]


def test_an_environment_that_came_and_went_while_it_was_asked_refuses(world: World) -> None:
    ask = world.ask(Action.DEPLOY, environment="qa")
    facts = world.gathered(ask)
    world.write_project(b"environments: {qa: {}}\n")
    world.do(Action.ENV_LIST)
    assert reasons_of(world.carried_out(ask, facts)) == [Reason.REF_MOVED]


def test_an_order_that_names_what_was_never_there_is_out_of_order(world: World) -> None:
    world.write_project(b"environments: {staging: {}, production: {after: staging}}\n")
    ask = world.ask(Action.DEPLOY, "production")
    facts = world.gathered(ask)
    assert reasons_of(world.carried_out(ask, facts)) == [Reason.OUT_OF_ORDER]


@pytest.mark.parametrize("outage", [Unreachable("GitHub doesn't answer"), Denied("GitHub refuses")])
def test_a_github_that_says_nothing_is_raised_and_changes_nothing(world: World, outage: Unreachable | Denied) -> None:
    world.forge.outage = outage
    with pytest.raises(type(outage)):
        world.do(Action.DEPLOY)
    world.forge.outage = None
    world.do(Action.ENV_LIST)
    assert world.releases("production") == []
