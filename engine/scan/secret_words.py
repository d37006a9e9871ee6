"""What stands in the place of a secret and is none: examples, placeholders, names of where it really is."""

import math
import re
from collections import Counter

from engine.scan.secret_kinds import Kind

PLACEHOLDER = re.compile(
    r"example|sample|dummy|placeholder|change.?(?:me|this|it|in)|your|x{4,}|y{4,}|z{4,}|0{6,}|1{6,}|todo|fake|insert|replace"
    r"|redacted|secret.?here|none|null|undefined|default|123456|abcdef|qwerty|password|test|demo|insecure|(?:my|super|top)"
    r".?secret|secret.?key|[<>{}$%()\[\]]|\.\.\.|\*\*|env\b|getenv|config",
    re.IGNORECASE,
)
#: In keys of a known form only what nobody's key has.
EXAMPLE = re.compile(r"example|x{6,}|0{8,}|123456789|abcdefgh|your|[<>{}$*]|\.\.\.", re.IGNORECASE)
#: Bits a character.
ENOUGH = 3.0


def is_real(value: str, kind: Kind) -> bool:
    """False for what only stands there to show where a secret would be."""
    if kind.sure:
        return EXAMPLE.search(value) is None and disorder(value) >= ENOUGH
    mixed = any(each.isdigit() for each in value) and any(each.isalpha() for each in value)
    return PLACEHOLDER.search(value) is None and mixed and disorder(value) >= ENOUGH


def disorder(value: str) -> float:
    """Shannon's entropy in bits a character."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)
