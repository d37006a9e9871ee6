"""Acts out an application that is tried: what it says, how it ends, what its tests do."""

import threading
from collections.abc import Callable

from engine.readiness.trial.leftovers import TRIAL_TAG
from engine.sandboxes.memory_programs import Call
from engine.sandboxes.port import Finished
from tests.pipeline.acting import Actor

FLASK = "from flask import Flask\napp = Flask(__name__)\n"
ROUTES = (
    FLASK + "\n\n@app.get('/orders')\ndef orders():\n    return ''\n\n\n@app.get('/logout')\ndef logout():\n    ...\n"
)
APP = {"app.py": ROUTES, "requirements.txt": "flask\ngunicorn\n"}
TESTED = APP | {"tests/test_app.py": "def test_sum():\n    assert 1 + 1 == 3\n"}


class TrialActor(Actor):
    """An Actor that knows a trial's commands. A served application and its trial run the same program."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.be_well()

    def be_well(self) -> None:
        """From now on trials go well."""
        #: What a trial says once it is up, and which status a path gets from it.
        self.trial_says = ""
        self.trial_paths: dict[str, int] = {}
        #: How a trial's server ends when it is told to, and how many seconds it takes for that.
        self.trial_end = Finished(0)
        self.lingers = 0.0
        #: How a trial ends although nobody told it to, before it is up.
        self.trial_falls: Finished | None = None
        self.falls_saying = "OSError: the database is locked\n"
        self.has_runner = True
        self.tests_say = "1 passed in 0.01s\n"
        self.tests_end = Finished(0)
        #: Called when a trial's command begins.
        self.at_trial: Callable[[Call], None] = lambda call: None

    def __call__(self, call: Call) -> Finished:
        if TRIAL_TAG not in call.command.environment:
            return super().__call__(call)
        self.at_trial(call)
        words = " ".join(call.command.argv)
        if "import pytest" in words:
            return Finished(0 if self.has_runner else 1)
        if "-m pytest" in words:
            return self._test(call)
        return Finished(0) if call.command.argv[0] == "cp" else self._try(call)

    def _test(self, call: Call) -> Finished:
        call.say(self.tests_say)
        return self.tests_end

    def _try(self, call: Call) -> Finished:
        if self.trial_falls is not None:
            call.say(f"Traceback (most recent call last):\n{self.falls_saying}")
            return self.trial_falls
        call.say(self.trial_says.replace("FOLDER", call.command.folder))
        call.serve(self._answer)
        threading.Event().wait(self.lingers)
        return self.trial_end

    def _answer(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        return self.trial_paths.get(path, 200), b"fine"
