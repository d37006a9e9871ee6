"""Sockets in a network that is still being set up: bubblewrap tells of a box before it has brought its loopback up."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from worker.sandboxd.isolation.bwrap import PROXY_PORT
from worker.sandboxd.keeper.netns import NetworkNamespace

#: Takes a network of its own, in which the kernel has a table of local addresses, and 127.0.0.1 isn't in it yet:
#: bubblewrap's is so for some microseconds. Finishes the loopback when told to, and visits the proxy.
APART = f"""\
import ctypes, fcntl, socket, struct, sys
NEW_USER, NEW_NET, SET_FLAGS, SET_ADDRESS, UP = 0x10000000, 0x40000000, 0x8914, 0x8916, 1
assert ctypes.CDLL(None).unshare(NEW_USER | NEW_NET) == 0
asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def have(address):
    packed = struct.pack("H2x4s8x", socket.AF_INET, socket.inet_aton(address))
    fcntl.ioctl(asked, SET_ADDRESS, struct.pack("16s16s8x", b"lo", packed))
have("10.0.0.1")
print("apart", flush=True)
sys.stdin.readline()
have("127.0.0.1")
fcntl.ioctl(asked, SET_FLAGS, struct.pack("16sH22x", b"lo", UP))
with socket.create_connection(("127.0.0.1", {PROXY_PORT}), 30) as visitor:
    print(visitor.recv(5).decode(), flush=True)
"""


@pytest.fixture
def apart() -> Iterator[subprocess.Popen[bytes]]:
    """A process in a network whose loopback is down."""
    words = [sys.executable, "-I", "-c", APART]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"apart\n"
        yield process
        process.kill()


def test_the_proxy_is_bound_before_the_loopback_is_up_and_answers_after(apart: subprocess.Popen[bytes]) -> None:
    namespace = NetworkNamespace(apart.pid, None)
    with namespace.proxy_listener() as listener:
        listener.settimeout(30)
        assert apart.stdin is not None
        apart.stdin.write(b"go on\n")
        apart.stdin.flush()
        connected, _ = listener.accept()
        with connected:
            connected.sendall(b"hello")
    assert apart.stdout is not None
    assert apart.stdout.readline() == b"hello\n"
    namespace.close()
