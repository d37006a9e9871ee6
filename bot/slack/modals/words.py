"""Modals that only say something: what is being looked up, what went wrong, and what to do."""

from slack_sdk.models.blocks import ActionsBlock, ButtonElement
from slack_sdk.models.views import View

from bot.slack.modals.frame import modal, section, told
from engine.deploy.outcome import Obstacle
from engine.errors import OutsideError
from engine.reasons import REMEDY, Reason
from engine.reports.escape import code, sentence
from engine.slack import buttons, identity
from engine.slack.submissions import DEPLOY, REJECT, ROLLBACK, SECRET, SHIP

TITLES = {
    DEPLOY: "Deploy",
    ROLLBACK: "Roll back",
    SECRET: "Set a value",
    REJECT: "Reject",
    SHIP: "What would ship",
}
#: What a modal that only says something is called: nothing that is sent off.
WORDS = "words"

LOOKING = "Looking it up… Should nothing follow, close this and try again."
LATE = "Slack opens a window only within 3 seconds of a click, and this one would have come later."
CRASHED = (
    "Something in Slipway itself went wrong while this was drawn; nothing was changed. Close it and try again. "
    "Whoever runs Slipway finds the cause in its log."
)
NOT_LINKED = "Slipway acts with your own GitHub permission, and doesn't know yet who you are there."
NO_SUCH = "There is no such repository here, or none that you may read."
STALE = "This button is about something that isn't current any more."


def looking(which: str) -> View:
    """What is there at once."""
    return modal(which, TITLES[which], [section(LOOKING)])


def saying(which: str, markdown: str) -> View:
    """Words instead of a form."""
    return modal(WORDS, TITLES[which], told(markdown))


def refusing(which: str, reason: Reason, said: str) -> View:
    """A no with its reason code."""
    return saying(which, f"{said} {REMEDY[reason]}\n\n`{reason}`")


def obstructed(which: str, obstacles: tuple[Obstacle, ...]) -> View:
    """Everything that stands in the way."""
    return saying(which, listed_obstacles(obstacles))


def listed_obstacles(obstacles: tuple[Obstacle, ...]) -> str:
    """Each with who can open it and its reason code."""
    return "\n".join(f"- {each.sentence} {each.opener} (`{each.reason}`)" for each in obstacles)


def late() -> str:
    """To whoever pressed or typed: the trigger was good no more. Markdown of ours."""
    return f"{LATE} {REMEDY[Reason.TOO_LATE]}\n\n`{Reason.TOO_LATE}`"


def not_opened(code_word: str) -> str:
    """The same for any other trouble of Slack's."""
    return f"Opening a window: Slack didn't do it ({code(code_word)}). {REMEDY[Reason.TOO_LATE]}"


def away(which: str, error: OutsideError) -> View:
    """GitHub, which had to be asked, didn't do its part."""
    return saying(which, away_told(error))


def away_told(error: OutsideError) -> str:
    """The same in Markdown."""
    return f"{sentence(str(error))} Nothing was changed. Close this and try again in a minute."


def foreign(which: str) -> View:
    """Somebody of another workspace, in a channel that both share."""
    return saying(which, f"{identity.FOREIGN} {identity.AT_HOME}\n\n`{Reason.NOT_LINKED}`")


def unlinked(which: str, address: str) -> View:
    """Nobody has said who this is at GitHub; `address` is good for this person alone."""
    button = ButtonElement(text="Link GitHub", action_id=buttons.LINK, url=address, style="primary")
    said = f"{NOT_LINKED} {REMEDY[Reason.NOT_LINKED]}\n\n`{Reason.NOT_LINKED}`"
    return modal(WORDS, TITLES[which], [*told(said), ActionsBlock(elements=[button])])
