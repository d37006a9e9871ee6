"""Ports for servers that are told where to listen: out of the system's own, for each process of a session others."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain, cycle

from cli.up.ports import UNGIVEN

#: So many processes find ports side by side.
PROCESSES = 16


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    return free_row(1)


def free_ports(count: int) -> list[int]:
    """So many of them, all different."""
    return [free_port() for _ in range(count)]


def free_row(count: int) -> int:
    """The first of so many in a row."""
    while True:
        row = [next(_NEXT) for _ in range(count)]
        if row[-1] == row[0] + count - 1 and _are_free(row):
            return row[0]


def _own() -> Iterator[int]:
    """This process's ports one after the other, over and over: what was given isn't given again soon."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    size = len(UNGIVEN) // PROCESSES
    first = int(name.removeprefix("gw")) % PROCESSES * size
    # Elsewhere in each session, since several may run on one machine.
    start = first + secrets.randbelow(size)
    return cycle(chain(UNGIVEN[start : first + size], UNGIVEN[first:start]))


def _are_free(ports: list[int]) -> bool:
    with ExitStack() as stack:
        try:
            for port in ports:
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            return False
    return True


_NEXT = _own()
