"""TOML that strangers wrote: read in a time that its length bounds."""

import re
import tomllib
from typing import Any

TEXTS = re.compile(r""""(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
#: Dots of a line, outside of its texts: what `tomllib` takes for `a.a.a` grows with the cube of it. Nobody has so many.
MOST_DOTS = 30


class NotToml(ValueError):
    """It is not TOML, or none that a person wrote; the sentence says which."""


def read_toml(text: str) -> dict[str, Any]:
    """What a TOML file says. Raises NotToml."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS and TEXTS.sub("", line).count(".") > MOST_DOTS:
            raise NotToml(f"A key has more than {MOST_DOTS} parts (at line {number})")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise NotToml("It is nested too deeply") from error
    except ValueError as error:
        # One of a number with more digits than Python reads is none of TOML's own.
        raise NotToml(str(error)) from error
