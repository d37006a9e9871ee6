"""Children that don't outlive their parent: told to end when it is killed, where the system can do that."""

import ctypes
import signal
import sys

#: prctl(2), linux/prctl.h.
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Asks for SIGTERM when the thread that forked this process is gone (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
