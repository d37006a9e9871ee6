"""What a command that is no comment is about: `acme/shop`, `acme/shop#12`, `acme/shop@main`, or GitHub's address."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote, urlsplit

from engine.commands.table import REF

GITHUB = "https://github.com"

FULL_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}"
NUMBER = r"[1-9][0-9]{0,8}"
WORD = re.compile(rf"(?P<repository>{FULL_NAME})?(?:#(?P<number>{NUMBER})|@(?P<ref>\S+))?")
PATH = re.compile(
    rf"/(?P<repository>{FULL_NAME}?)(?:\.git)?"
    rf"(?:/(?:pull|issues)/(?P<number>{NUMBER})(?:/.*)?|/(?:tree|commit)/(?P<ref>.+?))?/?"
)
#: What Slack makes of an address or of something that looks like one: `<address>` or `<address|as it was typed>`.
LINK = re.compile(r"<(?P<address>(?:https?|mailto):[^<>|\s]+)(?:\|(?P<typed>[^<>]*))?>")
#: What telephones and Macs make of two dashes.
DASH = re.compile(r"(?<!\S)[—–](?=[A-Za-z])")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Place:
    """What was named; empty and 0: not said."""

    repository: str = ""
    number: int = 0
    ref: str = ""

    @property
    def plain(self) -> bool:
        """True of a mere `owner/name`, which a branch may look like too."""
        return bool(self.repository) and not self.number and not self.ref


def as_typed(text: str, web_url: str) -> str:
    """The first line of a text as it was typed, with what Slack made of it undone; GitHub's addresses stay whole."""

    def typed(found: re.Match[str]) -> str:
        address = found["address"]
        return address if _below(unescape(address), web_url) else found["typed"] or address.removeprefix("mailto:")

    line = next((line for line in text.splitlines() if line.strip()), "")
    return UNSEEN.sub(" ", DASH.sub("--", unescape(LINK.sub(typed, line)))).strip()


def place_of(word: str, web_url: str) -> Place | None:
    """The place that the word names; None when it names none."""
    if "://" in word:
        return _at(word, web_url)
    found = WORD.fullmatch(word)
    return _place(found) if found is not None and word else None


def _at(address: str, web_url: str) -> Place | None:
    """What an address at our GitHub is about; what stands below a repository beside pulls and branches is not known."""
    if not _below(address, web_url):
        return None
    found = PATH.fullmatch(unquote(urlsplit(address.removeprefix(web_url)).path))
    return None if found is None else _place(found)


def _place(found: re.Match[str]) -> Place | None:
    ref = found["ref"] or ""
    if ref and not REF.fullmatch(ref):
        return None
    return Place(found["repository"] or "", int(found["number"] or 0), ref)


def _below(address: str, web_url: str) -> bool:
    return address.lower().startswith(f"{web_url.lower()}/")
