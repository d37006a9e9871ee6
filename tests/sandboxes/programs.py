"""Programs that the contract suite runs: really in a real sandbox, acted out in memory."""

import os
from collections.abc import Mapping

from engine.sandboxes.memory_programs import Call, Script
from engine.sandboxes.port import Finished

SERVER = """\
import http.server, os, pathlib
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = pathlib.Path('page.txt').read_bytes()
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
print('up', flush=True)
http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
"""
FOLDER = "/home/user"


def _talk(call: Call) -> Finished:
    call.say("one\n")
    call.say(f"{call.command.environment['WORD']}\n")
    return Finished(3)


def _sleep(call: Call) -> Finished:
    call.asked_to_end.wait()
    return Finished(143)


def _stubborn(call: Call) -> Finished:
    call.say("deaf\n")
    call.asked_to_end.wait()
    return Finished(137)


def _fall(call: Call) -> Finished:
    call.say("so long\n")
    return Finished(3)


def _words(call: Call) -> Finished:
    call.say("|".join(call.command.argv[4:]) + "\n")
    return Finished(0)


def _serve(call: Call) -> Finished:
    call.say("up\n")
    return call.serve(lambda path: (200, call.files[f"{FOLDER}/page.txt"]))


TALK = ("sh", "-c", 'echo one; echo "$WORD"; exit 3')
SLEEP = ("sleep", "60")
STUBBORN = ("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done")
WORDS = ("python3", "-c", "import sys; print('|'.join(sys.argv[2:]))", "words", "a b", "$HOME", "'\";`id`", "*", "")
FALL = ("sh", "-c", "echo so long; exit 3")
SERVE = ("python3", "-c", SERVER)

ACTED: Mapping[tuple[str, ...], Script] = {
    TALK: _talk,
    SLEEP: _sleep,
    STUBBORN: _stubborn,
    SERVE: _serve,
    FALL: _fall,
    WORDS: _words,
}


def act(call: Call) -> Finished:
    """Acts out any of the programs above."""
    return ACTED[tuple(call.command.argv)](call)


def settings_of_this_machine() -> dict[str, str]:
    """What a sandbox host needs to know of the machine: nothing of ours is among it."""
    names = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "PIP_CERT", "PIP_FIND_LINKS")
    return {name: os.environ[name] for name in names if name in os.environ}
