"""Where commands that work on any folder keep what may be lost."""

from collections.abc import Mapping
from pathlib import Path


def own_folder(environ: Mapping[str, str]) -> Path:
    """`DATA_DIR` when it is said, else the user's cache; never below the folder that they work on."""
    if environ.get("DATA_DIR"):
        return Path(environ["DATA_DIR"]).absolute()
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "slipway"
