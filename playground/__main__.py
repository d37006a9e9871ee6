"""Runs the playground: `python -m playground`."""

import os
import signal
import sys

import uvicorn

from playground.app import create_app
from playground.faults.connection import CuttableProtocol
from playground.settings import BadSettings, read_settings

#: An open page polls every second; nothing in flight is worth a longer wait at the end.
SHUTDOWN_SECONDS = 2


def main() -> int:
    """Serves until SIGTERM or Ctrl-C; bad settings are listed at once, with exit status 2."""
    settings = read_settings(os.environ)
    if isinstance(settings, BadSettings):
        print("starting the playground: the settings are not usable", file=sys.stderr)
        for problem in settings.problems:
            print(f"  {problem}", file=sys.stderr)
        return 2
    # uvicorn ends a stop by SIGTERM with the same signal to itself; here that is an orderly end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        http=CuttableProtocol,
        log_level="warning",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
