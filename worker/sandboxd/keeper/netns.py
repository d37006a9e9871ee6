"""Sockets inside a command's network namespace, made by a small child process that joined it and handed them over.

A socket stays in the namespace it was made in. So the keeper itself accepts and dials; the child only makes sockets.
Joining a user namespace can't be undone, hence the child; it first becomes the sandbox's user, who owns that namespace,
which is what lets it in with or without root (plain `nsenter` is refused by `--disable-userns`).
"""

import ctypes
import fcntl
import os
import sys
from socket import (
    AF_INET,
    AF_INET6,
    AF_UNIX,
    IPPROTO_IP,
    IPPROTO_TCP,
    SO_REUSEADDR,
    SOCK_SEQPACKET,
    SOCK_STREAM,
    SOL_SOCKET,
    TCP_NODELAY,
    AddressFamily,
    recv_fds,
    send_fds,
    socket,
    socketpair,
)

from worker.sandboxd.isolation.bwrap import PROXY_PORT

_NS_GET_USERNS = 0xB701
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
# Not in every Python's socket module.
_IP_FREEBIND = 15
_PATIENCE = 10.0

# Loaded before any fork: a child of a process with threads should not load libraries.
_LIBC = ctypes.CDLL(None, use_errno=True)


class NetworkNamespace:
    """The network namespace of one command."""

    def __init__(self, pid: int, uid: int | None) -> None:
        ours, theirs = socketpair(AF_UNIX, SOCK_SEQPACKET)
        namespace = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self._child = os.fork()
        if self._child == 0:
            _serve(theirs.fileno(), namespace, uid)
        os.close(namespace)
        theirs.close()
        ours.settimeout(_PATIENCE)
        self._channel = ours

    def tcp_socket(self, family: AddressFamily) -> socket:
        """A fresh TCP socket inside; raises OSError when the namespace is gone."""
        return self._ask(b"6" if family == AF_INET6 else b"4")

    def proxy_listener(self) -> socket:
        """A socket that listens on the proxy's address inside."""
        return self._ask(b"l")

    def close(self) -> None:
        """End the child."""
        self._channel.close()
        os.waitpid(self._child, 0)

    def _ask(self, what: bytes) -> socket:
        self._channel.send(what)
        answer, descriptors, _, _ = recv_fds(self._channel, 64, 1)
        if not descriptors:
            raise OSError(f"making a socket in a sandbox's network: {answer.decode() or 'its maker ended'}")
        made = socket(fileno=descriptors[0])
        made.setblocking(False)
        return made


def _serve(channel: int, namespace: int, uid: int | None) -> None:
    # Whatever happens, this copy of the keeper must not go on as a second keeper.
    try:
        low, high = sorted((channel, namespace))
        os.closerange(0, low)
        os.closerange(low + 1, high)
        os.closerange(high + 1, 1 << 20)
        _join(namespace, uid)
        _answer(socket(fileno=channel))
    finally:
        os._exit(0 if sys.exc_info()[0] is None else 1)


def _join(namespace: int, uid: int | None) -> None:
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    owner = fcntl.ioctl(namespace, _NS_GET_USERNS)
    for descriptor, kind in ((owner, _NEW_USER), (namespace, _NEW_NET)):
        if _LIBC.setns(descriptor, kind):
            raise OSError(ctypes.get_errno(), "joining a sandbox's network")


def _answer(channel: socket) -> None:
    while what := channel.recv(1):
        try:
            made = _make(what)
        except OSError as problem:
            channel.send(str(problem).encode()[:60])
            continue
        send_fds(channel, [b"."], [made.fileno()])
        made.close()


def _make(what: bytes) -> socket:
    made = socket(AF_INET6 if what == b"6" else AF_INET, SOCK_STREAM)
    if what == b"l":
        made.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        # bubblewrap tells of the box before it has given the loopback its address; it has by the time it runs anything.
        made.setsockopt(IPPROTO_IP, _IP_FREEBIND, 1)
        made.bind(("127.0.0.1", PROXY_PORT))
        made.listen(128)
    else:
        made.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return made
