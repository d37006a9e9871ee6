"""`/deploy`, and what a promotion shares with it: every rule is asked, then a release is made."""

from dataclasses import replace

from engine.deploy import making
from engine.deploy.asks import Overrides
from engine.deploy.commit_facts import CommitFacts
from engine.deploy.outcome import Obstacle, Outcome, Refused
from engine.deploy.project import choose_branch
from engine.deploy.rules.situation import Situation
from engine.deploy.rules.table import DEPLOYING, obstacles_of
from engine.deploy.scene import Place, Scene, misconfigured
from engine.deploy.situations import situation_of
from engine.deploy.there import there_already
from engine.deploy.words import obstacle
from engine.domain.release import ReleaseKind
from engine.forge.commits import is_ref_name
from engine.project.environments import RunConfig
from engine.project.place import WEB_PATH
from engine.reasons import Reason
from engine.reports.escape import code
from engine.store import branches
from engine.store.branches import Branch
from engine.store.releases import NewRelease

STRATEGIES = ("rolling",)


def deploy(scene: Scene, place: Place) -> Outcome:
    """A commit goes to an environment, or everything that stands in the way is told."""
    commit = scene.facts.commit
    if commit is None:
        return Refused((_project_changed(scene),))
    situation = situation_of(scene, place, commit)
    _learn(scene, commit, situation)
    told = (*obstacles_of(situation, DEPLOYING), *_of_overrides(scene.ask.overrides, place))
    run = overridden(commit.run, scene.ask.overrides)
    there = there_already(scene, place, commit.sha, run, told)
    if there is not None:
        return there
    if told:
        return Refused(told)
    return _release(scene, place, commit, run)


def _release(scene: Scene, place: Place, commit: CommitFacts, run: RunConfig) -> Outcome:
    """The release that is asked for, after its variables and branch are stored."""
    version = place.environment.variables_version
    if scene.ask.variables:
        news = scene.ask.variables
        version = scene.variables.set(scene.connection, place.environment, news, scene.ask.login, scene.now)
    branch = (scene.ask.overrides.auto_deploy_branch or "").removeprefix(branches.HEADS)
    if branch and branch != place.rules.auto_deploy_branch:
        choose_branch(scene.connection, scene.ask.repository, place.rules, branch, scene.now)
    return making.make(scene, place, _new(scene, place, commit, run, version), "Deploying")


def _new(scene: Scene, place: Place, commit: CommitFacts, run: RunConfig, version: int) -> NewRelease:
    return NewRelease(
        environment=place.environment,
        kind=ReleaseKind.DEPLOY,
        sha=commit.sha,
        ref=commit.ref,
        requested_by=scene.ask.login,
        door=scene.ask.door,
        ask=scene.ask.ask,
        variables_version=version,
        configuration=run.json(),
        approvals_needed=place.rules.approvals,
        number_of_pull_request=scene.ask.number,
    )


def overridden(run: RunConfig, overrides: Overrides) -> RunConfig:
    """What runs, with what the API says of this one deploy."""
    return replace(
        run,
        port=run.port if overrides.port is None else overrides.port,
        strategy=overrides.strategy or run.strategy,
        health_check_path=overrides.health_check_path or run.health_check_path,
    )


def _of_overrides(overrides: Overrides, place: Place) -> tuple[Obstacle, ...]:
    """What is wrong with what the API says of this one deploy."""
    said = []
    if overrides.strategy is not None and overrides.strategy not in STRATEGIES:
        said.append(f"There is no strategy {code(overrides.strategy)}; there is `rolling`.")
    if overrides.port is not None and not 1024 <= overrides.port <= 65535:
        said.append(f"{overrides.port} is no port that an application may listen on: 1024 to 65535 are.")
    if overrides.health_check_path is not None and not WEB_PATH.fullmatch(overrides.health_check_path):
        said.append(f"{code(overrides.health_check_path)} is no path; one is written like `/health`.")
    told = tuple(obstacle(Reason.BAD_ARGUMENTS, each, "Mend it and ask again.") for each in said)
    branch = (overrides.auto_deploy_branch or "").removeprefix(branches.HEADS)
    own = place.rules.auto_deploy_branch
    if branch and not is_ref_name(branch):
        wrong = f"{code(branch)} is no name of a branch."
        told = (*told, obstacle(Reason.BAD_ARGUMENTS, wrong, "Mend it and ask again."))
    elif branch and own and branch != own:
        wrong = f"`slipway.yml` says that pushes to {code(own)} deploy `{place.environment.name}`, not {code(branch)}."
        told = (*told, obstacle(Reason.BAD_CONFIGURATION, wrong))
    return told


def _learn(scene: Scene, commit: CommitFacts, situation: Situation) -> None:
    """Should GitHub be ahead of what it told us, the next ask about the branch is about that."""
    moved = situation.moved
    if moved is None or not commit.ref.startswith(branches.HEADS) or moved.newest != commit.sha:
        return
    now = Branch(scene.ask.repository.id, commit.ref, commit.sha, moved.bound, "", scene.facts.gathered_at)
    known = branches.by_ref(scene.connection, scene.ask.repository.id, commit.ref)
    if known is not None and known.sha == moved.bound:
        branches.record(scene.connection, now)


def _project_changed(scene: Scene) -> Obstacle:
    if scene.facts.problems:
        return misconfigured(scene.facts.problems)
    return obstacle(Reason.REF_MOVED, "The project's environments changed while this was asked.", "Ask again.")
