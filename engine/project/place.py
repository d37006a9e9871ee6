"""Folders and web paths as people write them in `slipway.yml`."""

import posixpath
import re
from typing import Annotated

from pydantic import AfterValidator

#: Printable ASCII without space, as a request line takes it (RFC 9112, section 3).
WEB_PATH = re.compile(r"/[!-~]{0,200}")


def folder_of(value: str) -> str:
    """A folder inside the repository, normalised. Raises ValueError."""
    folder = posixpath.normpath(value.strip() or ".")
    if folder.startswith(("/", "../")) or folder == ".." or "\0" in folder:
        raise ValueError(f"{value!r} leaves the repository. Write a folder inside it, such as web/app.")
    return folder


def web_path_of(value: str) -> str:
    """A path to request, with its slash. Raises ValueError."""
    if not WEB_PATH.fullmatch(value):
        raise ValueError(f"{value!r} is not a path. Write it like /health.")
    return value


Folder = Annotated[str, AfterValidator(folder_of)]
WebPath = Annotated[str, AfterValidator(web_path_of)]
