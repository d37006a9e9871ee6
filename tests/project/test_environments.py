"""The environments of `slipway.yml`: what they may say, what each mistake is told, and how it is stored."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import ConfigurationError
from engine.project.config import read_project
from engine.project.environment_file import EnvironmentFile
from engine.project.environments import Rules, RunConfig, in_order, read_rules, rules_of, run_config, with_choice
from tests.deploy.values import ENVIRONMENT

FULL = b"""\
environments:
  staging:
  production:
    auto_deploy_branch: refs/heads/release/1.0
    target: local
    access: private
    deployers: ["@ada", Grace, "ship-it[bot]"]
    approvals: 2
    after: staging
    windows: ["mon-fri 09:00-17:00 Europe/Berlin"]
    checks: [test, "lint (3.11)"]
    up_to_date: false
    guard: [DATABASE_URL]
    health_check_path: /up
    port: 9000
    startup_timeout: 90
    strategy: rolling
    release_command: flask db upgrade
    drain: 0
preview:
  variables: staging
"""


def problems_of(data: bytes) -> list[str]:
    """What is wrong with a file."""
    with pytest.raises(ConfigurationError) as caught:
        read_rules(data)
    return caught.value.problems


@pytest.mark.parametrize("data", [None, b"", b"root: web\n", b"environments: {}\n"])
def test_a_project_that_names_none_has_production_by_hand_only(data: bytes | None) -> None:
    assert read_rules(data) == (Rules("production", written=False),)
    assert read_rules(data)[0].automatic_ref == ""


def test_everything_can_be_said() -> None:
    staging, production = read_rules(FULL)
    assert staging == Rules("staging")
    assert production == Rules(
        "production",
        auto_deploy_branch="release/1.0",
        access="private",
        deployers=("ada", "Grace", "ship-it[bot]"),
        approvals=2,
        after="staging",
        windows=("mon-fri 09:00-17:00 Europe/Berlin",),
        checks=("test", "lint (3.11)"),
        up_to_date=False,
        guard=("DATABASE_URL",),
    )
    assert production.automatic_ref == "refs/heads/release/1.0"
    assert run_config(FULL, "production") == RunConfig("/up", 9000, 90, "rolling", ("flask", "db", "upgrade"), 0)
    assert read_project(FULL).preview_variables == "staging"


def test_what_runs_has_defaults_where_the_commit_doesnt_name_the_environment() -> None:
    assert run_config(FULL, "staging") == run_config(FULL, "qa") == run_config(None, "production") == RunConfig()


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("Production: {}", "environments.Production: 'Production' is no name of an environment"),
        ("1: {}", "environments"),
        ("production: 3", "environments.production: write keys with values here"),
        ("production: {foo: 1}", "environments.production.foo: an unknown key. Known here: auto_deploy_branch"),
        ("production: {approvals: 7}", "environments.production.approvals"),
        ("production: {approvals: -1}", "environments.production.approvals"),
        ("production: {approvals: yes}", "environments.production.approvals"),
        ("production: {target: mars}", "environments.production.target: 'mars' is none of 'local'"),
        ("production: {access: open}", "environments.production.access"),
        ("production: {deployers: ada}", "environments.production.deployers: write a list of names"),
        ("production: {deployers: ['@org/team']}", "environments.production.deployers: 'org/team' is no login"),
        ("production: {after: nowhere}", "environments.production.after: there is no environment 'nowhere'"),
        ("production: {after: production}", "environments.production.after: it would come after itself"),
        ("a: {after: b}\n  b: {after: a}", "environments.b.after: it would come after itself"),
        ("production: {windows: [noon]}", "environments.production.windows: 'noon' is no window"),
        ("production: {checks: some}", "environments.production.checks: write all, none or a list"),
        ("production: {guard: [a-b]}", "environments.production.guard: 'a-b' is no name of a variable"),
        ("production: {auto_deploy_branch: 'a..b'}", "environments.production.auto_deploy_branch: 'a..b'"),
        ("production: {auto_deploy_branch: refs/tags/v1}", "environments.production.auto_deploy_branch"),
        ("production: {auto_deploy_branch: -x}", "environments.production.auto_deploy_branch"),
        ("production: {health_check_path: health}", "environments.production.health_check_path: 'health' is not a"),
        ("production: {port: 80}", "environments.production.port"),
        ("production: {startup_timeout: 0}", "environments.production.startup_timeout"),
        ("production: {strategy: canary}", "environments.production.strategy"),
        ("production: {release_command: 'a \"b'}", "environments.production.release_command"),
        ("production: {drain: 1000}", "environments.production.drain"),
        ("production: {up_to_date: maybe}", "environments.production.up_to_date"),
        ("production: {}\npreview: {variables: staging}", "preview.variables: there is no environment 'staging'"),
    ],
)
def test_a_mistake_is_told_with_its_place(said: str, problem: str) -> None:
    told = problems_of(f"environments:\n  {said}\n".encode())
    assert any(each.startswith(f"slipway.yml: {problem}") for each in told), told


def test_the_example_of_the_documentation_is_read() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "slipway-yml.md"
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
    staging, production = read_rules("".join(blocks).encode())
    assert (staging.automatic_ref, production.after) == ("refs/heads/main", "staging")
    assert set(EnvironmentFile.model_fields) == set(re.findall(r"^    ([a-z_]+):", blocks[1], re.MULTILINE))


def test_all_mistakes_are_told_at_once() -> None:
    assert len(problems_of(b"environments: {a: {approvals: 9, port: 1}, b: {windows: [x], foo: 1}}\n")) == 4


def test_twenty_environments_are_enough() -> None:
    many = "".join(f"  e{number}: {{}}\n" for number in range(21))
    assert "at most 20" in problems_of(f"environments:\n{many}".encode())[0]


def test_previews_may_have_the_variables_of_the_one_environment_that_nobody_names() -> None:
    assert read_project(b"preview: {variables: production}\n").preview_variables == "production"


def test_rules_and_what_runs_are_stored_and_read_back() -> None:
    for rules in read_rules(FULL):
        assert Rules.from_json(rules.json()) == rules
    config = run_config(FULL, "production")
    assert RunConfig.from_json(config.json()) == config
    assert RunConfig.from_json("") == RunConfig.from_json('{"from": "a newer version"}') == RunConfig()


def test_a_stored_environment_says_its_rules_also_where_none_were_kept() -> None:
    kept = replace(ENVIRONMENT, rules=Rules("production", approvals=3).json())
    assert rules_of(kept).approvals == 3
    assert rules_of(ENVIRONMENT) == Rules("production", written=False)


def test_a_branch_chosen_before_stays_until_the_file_names_one() -> None:
    chosen = Rules("production", chosen_branch="live")
    assert with_choice(Rules("production"), chosen).automatic_ref == "refs/heads/live"
    assert with_choice(Rules("production", auto_deploy_branch="main"), chosen).automatic_ref == "refs/heads/main"
    assert with_choice(Rules("production"), None).automatic_ref == ""


@pytest.mark.parametrize(
    ("after", "order"),
    [
        ({"production": "staging", "staging": "", "demo": ""}, ["demo", "staging", "production"]),
        ({"c": "b", "b": "a", "a": ""}, ["a", "b", "c"]),
        ({"a": "b", "b": "a", "c": ""}, ["c", "a", "b"]),
    ],
)
def test_environments_come_behind_those_before_them(after: dict[str, str], order: list[str]) -> None:
    found = [replace(ENVIRONMENT, name=name, rules=Rules(name, after=before).json()) for name, before in after.items()]
    retired = replace(ENVIRONMENT, name="0", rules="", retired=True)
    assert [each.name for each in in_order([retired, *found])] == [*order, "0"]
