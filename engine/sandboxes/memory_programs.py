"""What runs in a sandbox in memory: a call, and the small programs of files that are acted out for everybody."""

import http.server
import io
import posixpath
import socketserver
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

from engine.sandboxes.port import Command, Finished
from engine.sandboxes.unpacking import MISSING, SCRIPT

#: Bytes of a command's output that are kept.
KEPT = 64 << 10

Answer = Callable[[str], tuple[int, bytes]]


class Call:
    """One command while it is acted out. A script reads `command`, says things, serves, and answers with its end."""

    def __init__(
        self,
        command: Command,
        files: dict[str, bytes],
        egress: tuple[str, ...],
        door: Callable[[int], Path],
        on_output: Callable[[bytes], None],
    ) -> None:
        self.command = command
        self.files = files
        #: What the command may reach.
        self.egress = egress
        #: Set once somebody asked it to end.
        self.asked_to_end = threading.Event()
        self.killed = False
        self._door = door
        self._on_output: Callable[[bytes], None] | None = on_output
        self._said = b""
        self._over = threading.Event()
        self._fate = Finished(0)
        self._server: socketserver.BaseServer | None = None

    def say(self, text: str) -> None:
        """Writes to its output."""
        self._said = (self._said + text.encode())[-KEPT:]
        if self._on_output is not None:
            self._on_output(text.encode())

    def said(self) -> bytes:
        """The end of its output."""
        return self._said

    def serve(self, answer: Answer) -> Finished:
        """Answers requests on `$PORT` until asked to end; `answer` gives status and body of a path."""
        door = self._door(int(self.command.environment["PORT"]))
        door.unlink(missing_ok=True)
        self._server = _Server(str(door), _handler(answer))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self._over.wait()
        return self._fate

    def die(self, fate: Finished) -> None:
        """Ends a server although nobody asked it to."""
        self._fate = fate
        self._over.set()

    def terminate(self) -> None:
        """SIGTERM."""
        self.asked_to_end.set()
        self._over.set()

    def kill(self) -> None:
        """SIGKILL: whatever the script answers, it was killed."""
        if not self.asked_to_end.is_set():
            self.killed = True
        self.asked_to_end.set()
        self._over.set()

    def detach(self) -> None:
        """Nobody listens any more."""
        self._on_output = None

    def close(self) -> None:
        """Closes its door."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._door(int(self.command.environment["PORT"])).unlink(missing_ok=True)


#: Acts a command out, to its end.
Script = Callable[[Call], Finished]


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Silent: a visitor went away."""


def _handler(answer: Answer) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent: a unix client has no address to name."""

    return Handler


def _unpack(call: Call) -> Finished:
    """What `unpacking.SCRIPT` does."""
    file, folder, asked = call.command.argv[4:]
    with tarfile.open(fileobj=io.BytesIO(call.files[file])) as archive:
        for entry in archive.getmembers():
            content = archive.extractfile(entry) if entry.isreg() else None
            path = posixpath.join(folder, entry.name)
            call.files[path] = content.read() if content else f"-> {entry.linkname}".encode()
    return Finished(0 if asked in call.files else MISSING)


def _test(call: Call) -> Finished:
    """`test -e FILE`."""
    return Finished(0 if call.command.argv[2] in call.files else 1)


def _rm(call: Call) -> Finished:
    """`rm -rf -- PATH…`."""
    for gone in call.command.argv[3:]:
        for path in [path for path in call.files if path == gone or path.startswith(f"{gone}/")]:
            del call.files[path]
    return Finished(0)


def _ls(call: Call) -> Finished:
    """`ls -1 -- FOLDER`."""
    folder = f"{call.command.argv[3]}/"
    names = {path.removeprefix(folder).partition("/")[0] for path in call.files if path.startswith(folder)}
    call.say("".join(f"{name}\n" for name in sorted(names)))
    return Finished(0 if names else 2)


def program_of(command: Command) -> Script | None:
    """The small program that a command is, if it is one."""
    if tuple(command.argv[1:3]) == ("-c", SCRIPT):
        return _unpack
    return {"test": _test, "rm": _rm, "ls": _ls}.get(command.argv[0])
