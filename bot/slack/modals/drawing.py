"""Which modal is drawn for whom. Everything here blocks: call it in a thread."""

import structlog
from slack_sdk.models.views import View
from sqlalchemy import Connection

from bot.slack.deps import SlackDeps
from bot.slack.modals import deploy, reject, rollback, secret, ship, words
from bot.slack.modals.visit import Visit
from engine.errors import OutsideError, Refusal
from engine.reasons import Reason
from engine.slack import buttons
from engine.slack.events import Pressed, Typed
from engine.slack.submissions import DEPLOY, REJECT, ROLLBACK, SECRET, SHIP
from engine.store import audit, slack_people
from engine.store.audit import Entry
from engine.store.slack_workspaces import Workspace
from engine.work.edge import Crashed, guarded

#: The page that links; its token is good for one person, ten minutes and one use.
LINK_PATH = "/slack/link"
#: As the audit calls this way in.
DOOR = "slack"

FORMS = {DEPLOY: deploy.draw, SECRET: secret.draw}
OF_RELEASES = {ROLLBACK: rollback.draw, REJECT: reject.draw, SHIP: ship.draw}

log = structlog.get_logger(__name__)


def drawn(deps: SlackDeps, workspace: Workspace, event: Typed | Pressed, which: str) -> dict[str, object]:
    """The modal as Slack takes it; words whatever happens."""
    made = guarded(lambda: _drawn(deps, workspace, event, which))
    if isinstance(made, Crashed):
        log.error("slack.modal_not_drawn", modal=which, exc_info=made.error)
        return words.saying(which, words.CRASHED).to_dict()
    return made


def _drawn(deps: SlackDeps, workspace: Workspace, event: Typed | Pressed, which: str) -> dict[str, object]:
    try:
        view = _view(deps, workspace, event, which)
    except OutsideError as error:
        view = words.away(which, error)
    told: dict[str, object] = view.to_dict()
    return told


def _view(deps: SlackDeps, workspace: Workspace, event: Typed | Pressed, which: str) -> View:
    if event.where.home:
        return _foreign(deps, workspace, event, which)
    with deps.database.read() as connection:
        person = slack_people.person_of(connection, workspace.id, event.where.user_id)
    if person is None:
        return words.unlinked(which, _link(deps, workspace, event, which))
    visit = Visit(deps, workspace, event, person)
    if which in FORMS:
        return FORMS[which](visit)
    bound = buttons.decode(event.value) if isinstance(event, Pressed) else None
    if bound is None:
        return words.refusing(which, Reason.STALE_BUTTON, words.STALE)
    try:
        return OF_RELEASES[which](visit, bound)
    except Refusal as no:
        with deps.database.write() as connection:
            _record(connection, visit, which, bound.about, no.reason)
        return words.refusing(which, no.reason, str(no))


def _foreign(deps: SlackDeps, workspace: Workspace, event: Typed | Pressed, which: str) -> View:
    """Whoever has that id here is somebody else."""
    with deps.database.write() as connection:
        _record_unknown(connection, workspace, event, which, deps.clock())
    return words.foreign(which)


def _link(deps: SlackDeps, workspace: Workspace, event: Typed | Pressed, which: str) -> str:
    """An address that links, for this person alone."""
    where, now = event.where, deps.clock()
    with deps.database.write() as connection:
        token = slack_people.offer(connection, workspace.id, where.user_id, where.user_name, now)
        _record_unknown(connection, workspace, event, which, now)
    return f"{deps.settings.public_url}{LINK_PATH}?token={token}"


def _record_unknown(
    connection: Connection, workspace: Workspace, event: Typed | Pressed, which: str, now: float
) -> None:
    where, refused = event.where, f"refused:{Reason.NOT_LINKED}"
    who, subject = f"slack:{where.home or where.team_id}:{where.user_id}", f"slack:{where.team_id}:{where.channel}"
    audit.record(connection, Entry(now, workspace.lane, who, DOOR, which, subject, "", refused))


def _record(connection: Connection, visit: Visit, which: str, about: str, reason: Reason) -> None:
    """Somebody pressed what they may not: a line in the audit."""
    login, lane = visit.person.login, visit.workspace.lane
    audit.record(connection, Entry(visit.deps.clock(), lane, login, DOOR, which, about, "", f"refused:{reason}"))
