"""Where keepers are born: a small process with everything imported that forks one on request and outlives none of them.

The host talks to it over a socket on descriptor 0: a line of JSON with the folders to mount comes first, then an order
a line; each is answered with the new keeper's pid, or with what went wrong. It ends when the host closes the socket.
"""

import gc
import json
import os
import socket
import sys
from pathlib import Path

from worker.sandboxd.isolation import reach
from worker.sandboxd.keeper.main import bind, keep, record
from worker.sandboxd.keeper.order import Order, load_order


def main() -> None:
    """Serve the host until it goes."""
    channel = socket.socket(fileno=os.dup(0))
    lines = channel.makefile("rb")
    mounts = json.loads(lines.readline() or b"{}")
    try:
        reach.mount({Path(top): Path(place) for top, place in mounts.items()})
    except OSError as problem:
        channel.sendall(json.dumps({"error": str(problem)}).encode() + b"\n")
        return
    channel.sendall(b"{}\n")
    # What was imported stays shared with all keepers: the collector must not touch it after a fork.
    gc.freeze()
    while line := lines.readline():
        channel.sendall(json.dumps(_bear(load_order(line), channel)).encode() + b"\n")


def _bear(order: Order, channel: socket.socket) -> dict[str, object]:
    read, write = os.pipe()
    middle = os.fork()
    if middle == 0:
        # Whatever happens, this copy of the nursery must not go on as a second nursery.
        try:
            os.setsid()
            if os.fork() == 0:
                channel.detach()
                _become_keeper(order, write)
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(middle, 0)
    with os.fdopen(read, "rb") as answers:
        answer = answers.read()
    return json.loads(answer) if answer else {"error": "the keeper ended while it was born"}


def _become_keeper(order: Order, answer: int) -> None:
    directory = Path(order.directory)
    log = os.open(directory / "keeper.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, descriptor)
    os.closerange(3, answer)
    os.closerange(answer + 1, 1 << 20)
    os.chdir("/")
    try:
        listener = bind(directory)
        record(directory)
        os.write(answer, json.dumps({"pid": os.getpid()}).encode())
    except OSError as problem:
        os.write(answer, json.dumps({"error": str(problem)}).encode())
        os._exit(1)
    os.close(answer)
    sys.stderr = os.fdopen(2, "w", buffering=1)
    keep(order, listener)


if __name__ == "__main__":
    main()
