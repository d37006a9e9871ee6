"""One small application, for every target: it says what a file says, or ends at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.errors import Cause, StageFailed
from engine.pipeline.revision import WITH_PATH
from engine.sandboxes.memory_programs import Call
from engine.sandboxes.port import Finished
from engine.source.archive import Entry, Kind
from engine.targets.port import Source

SERVER = """\
import http.server, os, pathlib
words = pathlib.Path('words.txt').read_text()
if words == 'broken':
    raise RuntimeError('it is broken')
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = (words + os.environ.get('SUFFIX', '')).encode()
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
"""


@dataclass(frozen=True)
class Files:
    """The Source of an application that says `words`."""

    words: str

    @property
    def _files(self) -> dict[str, bytes]:
        start = "start: [python3, server.py]\n"
        return {"slipway.yml": start.encode(), "server.py": SERVER.encode(), "words.txt": self.words.encode()}

    def paths(self) -> Collection[str]:
        """Every file's path."""
        return tuple(self._files)

    def read(self, path: str) -> bytes | None:
        """A file's bytes."""
        return self._files.get(path)

    def entries(self) -> Iterable[Entry]:
        """Every file with its bytes."""
        return [Entry(path, Kind.FILE, data) for path, data in self._files.items()]


def act(call: Call) -> Finished:
    """Acts it out in a sandbox in memory."""
    argv = tuple(call.command.argv)
    argv = argv[len(WITH_PATH) + 1 :] if argv[: len(WITH_PATH)] == WITH_PATH else argv
    if argv[0] == "false":
        return Finished(1)
    if argv != ("python3", "server.py"):
        return Finished(0)
    words = call.files[f"{call.command.folder}/words.txt"]
    if words == b"broken":
        return Finished(1)
    suffix = call.command.environment.get("SUFFIX", "").encode()
    return call.serve(lambda path: (200, words + suffix))


def said_in_memory(source: Source) -> str:
    """Acts it out in a target in memory."""
    words = (source.read("words.txt") or b"").decode()
    if words == "broken":
        raise StageFailed(Cause("The application exited with 1.", code="exited"))
    return words
