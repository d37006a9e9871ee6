"""What a release that is on its way would ship. It only shows."""

from slack_sdk.models.views import View

from bot.slack.modals.shipping import changes_told, compared
from bot.slack.modals.visit import Visit
from bot.slack.modals.words import STALE, refusing, saying
from engine.deploy.words import release_name, standing
from engine.reasons import Reason
from engine.reports.escape import sentence
from engine.slack.buttons import Bound
from engine.slack.submissions import SHIP
from engine.store import environments, releases


def draw(visit: Visit, bound: Bound) -> View:
    """The commits and files between what serves and the release. Raises Refusal, Unreachable or Denied."""
    at = visit.release(bound.about)
    if at.release.state.terminal or bound.sha not in ("", at.release.sha):
        return refusing(SHIP, Reason.STALE_BUTTON, f"{STALE} {standing(at.release)} is over.")
    with visit.deps.database.read() as connection:
        environment = environments.by_id(connection, at.release.environment_id)
        serving = releases.by_id(connection, environment.release_id) if environment and environment.release_id else None
    comparison = compared(visit.deps, at.project.repository.ref, serving, at.release.sha)
    head = f"{release_name(at.release)}, on its way to `{at.environment}`. {sentence(at.release.status_message)}"
    return saying(SHIP, f"{head}\n\n{changes_told(serving, comparison)}")
