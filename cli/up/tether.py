"""Runs a program that dies when its parent does: `tether.py PARENT_PID PROGRAM ARGUMENT...`.

Linux sends the signal when the *thread* that started the program ends, so the supervisor starts all of them from its
main thread. It is asked for here, between fork and exec, since code run in a fork of a threaded process may hang.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, argv: list[str]) -> None:
    """Ties this process to `parent`, then becomes `argv`."""
    if sys.platform == "linux":
        # SIGKILL: a room that hangs would outlive a polite signal, and every room is made to stand it.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The parent may have died before the line above.
    if os.getppid() == parent:
        os.execv(argv[0], argv)  # noqa: S606  there is no shell, on purpose


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
