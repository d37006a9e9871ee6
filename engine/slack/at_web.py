"""What `web` itself does with what people type and press in Slack, while they wait: answers, and modals. Pure.

The intake uses it too: what was done in `web` is not done again.
"""

import re

from engine.commands.chat import ChatVerb
from engine.commands.parse import Help, Mistake
from engine.commands.places import GITHUB
from engine.commands.spoken import Spoken, read_spoken, spoken_help
from engine.commands.table import Verb
from engine.planner.comment import mistake
from engine.reasons import Reason
from engine.reports.escape import code
from engine.slack import buttons
from engine.slack.events import Pressed, Typed
from engine.slack.mrkdwn import for_slack
from engine.slack.submissions import DEPLOY, MODALS, REJECT, ROLLBACK, SECRET, SHIP

#: A choice within a modal.
STEP = "step"
#: Which modal a button opens.
OPENED_BY = {
    buttons.ROLLBACK: ROLLBACK,
    buttons.REJECT: REJECT,
    buttons.SHIP: SHIP,
    buttons.DEPLOY: DEPLOY,
    buttons.SECRET: SECRET,
}
#: Whatever stands behind these may hold a value, but where only a name is taken.
#: No part of it tries a long run twice: whoever mentions us writes 40,000 characters of what they like.
SECRETIVE = re.compile(
    r"(?P<kept>(?:^|\n|<@[^>]{0,99}>[:,]?)[^\S\n]*+(?:/?slipway\s++)?/?(?:env|set|secrets?|vars?|variables?)\b"
    r"(?:\s++set\b)?+)(?!\s++(?:list|unset)\b)(?=[=:\s])\s*+[=:]?+\s*+\S.*",
    re.IGNORECASE | re.DOTALL,
)
#: A value that somebody typed behind whatever they took for a command.
ASSIGNED = re.compile(r"\s[A-Za-z_]\w*=\S")
#: Who is addressed, and the first word of several.
BEGIN = re.compile(r"\s*+(?P<first>(?:<@[^>]{0,99}>[:,]?\s*+)?(?P<word>\S++))\s++\S")
#: Within the first words of what is no command: somebody wants to set a value.
ALIKE = re.compile(r"env|evn|set|secret|vars?\b|variable|config|passw|token", re.IGNORECASE)
#: Characters of a command that are repeated.
LONGEST_SHOWN = 200


#: Somebody typed a value behind a command.
TYPED_VALUE = re.compile(r"/slipway\s+env\s+(?:set|add)\b", re.IGNORECASE)
NEVER_TYPED = (
    "is not a command: values are never typed behind one. `/slipway env set` opens a form for them; change this value "
    "where it comes from if others could read it here."
)


def opens(event: Typed | Pressed, web_url: str = GITHUB) -> str:
    """The modal that it opens; `step` for a choice within one; empty: none. `web_url`: GitHub's, for its addresses."""
    match event:
        case Typed():
            return "" if event.mention else _opened_by(read_spoken(event.text, web_url))
        case Pressed(callback=callback) if callback in MODALS:
            return STEP
        case Pressed(action=action, view_id=view_id):
            return "" if view_id else OPENED_BY.get(action, "")


def first_answer(event: Typed, web_url: str = GITHUB) -> str:
    """What is said at once to a slash command, as Slack's mrkdwn; empty: a modal opens instead."""
    spoken = read_spoken(event.text, web_url)
    if _opened_by(spoken):
        return ""
    kept = without_values(event.text)
    if kept != event.text:
        return for_slack(f"{code(kept)} {NEVER_TYPED}")
    if isinstance(spoken, Help | Mistake):
        return for_slack(told_of(spoken))
    return f"Taken in: {for_slack(code(kept, LONGEST_SHOWN))}."


def is_answered(event: Typed, web_url: str = GITHUB) -> bool:
    """True of a slash command whose first answer is its whole answer."""
    return not event.mention and isinstance(read_spoken(event.text, web_url), Help | Mistake)


def told_of(spoken: Help | Mistake) -> str:
    """The whole answer to it. Markdown of ours."""
    if isinstance(spoken, Help):
        return spoken_help()
    if TYPED_VALUE.match(spoken.written):
        return f"{code(spoken.written)} {NEVER_TYPED}"
    return mistake(spoken).sentence


def without_values(text: str) -> str:
    """A typed text without a value that may be in it: nothing is kept behind `env set`, nor of what only looks so."""
    kept = SECRETIVE.sub(r"\g<kept> …", text)
    if kept != text:
        return kept
    begin = BEGIN.match(text)
    spoken = read_spoken(text[begin.start("word") :]) if begin is not None else None
    if begin is None or not isinstance(spoken, Mistake):
        return text
    # A repository may be called so.
    first = " ".join(word for word in text[begin.start("word") :].split(None, 3)[:3] if "/" not in word)
    looks_so = spoken.reason is Reason.UNKNOWN_COMMAND and ALIKE.search(first)
    return f"{begin['first']} …" if looks_so or ASSIGNED.search(text) else text


def _opened_by(spoken: Spoken | Help | Mistake) -> str:
    if isinstance(spoken, Help | Mistake):
        return ""
    entry = spoken.command.entry
    if entry.verb is ChatVerb.ENV_SET:
        return SECRET
    alone = not (spoken.command.given or spoken.repository or spoken.number or spoken.ref or spoken.environment)
    return DEPLOY if entry.verb is Verb.DEPLOY and alone else ""
