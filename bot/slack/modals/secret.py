"""The modal for a value: it is written here, sealed at the door, and shown by nobody again."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.slack.modals import fields
from bot.slack.modals.choice import choice_of
from bot.slack.modals.frame import modal, told
from bot.slack.modals.offers import offers_of
from bot.slack.modals.visit import Visit
from bot.slack.modals.words import NO_SUCH, TITLES, listed_obstacles, refusing
from engine.deploy.rules.people import permitted
from engine.reasons import Reason
from engine.slack.submissions import SECRET, Noted


def draw(visit: Visit) -> View:
    """The form as far as it is filled in; the value comes once it is clear where it goes. Raises OutsideError."""
    if not visit.deps.vault.has_keys:
        return refusing(SECRET, Reason.NO_SECRET_KEY, "Nothing can be stored sealed.")
    with visit.deps.database.read() as connection:
        choice = choice_of(connection, visit.workspace, visit.event, visit.deps.web_url)
    project = visit.project(choice.repository_id) if choice.repository_id else None
    if project is None:
        return _form([fields.project(None), *(told(NO_SUCH) if choice.named else [])], visit.place)
    denied = permitted(visit.person.login, project.role)
    if denied is not None:
        return _form([fields.project(project.repository), *told(listed_obstacles((denied,)))], visit.place)
    offers = offers_of(visit.deps, project.repository)
    if not offers.names:
        return _form([fields.project(project.repository), *told(offers.problems)], visit.place)
    chosen = offers.chosen(choice.environment)
    form = [
        fields.project(project.repository),
        fields.environment(project.repository.id, offers.names, chosen, tells=False),
        fields.key(choice.key),
        fields.value(),
        fields.guard(),
    ]
    return _form(form, visit.place)


def _form(blocks: list[Block], know: Noted) -> View:
    return modal(SECRET, TITLES[SECRET], blocks, know=know, submit="Set")
