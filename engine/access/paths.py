"""Paths to come back to after a detour. Only ever a path of the same host, never an address."""

import re

#: Printable ASCII without the backslash, which browsers read as a slash.
_PLAIN = re.compile(r"/[!-\[\]-~]*")


def own_path(text: str) -> str:
    """`text` when it is a path of this host (a query may follow), else `/`. `//evil` and `/\\evil` are addresses."""
    if len(text) > 4096 or text.startswith("//") or not _PLAIN.fullmatch(text):
        return "/"
    return text
