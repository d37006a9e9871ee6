"""Children that don't outlive their parent: told to end when it is killed, where the system can do that."""

import ctypes
import os
import signal
import sys

#: prctl(2), linux/prctl.h.
PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Asks for SIGTERM when the thread of `parent` that forked this process is gone (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        # It was gone before the line above: nobody will ever tell.
        os._exit(1)
