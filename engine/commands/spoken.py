"""The grammar of doors that stand in no pull request: the commands of comments, and what they are about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.commands.chat import CHAT_TABLE, ChatEntry, ChatVerb
from engine.commands.parse import LONGEST_LINE, Command, Help, Mistake, shown
from engine.commands.places import GITHUB, Place, as_typed, place_of
from engine.commands.table import ENVIRONMENT, PREFIX, TABLE, Entry, Verb, entry_of
from engine.commands.wording import Fitted, fitted, meant, spelt
from engine.reasons import Reason

FORMS: tuple[Entry | ChatEntry, ...] = (*TABLE, *CHAT_TABLE)

#: Commands about one pull request.
OF_PULL_REQUESTS = frozenset(
    {Verb.PREVIEW, Verb.PREVIEW_STOP, Verb.PREVIEW_RESTART, Verb.CANCEL, Verb.RETRY, Verb.LOGS, Verb.FIX}
)
#: Behind these, `to` says where it goes.
DIRECTED = frozenset({Verb.DEPLOY, Verb.PROMOTE, Verb.ROLLBACK})
DEPLOY = entry_of(Verb.DEPLOY)
#: A command inside a sentence of ours, as it is written in a comment.
IN_COMMENT = re.compile(rf"`/(?!{PREFIX}\b)(?=\w)")


@dataclass(frozen=True)
class ChatCommand:
    """A command that only a chat has."""

    entry: ChatEntry
    #: The words for its arguments, as many as were given.
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spoken:
    """A command, and what was said of where it belongs; empty and 0: not said."""

    command: Command | ChatCommand
    #: Owner and name, as they were written.
    repository: str = ""
    #: The pull request.
    number: int = 0
    #: Of a deploy: named outright. Then no word of the command is the ref.
    ref: str = ""
    #: Named outright, in lower case. Then no word of the command is the environment.
    environment: str = ""


@dataclass(frozen=True)
class _Said:
    """The words behind a command, apart by what they say."""

    place: Place
    environment: str
    rest: list[str]


def read_spoken(text: str, web_url: str = GITHUB) -> Spoken | Help | Mistake:
    """What `text` asks, as Slack or a terminal hands it over: without what addresses us. Pure.

    Addresses below `web_url` (without a slash at its end) count as what they lead to.
    """
    line = as_typed(text, web_url)
    words = _unaddressed(line.split())
    if not words:
        return Help()
    found = spelt(words, FORMS) if len(line) <= LONGEST_LINE else None
    if found is None:
        return _mistake(Reason.UNKNOWN_COMMAND, words, web_url)
    form, rest = found
    spoken = _spoken(form, rest, web_url)
    return _mistake(spoken, words, web_url) if isinstance(spoken, Reason) else spoken


def spoken_help(forms: Sequence[Entry | ChatEntry] = FORMS) -> str:
    """The commands as a Markdown list, as they are written in Slack."""
    told = [IN_COMMENT.sub(f"`/{PREFIX} ", form.help) for form in forms]
    return "\n".join(f"- `{spoken_usage(form)}`: {help}" for form, help in zip(forms, told, strict=True))


def spoken_usage(form: Entry | ChatEntry) -> str:
    """How a command is written in Slack, such as `/slipway logs [owner/repo]#12 [stage]`."""
    return " ".join([f"/{PREFIX} {' '.join(form.words)}", *_place_usage(form), *dict.fromkeys(form.optional)])


def _place_usage(form: Entry | ChatEntry) -> list[str]:
    if isinstance(form, ChatEntry):
        return ["[owner/repo]"] if form.placed else []
    if form.verb in OF_PULL_REQUESTS:
        return ["[owner/repo]#12"]
    if form is DEPLOY:
        return ["[owner/repo@ref]"]
    if form.verb is Verb.READINESS:
        return ["[owner/repo#12]"]
    return [] if form.verb is Verb.HELP else ["[owner/repo]"]


def _spoken(form: Entry | ChatEntry, words: list[str], web_url: str) -> Spoken | Help | Reason:
    said = _apart(form, words, web_url)
    if isinstance(said, Reason):
        return said
    told = fitted(form, said.rest)
    if isinstance(told, Reason):
        return told
    if isinstance(form, ChatEntry):
        return Spoken(ChatCommand(form, told.given), said.place.repository)
    if form.verb is Verb.HELP:
        return Help()
    return _directed(form, said, told) if form.verb is Verb.DEPLOY else _plain(form, said, told)


def _plain(form: Entry, said: _Said, told: Fitted) -> Spoken | Reason:
    command = Command(form, told.given, told.flags, told.text)
    place = said.place
    return Spoken(command, place.repository, place.number, place.ref, said.environment)


def _directed(form: Entry, said: _Said, told: Fitted) -> Spoken | Reason:
    """A deploy: once its ref or its environment is named outright, the one word that is left is the other."""
    ref, environment, given = said.place.ref, said.environment, told.given
    if len(given) > 2 - bool(ref) - bool(environment):
        return Reason.BAD_ARGUMENTS
    if given and environment:
        ref, given = given[0], ()
    elif given and ref:
        if not ENVIRONMENT.read(given[0]):
            return Reason.BAD_ARGUMENTS
        environment, given = given[0].lower(), ()
    command = Command(form, given, told.flags, told.text)
    return Spoken(command, said.place.repository, said.place.number, ref, environment)


def _apart(form: Entry | ChatEntry, words: list[str], web_url: str) -> _Said | Reason:
    """The place and the environment that are named outright, and the words without them."""
    if isinstance(form, ChatEntry) and not form.placed:
        return _Said(Place(), "", words)
    place, rest = Place(), list(words)
    for at in reversed(range(len(words))):
        found = place_of(words[at], web_url)
        if found is None or not _may_stand(form, at, found):
            continue
        if place != Place():
            return Reason.BAD_ARGUMENTS
        place = found
        del rest[at]
    if (place.ref and form is not DEPLOY) or (place.number and isinstance(form, ChatEntry)):
        return Reason.BAD_ARGUMENTS
    return _with_direction(form, place, rest)


def _may_stand(form: Entry | ChatEntry, at: int, place: Place) -> bool:
    """Free text and a value that is typed may hold anything, and a branch looks like a repository."""
    if form.verb is ChatVerb.ENV_SET or (place.plain and (form.text or form is DEPLOY)):
        return at == 0
    return not form.text or at <= len(form.arguments)


def _with_direction(form: Entry | ChatEntry, place: Place, words: list[str]) -> _Said | Reason:
    at = next((at for at, word in enumerate(words[:-1]) if word.lower() == "to"), None)
    if at is None or not isinstance(form, Entry) or form.verb not in DIRECTED:
        return _Said(place, "", words)
    if form.verb is Verb.ROLLBACK:
        return _Said(place, "", [*words[:at], *words[at + 1 :]])
    if not ENVIRONMENT.read(words[at + 1]):
        return Reason.BAD_ARGUMENTS
    return _Said(place, words[at + 1].lower(), [*words[:at], *words[at + 2 :]])


def _unaddressed(words: list[str]) -> list[str]:
    """The words without `/` or `/slipway` before them, which people type out of habit."""
    if words and words[0].startswith("/"):
        words = [words[0][1:], *words[1:]] if words[0] != "/" else words[1:]
    return words[1:] if words and words[0].lower() == PREFIX else words


def _mistake(reason: Reason, words: list[str], web_url: str) -> Mistake:
    """What was written and what was meant, as one types it in Slack."""
    written = f"/{PREFIX} {' '.join(words)}"
    short = written if len(written) <= LONGEST_LINE else f"{written[:LONGEST_LINE]}…"
    named = [word for word in words[1:] if place_of(word, web_url) is not None]
    near = meant([words[0], *(word for word in words[1:] if word not in named)], FORMS)
    # A value may look like a place.
    repeated = [] if near.startswith("env") else named[:1]
    return Mistake(reason, shown(short), " ".join([f"/{PREFIX} {near}", *repeated]) if near else "")
