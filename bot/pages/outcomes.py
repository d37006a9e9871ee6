"""How an ask that a form made is answered: on to the page that shows what came of it, or a page that says why not."""

from typing import assert_never

from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.pages.forms import Form
from bot.pages.markdown import as_words
from bot.pages.problems import wants_page
from bot.pages.reception import Reception
from engine.deploy.asks import Action, DeployAsk
from engine.deploy.outcome import Refused, Started, Told
from engine.errors import OutsideError
from engine.reasons import Reason

#: What the page itself shows once it is done.
SHOWS_ITSELF = frozenset(
    {Action.APPROVE, Action.REJECT, Action.LOCK, Action.UNLOCK, Action.ENV_SET, Action.ENV_UNSET, Action.CANCEL}
)
FORBIDDEN = frozenset({Reason.NOT_PERMITTED, Reason.NOT_DEPLOYER, Reason.OWN_APPROVAL})


def carry_out(reception: Reception, form: Form, ask: DeployAsk, back: str) -> Response:
    """Hands the ask in; `back` is the path of the page that the form was on."""
    try:
        outcome = reception.desk.handle(ask)
    except OutsideError as error:
        return reception.page("away.html", 503, session=form.session, why=str(error))
    match outcome:
        case Started(release_id=release_id):
            return RedirectResponse(f"/deploys/{release_id}", 303)
        case Told() if ask.action in SHOWS_ITSELF:
            return RedirectResponse(back, 303)
        case Told():
            return reception.page("told.html", session=form.session, told=outcome, back=back)
        case Refused():
            return refusal(reception, form, outcome, back)
        case _:
            assert_never(outcome)


def refusal(reception: Reception, form: Form, refused: Refused, back: str) -> Response:
    """Every obstacle at once, with its reason code and who can open it."""
    status = 403 if refused.reason in FORBIDDEN else 409
    if not wants_page(form.request):
        first = refused.obstacles[0]
        problem = {"code": refused.reason, "message": as_words(first.sentence), "fix": as_words(first.opener)}
        return JSONResponse({"error": problem}, status)
    return reception.page("obstacles.html", status, session=form.session, obstacles=refused.obstacles, back=back)
