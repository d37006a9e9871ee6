"""The message of a fix's commit: who asked for it, and the line by which a second try finds it."""

import re
from urllib.parse import urlsplit

from engine.domain.inspection import Fix as StoredFix
from engine.readiness.fixes.fix import Fix

#: GitHub's own letters; whatever else would come would end the line, or name somebody else.
LOGIN = re.compile(r"[A-Za-z0-9_-]{1,100}(\[bot\])?")


def mark_of(fix_id: str) -> str:
    """The trailer that only this fix's commit carries."""
    return f"Slipway-Fix: {fix_id}"


def message_of(fix: Fix, stored: StoredFix, web_url: str) -> str:
    """The whole message; its last paragraph is trailers, as git and GitHub read them."""
    named = ", ".join(fix.rules)
    trailers = [mark_of(stored.id)]
    if LOGIN.fullmatch(stored.login):
        trailers.append(f"Co-authored-by: {stored.login} <{address_of(stored.login, stored.account, web_url)}>")
    return "\n".join([fix.title, "", f"Mends what Slipway's readiness report says of {named}.", "", *trailers])


def address_of(login: str, account: int, web_url: str) -> str:
    """The address by which GitHub knows somebody without telling theirs.

    Source: https://docs.github.com/en/account-and-profile/reference/email-addresses-reference.
    """
    name = f"{account}+{login}" if account else login
    return f"{name}@users.noreply.{urlsplit(web_url).hostname or 'github.com'}"
