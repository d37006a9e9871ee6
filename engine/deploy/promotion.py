"""`/promote`: the commit that the environment before serves goes to the one after it."""

from dataclasses import replace

from engine.deploy import making
from engine.deploy.outcome import Outcome, Refused
from engine.deploy.rules.situation import Moved
from engine.deploy.rules.table import DEPLOYING, obstacles_of
from engine.deploy.scene import Place, Scene
from engine.deploy.situations import situation_of
from engine.deploy.there import there_already
from engine.deploy.words import obstacle
from engine.domain.release import Release, ReleaseKind
from engine.reasons import Reason
from engine.store.releases import NewRelease


def promote(scene: Scene, place: Place) -> Outcome:
    """The same commit, built for the next environment; everything that stands in the way is told."""
    rules = place.rules
    if not rules.after:
        said = f"`{rules.name}` comes after no other environment."
        return Refused((obstacle(Reason.NOTHING_TO_PROMOTE, said, "`/deploy` deploys to it."),))
    source, commit = scene.known.serving(rules.after), scene.facts.commit
    if source is None or commit is None or not commit.sha:
        return Refused((obstacle(Reason.NOTHING_TO_PROMOTE, f"Nothing serves in `{rules.after}`."),))
    situation = situation_of(scene, place, commit)
    if source.sha != commit.sha:
        moved = Moved(Reason.REF_MOVED, f"`{rules.after}`", commit.sha, source.sha)
        situation = replace(situation, moved=moved)
    told = obstacles_of(situation, DEPLOYING)
    there = there_already(scene, place, commit.sha, commit.run, told)
    if there is not None:
        return there
    if told:
        return Refused(told)
    return making.make(scene, place, _new(scene, place, source), "Promoting")


def _new(scene: Scene, place: Place, source: Release) -> NewRelease:
    commit = scene.facts.commit
    assert commit is not None
    return NewRelease(
        environment=place.environment,
        kind=ReleaseKind.PROMOTION,
        sha=source.sha,
        ref="",
        requested_by=scene.ask.login,
        door=scene.ask.door,
        ask=scene.ask.ask,
        variables_version=place.environment.variables_version,
        configuration=commit.run.json(),
        approvals_needed=place.rules.approvals,
        source_id=source.id,
        number_of_pull_request=scene.ask.number,
    )
