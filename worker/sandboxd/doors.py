"""Where a sandbox's application is reached on disk, computable from the data folder alone.

While a command that was started with `PORT=<port>` in its `envs` lives, the unix stream socket

    <DATA_DIR>/sandboxes/<sandbox id>/ports/<port>.sock

exists (mode 0600, owned by the user who runs the host). A connection to it carries raw bytes to 127.0.0.1:<port>, else
[::1]:<port>, in that command's own network namespace; it is closed at once while nothing listens there. When two living
commands have the same port, the one that was started last answers.

Beside it stands `<port>.fd`, for a client that wants no relay in between: whoever connects there is sent one byte with
one descriptor (SCM_RIGHTS), a non-blocking TCP socket that is connected to the application, and then the end of the
stream; the end without a descriptor means that nothing listens. `take_over` does this for a blocking caller.

A unix address holds 107 bytes. A client that finds the path longer opens the `ports` folder and connects to
`/proc/self/fd/<folder's descriptor>/<port>.sock`, which is what `short_address` makes.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_ADDRESS = 107


def door_path(data_dir: Path, sandbox_id: str, port: int) -> Path:
    """The unix socket behind which this port of this sandbox answers."""
    return data_dir / "sandboxes" / sandbox_id / "ports" / f"{port}.sock"


def handover_path(data_dir: Path, sandbox_id: str, port: int) -> Path:
    """The unix socket that hands over connections to this port of this sandbox."""
    return door_path(data_dir, sandbox_id, port).with_suffix(".fd")


def take_over(path: Path, seconds: float) -> socket.socket:
    """A TCP socket that is connected to the application; raises OSError when nothing listens."""
    with socket.socket(socket.AF_UNIX) as channel, short_address(path) as address:
        channel.settimeout(seconds)
        channel.connect(address)
        _, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
    if not descriptors:
        raise ConnectionRefusedError(f"nothing listens behind {path.name}")
    connected = socket.socket(fileno=descriptors[0])
    # It comes as the keeper's loop made it: non-blocking.
    connected.setblocking(True)
    return connected


@contextmanager
def short_address(path: Path) -> Iterator[str]:
    """An address for bind or connect that fits, whatever the path's length; valid inside the block."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
