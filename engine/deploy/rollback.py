"""`/rollback`: a new release made of an older one's stored bundle: same build, same variables, same configuration."""

from sqlalchemy import select

from engine.deploy import making
from engine.deploy.outcome import Obstacle, Outcome, Refused, Told
from engine.deploy.rollback_plan import plan_of
from engine.deploy.rules.table import GOING_BACK, obstacles_of
from engine.deploy.scene import Place, Scene
from engine.deploy.situations import situation_of
from engine.deploy.words import commit, obstacle, release_name, standing
from engine.domain.release import DeployState, Release, ReleaseKind
from engine.reasons import Reason
from engine.reports.escape import code
from engine.store import drifts, releases
from engine.store.deploy_schema import secrets
from engine.store.releases import NewRelease

NOTHING_BEFORE = "No previous version to rollback to"


def roll_back(scene: Scene, place: Place) -> Outcome:
    """Back to the release that was named, or to the one before what serves."""
    older = _older(scene, place)
    told = obstacles_of(situation_of(scene, place), GOING_BACK)
    if isinstance(older, Obstacle):
        return Refused((*told, older))
    serving = scene.known.serving(place.environment.name)
    if scene.ask.plan_only and serving is not None:
        plan = plan_of(scene.connection, scene.variables, serving, older, scene.facts.comparison)
        return Told(plan.markdown, serving.id)
    told = (*told, *_stale(scene, place, serving))
    if told:
        return Refused(told)
    under_way = _under_way(scene, place, older)
    if under_way is not None:
        return Told(f"{standing(under_way)} is on its way to `{place.environment.name}` already.", under_way.id)
    return making.make(scene, place, _new(scene, place, older), f"Rolling back to `{older.name}`:")


def _older(scene: Scene, place: Place) -> Release | Obstacle:
    name, word = place.environment.name, place.aim.release
    serving, older = scene.known.serving(name), scene.known.older(name, word)
    if older is None and word:
        return obstacle(Reason.NO_SUCH_RELEASE, f"`{name}` has no release {code(word)}.")
    if older is None or serving is None:
        return obstacle(Reason.NO_PREVIOUS_RELEASE, f"{NOTHING_BEFORE}: `{name}` has no older release that served.")
    repeated = scene.ask.ask and serving.ask == scene.ask.ask
    if (older.artifact, older.variables_version) == (serving.artifact, serving.variables_version) and not repeated:
        return obstacle(Reason.ALREADY_DEPLOYED, f"{release_name(older)} is what serves in `{name}`.")
    if not _served(older):
        return obstacle(Reason.NO_SUCH_RELEASE, f"{standing(older)} never served well.")
    if older.variables_version and not _values_kept(scene, older):
        said = f"The values that {release_name(older)} ran with were erased when the GitHub App was taken away."
        return obstacle(Reason.NO_SUCH_RELEASE, said, "Set them anew and deploy that commit.")
    return older


def _values_kept(scene: Scene, older: Release) -> bool:
    """Every version of variables has the rows of what it changed, until all are erased."""
    mine = (secrets.c.environment_id == older.environment_id, secrets.c.version == older.variables_version)
    return scene.connection.execute(select(secrets.c.key).where(*mine).limit(1)).first() is not None


def _stale(scene: Scene, place: Place, serving: Release | None) -> tuple[Obstacle, ...]:
    """A button is about what served when it was shown: pressed by two people, it goes back once."""
    if scene.ask.door != "button" or serving is None:
        return ()
    shown = drifts.by_sha(scene.connection, place.environment.id, scene.ask.sha)
    if shown is None or shown.serving_sha == serving.sha:
        return ()
    said = (
        f"This button was shown while commit {commit(shown.serving_sha)} served; meanwhile {commit(serving.sha)} does."
    )
    return (obstacle(Reason.STALE_BUTTON, said),)


def _under_way(scene: Scene, place: Place, older: Release) -> Release | None:
    """Somebody else goes back to the same bundle already."""
    for each in scene.known.releases.get(place.environment.name, ()):
        live = each.kind is ReleaseKind.ROLLBACK and not each.state.terminal and not each.stop_wanted
        same = (each.artifact, each.variables_version) == (older.artifact, older.variables_version)
        if live and same and each.ask != scene.ask.ask:
            return each
    return None


def _served(release: Release) -> bool:
    """True of one that ran well; one that was left by a rollback did, one that was taken back by itself did not."""
    left = release.state is DeployState.ROLLED_BACK and not release.cause_code
    return release.state is DeployState.DEPLOYED or left


def _new(scene: Scene, place: Place, older: Release) -> NewRelease:
    return NewRelease(
        environment=place.environment,
        kind=ReleaseKind.ROLLBACK,
        sha=older.sha,
        ref="",
        requested_by=scene.ask.login,
        door=scene.ask.door,
        ask=scene.ask.ask,
        variables_version=older.variables_version,
        configuration=older.configuration,
        approvals_needed=place.rules.approvals,
        source_id=older.id,
        artifact=older.artifact,
        plan=releases.plan_of(scene.connection, older.id),
        number_of_pull_request=scene.ask.number,
    )
