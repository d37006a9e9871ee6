"""Path filters: which files of a repository an application is made of.

`*` and `?` stand for anything within one folder's name or file's name, `**` for any number of folders, and a name that
ends in a slash for all that is below it.
"""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import AfterValidator

from engine.project.start_rules import Names

ANY_FOLDERS = "**"


def touches(filters: Sequence[str], paths: Iterable[str]) -> bool:
    """True when a path fits one of the filters."""
    return any(fits(each, path) for path in paths for each in filters)


def fits(pattern: str, path: str) -> bool:
    """True when the path is one of those that the filter means. Takes steps as the product of their folders' counts."""
    wanted = f"{pattern}**" if pattern.endswith("/") else pattern
    # What is below a folder is not the folder itself.
    wanted = f"{wanted}/*" if wanted.endswith(f"/{ANY_FOLDERS}") else wanted
    # Brackets are what some frameworks name folders with: app/[id]/page.tsx.
    return _fits(wanted.replace("[", "[[]").split("/"), path.split("/"))


def _fits(pattern: list[str], parts: list[str]) -> bool:
    """Goes through both; when they part, the last `**` takes in one more folder."""
    at = here = 0
    again: tuple[int, int] | None = None
    while here < len(parts):
        if at < len(pattern) and pattern[at] == ANY_FOLDERS:
            at += 1
            again = (at, here)
        elif at < len(pattern) and fnmatchcase(parts[here], pattern[at]):
            at += 1
            here += 1
        elif again is not None:
            again = (again[0], again[1] + 1)
            at, here = again
        else:
            return False
    return all(each == ANY_FOLDERS for each in pattern[at:])


def _filter_of(values: tuple[str, ...]) -> tuple[str, ...]:
    """Filters as they are compared with GitHub's paths. Raises ValueError with one sentence."""
    for value in values:
        if value.startswith("/") or ".." in value.split("/") or "\0" in value:
            raise ValueError(f"{value!r} is no path inside the repository. Write one such as web/** or *.py.")
    return tuple(value.removeprefix("./") for value in values)


PathFilters = Annotated[Names, AfterValidator(_filter_of)]
