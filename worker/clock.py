"""`python -m worker.clock`: the loops' room."""

import os
import sys

from engine.compose import compose
from engine.errors import ConfigurationError
from engine.logging import configure
from engine.settings import read_settings
from worker.loops import run


def main() -> None:
    """Starts the clock, or says what is wrong with the settings."""
    configure("clock")
    try:
        run(read_settings(os.environ), compose)
    except ConfigurationError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
