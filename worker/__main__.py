"""`python -m worker`: the workers' room."""

import os
import sys

from engine.compose import compose
from engine.errors import ConfigurationError
from engine.logging import configure
from engine.settings import read_settings
from worker.room import run


def main() -> None:
    """Starts the workers, or says what is wrong with the settings."""
    configure("worker")
    try:
        run(read_settings(os.environ), compose)
    except ConfigurationError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
