"""The projects that a menu suggests: those that whoever types may read, and no other's name."""

import time
from concurrent.futures import ThreadPoolExecutor, wait

from slack_sdk.models.blocks import Option

from bot.pages.board import list_projects
from bot.slack.deps import SlackDeps
from bot.slack.modals.fields import MOST_OPTIONS
from bot.slack.modals.frame import shown
from engine.access.permissions import Permissions
from engine.domain.event import Person
from engine.domain.permission import Role
from engine.errors import OutsideError
from engine.forge.port import RepositoryRef
from engine.store import slack_people
from engine.store.slack_workspaces import Workspace

#: Seconds that GitHub has: Slack waits for 3. What comes later is remembered for the next letter that is typed.
PATIENCE = 2.0
#: Repositories that are asked about at once.
QUESTIONS = 8
#: Characters of what is typed that count.
LONGEST_TYPED = 100


def suggestions(deps: SlackDeps, workspace: Workspace, user_id: str, typed: str) -> list[dict[str, object]]:
    """Options for what is typed so far, a hundred at most; it blocks. None for somebody who isn't linked."""
    with deps.database.read() as connection:
        person = slack_people.person_of(connection, workspace.id, user_id)
        covered = list_projects(connection, typed.strip()[:LONGEST_TYPED]) if person is not None else []
    if person is None:
        return []
    readable = _readable(deps.permissions, person, covered)
    return [Option(value=str(each.id), text=shown(each.full_name)).to_dict() for each in readable][:MOST_OPTIONS]


def _readable(permissions: Permissions, person: Person, covered: list[RepositoryRef]) -> list[RepositoryRef]:
    """Those of which GitHub says in time that they may be read."""
    askers = ThreadPoolExecutor(QUESTIONS)
    end = time.monotonic() + PATIENCE
    asked = [(each, askers.submit(_may_read, permissions, each, person)) for each in covered]
    wait([answer for _, answer in asked], max(0.0, end - time.monotonic()))
    # Whoever is being asked already is waited for by nobody; whoever isn't yet is not asked.
    askers.shutdown(wait=False, cancel_futures=True)
    return [each for each, answer in asked if answer.done() and not answer.cancelled() and answer.result()]


def _may_read(permissions: Permissions, repository: RepositoryRef, person: Person) -> bool:
    try:
        return permissions.role(repository, person.login, person.id) >= Role.READ
    except OutsideError:
        return False
