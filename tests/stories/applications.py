"""Applications that the stories push."""

FLASK_REQUIREMENTS = "flask\n"


def flask(words: str) -> dict[str, str]:
    """A Flask application that says `words`."""
    start = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef home():\n"
    return {"requirements.txt": FLASK_REQUIREMENTS, "app.py": f"{start}    return {words!r}\n"}


#: Starts, then dies with a Python error.
BROKEN_FLASK = {
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\nraise RuntimeError('the flux is missing')\n"
}

#: Tries to reach an address for each visitor who asks, from inside the running application.
PROBING_FLASK = {
    "requirements.txt": FLASK_REQUIREMENTS,
    "app.py": """\
import os
import socket

from flask import Flask, request

app = Flask(__name__)


@app.get("/")
def home():
    return "probe"


@app.get("/connect")
def connect():
    try:
        socket.create_connection((request.args["host"], int(request.args["port"])), 3).close()
    except OSError as error:
        return f"refused: {error}"
    return "reached"


@app.get("/read")
def read():
    try:
        with open(request.args["path"], "rb") as file:
            return f"read {len(file.read())} bytes"
    except OSError as error:
        return f"refused: {error}"


@app.get("/environment")
def environment():
    return dict(os.environ)
""",
}

#: Prints a secret in several spellings as it starts, and tells visitors its digest alone.
TALKATIVE_FLASK = {
    "requirements.txt": FLASK_REQUIREMENTS,
    "app.py": """\
import base64
import hashlib
import os

from flask import Flask

secret = os.environ.get("CANARY", "")
print("plain", secret, flush=True)
print("base64", base64.b64encode(secret.encode()).decode(), "hex", secret.encode().hex(), flush=True)
app = Flask(__name__)


@app.get("/")
def home():
    return hashlib.sha256(secret.encode()).hexdigest()
""",
}


def probing_build(targets: list[tuple[str, int]], paths: list[str]) -> dict[str, str]:
    """A static site whose build step tries to reach addresses and files, and publishes what happened."""
    return {
        "slipway.yml": "build: [python3, probe.py]\nstart: [python3, serve.py]\n",
        "index.html": "<h1>probe</h1>",
        "serve.py": (
            "import http.server, os\n"
            "address = ('127.0.0.1', int(os.environ['PORT']))\n"
            "http.server.ThreadingHTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()\n"
        ),
        "probe.py": f"""\
import json
import os
import socket
import urllib.request

found = {{}}
for host, port in {targets!r}:
    try:
        socket.create_connection((host, port), 3).close()
        found[f"{{host}}:{{port}}"] = "reached"
    except OSError as error:
        found[f"{{host}}:{{port}}"] = f"refused: {{error}}"
    try:
        urllib.request.urlopen(f"http://{{host}}:{{port}}/", timeout=5).close()
        found[f"proxy {{host}}:{{port}}"] = "reached"
    except OSError as error:
        found[f"proxy {{host}}:{{port}}"] = f"refused: {{error}}"
for path in {paths!r}:
    try:
        open(path, "rb").close()
        found[path] = "reached"
    except OSError as error:
        found[path] = f"refused: {{error}}"
with open("found.json", "w") as file:
    json.dump(found, file)
""",
    }
