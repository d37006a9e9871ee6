"""What is asked for may be there already: then it is told, and nothing is made."""

from collections.abc import Sequence

from engine.deploy.history import is_under_way
from engine.deploy.outcome import Obstacle, Told
from engine.deploy.scene import Place, Scene
from engine.deploy.words import release_name, standing
from engine.domain.release import Release
from engine.project.environments import RunConfig
from engine.reasons import Reason
from engine.reports.escape import link

#: What doesn't matter to whoever asks for a commit that is there already.
MOOT = frozenset(
    {
        Reason.LOCKED,
        Reason.BEHIND_BASE,
        Reason.CHECKS_FAILED,
        Reason.CHECKS_PENDING,
        Reason.CHECKS_UNKNOWN,
        Reason.OUT_OF_ORDER,
        Reason.OUTSIDE_WINDOW,
    }
)


def there_already(scene: Scene, place: Place, sha: str, run: RunConfig, obstacles: Sequence[Obstacle]) -> Told | None:
    """The commit serves there, or is on its way there, with the variables and the configuration of now."""
    if scene.ask.variables or not all(each.reason in MOOT for each in obstacles):
        return None
    mine = scene.known.releases.get(place.environment.name, ())
    same = [each for each in mine if _is(each, place, sha, run)]
    under_way = next((each for each in same if not each.state.terminal and not each.stop_wanted), None)
    if under_way is not None and under_way.ask != scene.ask.ask:
        said = f"{standing(under_way)} is on its way to `{place.environment.name}` already."
        return Told(f"{said} {under_way.status_message}.", under_way.id)
    serving = next((each for each in same if each.id == place.environment.release_id), None)
    if serving is None or serving.ask == scene.ask.ask or any(is_under_way(each) for each in mine):
        return None
    address = scene.settings.release_url(place.environment.label)
    said = f"{release_name(serving)} serves there already: {link(f'`{place.environment.name}`', address)}."
    return Told(f"{said} `/restart {place.environment.name}` starts it anew.", serving.id)


def _is(release: Release, place: Place, sha: str, run: RunConfig) -> bool:
    same_values = release.variables_version == place.environment.variables_version
    return release.sha == sha and same_values and RunConfig.from_json(release.configuration) == run
