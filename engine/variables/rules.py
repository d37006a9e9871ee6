"""What may be a variable: names as programs can read them, values as a process can be given them. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from engine.deploy.asks import NewVariable
from engine.errors import Refusal
from engine.reasons import Reason

#: A name in the environment (POSIX.1-2024, 3.216), in either case.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LONGEST_NAME = 200
#: Bytes of one value; the kernel takes 128 KiB for one entry (MAX_ARG_STRLEN).
LARGEST = 64 * 1024
#: Keys of one environment, and bytes of all its values.
MOST = 500
LARGEST_OF_ALL = 512 * 1024
#: Set by Slipway or by the sandbox itself.
RESERVED = frozenset({"PORT", "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "PWD", "OLDPWD", "IFS", "BASH_ENV"})
RESERVED_BEGINNINGS = ("SLIPWAY_", "E2B_")


def problems_of(news: Sequence[NewVariable]) -> list[str]:
    """Everything that is wrong with what is to be set, one sentence each; no value is ever in it."""
    found = [problem for new in news for problem in (*_of_name(new.key), *_of_value(new))]
    twice = [key for key, times in Counter(new.key for new in news).items() if times > 1]
    return found + [f"{key}: it is named twice. Set it once." for key in twice]


def problems_of_all(values: Sequence[str]) -> list[str]:
    """What is wrong with all values of an environment together."""
    size = sum(len(value.encode()) for value in values)
    found = (
        [] if len(values) <= MOST else [f"{len(values)} variables are more than {MOST}, which an environment may have."]
    )
    if size > LARGEST_OF_ALL:
        found.append(f"All values together take {size >> 10} KiB; {LARGEST_OF_ALL >> 10} KiB is the most.")
    return found


def require_none(problems: Sequence[str]) -> None:
    """Raises Refusal with every problem."""
    if problems:
        raise Refusal(Reason.BAD_ARGUMENTS, f"setting variables: {' '.join(problems)}")


def _of_name(key: str) -> list[str]:
    shown = repr(key if len(key) <= 60 else f"{key[:60]}…")
    if not key:
        return ["A variable needs a name, such as DATABASE_URL."]
    if not NAME.fullmatch(key):
        return [f"{shown} is no name of a variable: letters, digits and _ only, and no digit at its beginning."]
    if len(key) > LONGEST_NAME:
        return [f"{shown} is longer than {LONGEST_NAME} characters."]
    if key in RESERVED or key.startswith(RESERVED_BEGINNINGS):
        return [f"{key} is set by Slipway itself. Choose another name."]
    return []


def _of_value(new: NewVariable) -> list[str]:
    value = new.value.reveal()
    name = new.key if NAME.fullmatch(new.key) else "A value"
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        return [f"{name}: its value is not text (UTF-8)."]
    if "\0" in value:
        return [
            f"{name}: its value has a NUL character, which no program can be given. Encode it, for example in base64."
        ]
    if size > LARGEST:
        return [f"{name}: its value takes {size / 1024:.1f} KiB; {LARGEST >> 10} KiB is the most. Put it in a file."]
    return []
