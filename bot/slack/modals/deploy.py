"""The modal for a deploy: project, environment, ref, and what would ship."""

from dataclasses import replace

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, DividerBlock
from slack_sdk.models.views import View

from bot.slack.modals import fields
from bot.slack.modals.choice import Choice, choice_of
from bot.slack.modals.frame import modal, told
from bot.slack.modals.offers import offers_of
from bot.slack.modals.shipping import Shipment, shipment_of
from bot.slack.modals.visit import Project, Visit
from bot.slack.modals.words import NO_SUCH, TITLES, away_told
from engine.deploy.asks import Action
from engine.errors import OutsideError
from engine.slack.submissions import DEPLOY, Noted

#: The button that shows anew what would ship.
LOOK = "look"


def draw(visit: Visit) -> View:
    """The form as far as it is filled in. Raises Unreachable or Denied."""
    with visit.deps.database.read() as connection:
        choice = choice_of(connection, visit.workspace, visit.event, visit.deps.web_url)
    project = visit.project(choice.repository_id) if choice.repository_id else None
    if project is None:
        missing = told(NO_SUCH) if choice.named else []
        return _form([fields.project(None), *missing], visit.place)
    offers = offers_of(visit.deps, project.repository)
    if not offers.names:
        return _form([fields.project(project.repository), *told(offers.problems)], visit.place)
    environment = offers.chosen(choice.environment)
    ref = choice.ref or project.repository.default_branch
    filled = replace(choice, environment=environment, ref=ref)
    form = [
        fields.project(project.repository),
        fields.environment(project.repository.id, offers.names, environment, tells=True),
        fields.ref(project.repository.id, ref),
    ]
    return _with_shipment(visit, project, filled, form) if environment else _form(form, visit.place)


def _with_shipment(visit: Visit, project: Project, choice: Choice, form: list[Block]) -> View:
    """GitHub may be away: then the form stays, and says so."""
    know = replace(visit.place, repository_id=choice.repository_id, environment=choice.environment, ref=choice.ref)
    ask = visit.ask(Action.DEPLOY, project, choice.environment, ref=choice.ref)
    try:
        shipment = shipment_of(visit.deps, ask)
    except OutsideError as error:
        shipment = Shipment("", away_told(error))
    button = ButtonElement(text="Look again", action_id=LOOK)
    shown = [
        *form,
        DividerBlock(),
        *told(f"**What would ship**\n\n{shipment.markdown}"),
        ActionsBlock(elements=[button]),
    ]
    return _form(shown, replace(know, sha=shipment.sha))


def _form(blocks: list[Block], know: Noted) -> View:
    return modal(DEPLOY, TITLES[DEPLOY], blocks, know=know, submit="Deploy")
