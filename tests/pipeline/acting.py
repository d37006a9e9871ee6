"""Acts out a Flask application's commands in a sandbox in memory; what app.py says decides what happens."""

from collections.abc import Callable

from engine.pipeline.revision import WITH_PATH
from engine.sandboxes.memory_programs import Call
from engine.sandboxes.port import Finished

FLASK = "from flask import Flask\napp = Flask(__name__)\n# says: {words}\n"
CRASH = FLASK.format(words="") + "# crash\n"
REQUIREMENTS = "flask\ngunicorn\n"


def flask(words: str) -> dict[str, str]:
    """A Flask application that says `words`."""
    return {"app.py": FLASK.format(words=words), "requirements.txt": REQUIREMENTS}


class Actor:
    """Keeps every command that was run, as the plan wrote it."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, ...]] = []
        #: Called before a command is acted out.
        self.before: Callable[[Call], None] = lambda call: None
        self.egress: dict[str, tuple[str, ...]] = {}
        #: What an application answers at a path, and how a program ends, where it isn't the usual.
        self.paths: dict[str, int] = {}
        self.codes: dict[str, int] = {}

    def __call__(self, call: Call) -> Finished:
        argv = tuple(call.command.argv)
        argv = argv[len(WITH_PATH) + 1 :] if argv[: len(WITH_PATH)] == WITH_PATH else argv
        self.ran.append(argv)
        self.egress[argv[0].rpartition("/")[2]] = call.egress
        self.before(call)
        return self._serve(call) if argv[0].endswith("gunicorn") else self._install(call, argv)

    def _install(self, call: Call, argv: tuple[str, ...]) -> Finished:
        call.say(f"running {' '.join(argv[:2])}\n")
        requirements = call.files.get(f"{call.command.folder}/requirements.txt", b"")
        if b"slow" in requirements:
            call.asked_to_end.wait()
            return Finished(143)
        if b"missing" in requirements and "pip" in argv:
            call.say("error: egress to evil.example.com is not allowed\n")
            return Finished(1)
        return Finished(self.codes.get(argv[0], 0))

    def _serve(self, call: Call) -> Finished:
        source = call.files[f"{call.command.folder}/app.py"].decode()
        if "# crash" in source:
            call.say('Traceback (most recent call last):\n  File "')
            call.say(f'{call.command.folder}/app.py", line 3, in <module>\nRuntimeError: the flux is missing\n')
            return Finished(1)
        if "# deaf" in source:
            call.say("Running on http://127.0.0.1:5000\n")
            call.asked_to_end.wait()
            return Finished(0)
        if "# memory" in source:
            return Finished(-1, out_of_memory=True)
        status = 500 if "# error" in source else 200
        words = source.partition("# says: ")[2].encode()
        return call.serve(lambda path: (self.paths.get(path, status), words))
