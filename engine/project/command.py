"""A command as people write it in `slipway.yml`: a list of words, or a line that we split into words."""

import shlex
from typing import Annotated

from pydantic import BeforeValidator

EXAMPLE = "Write `gunicorn app:app` or [gunicorn, 'app:app']."


def words_of(value: object) -> tuple[str, ...]:
    """The argv of a command. Raises ValueError with one sentence."""
    if isinstance(value, str):
        return _split(value)
    if not isinstance(value, list):
        raise ValueError(f"a command is a line or a list of words. {EXAMPLE}")
    words = [str(word) if isinstance(word, int | float) and not isinstance(word, bool) else word for word in value]
    if not all(isinstance(word, str) for word in words):
        raise ValueError(f"every word of a command must be text. {EXAMPLE}")
    return _checked(tuple(words))


def _split(line: str) -> tuple[str, ...]:
    try:
        return _checked(tuple(shlex.split(line)))
    except ValueError as error:
        raise ValueError(f"splitting the command into words: {error}. {EXAMPLE}") from error


def _checked(words: tuple[str, ...]) -> tuple[str, ...]:
    if any("\0" in word for word in words):
        raise ValueError("a NUL character can't be part of a command.")
    if words and not words[0]:
        raise ValueError(f"the first word is empty. {EXAMPLE}")
    return words


CommandLine = Annotated[tuple[str, ...], BeforeValidator(words_of)]
