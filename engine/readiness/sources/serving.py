"""The program that serves in the end: wrappers, shells and package scripts taken off a start command."""

import posixpath
import re
import shlex
from dataclasses import dataclass, replace

from engine.detect.tree import FileTree, SubTree
from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.node_package import node_package
from engine.readiness.sources.start_elsewhere import StartLine
from engine.readiness.sources.start_line import start_lines

ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
#: Programs that only start another one: name → how many words of their own come before it (options come off anyway).
WRAPPERS = {
    "exec": 0, "env": 0, "nohup": 0, "dumb-init": 0, "tini": 0, "npx": 0, "bunx": 0, "cross-env": 0, "ddtrace-run": 0,
    "opentelemetry-instrument": 0, "dotenv": 0, "cross-env-shell": 0,
}  # fmt: skip
RUNNERS = {"poetry": "run", "uv": "run", "pipenv": "run", "pdm": "run", "rye": "run", "newrelic-admin": "run-program"}
PACKAGE_RUNNERS = ("npm", "yarn", "pnpm", "bun")
#: Words behind these are commands of the package runner itself.
NOT_SCRIPTS = frozenset({"install", "ci", "exec", "add", "i", "init", "prune", "rebuild", "cache", "config"})
DEPTH = 4


@dataclass(frozen=True)
class Serving:
    """How it is served."""

    #: `gunicorn`, `flask`, `python`, `node`, `next`, …; empty: it can't be told by reading.
    program: str
    words: tuple[str, ...]
    environment: dict[str, str]
    #: The command as it is written at that place.
    text: str
    #: Where it is written, in the repository; empty: nowhere, detection says it.
    path: str
    line: int
    #: In which folder of the application it runs.
    folder: str = "."
    #: True: only an image or one platform starts it so.
    elsewhere: bool = False

    @property
    def written(self) -> bool:
        """True when the repository says it itself."""
        return bool(self.path)

    @property
    def file(self) -> str:
        """The source that Python or Node is given, relative to the application's folder; empty: none."""
        if self.program not in ("python", "node", "ts-node", "tsx", "bun", "deno"):
            return ""
        first = next((word for word in self.words if not word.startswith("-")), "")
        return posixpath.normpath(posixpath.join(self.folder, first)) if "." in first or "/" in first else ""

    def option(self, *names: str) -> str | None:
        """The value of the first of these options that is given: `--port 80`, `--port=80`, `-p80`; None: none is."""
        for place, word in enumerate(self.words):
            for name in names:
                if word == name:
                    return self.words[place + 1] if place + 1 < len(self.words) else ""
                if word.startswith(f"{name}=") or (len(name) == 2 and word.startswith(name) and len(word) > 2):
                    return word[len(name) :].removeprefix("=")
        return None


def serving(facts: Facts) -> Serving | None:
    """By the strongest start command that is written, else as it was detected; None: neither."""
    lines = start_lines(facts)
    # A static plan in a tree with a server is only what is left when nothing says how that starts.
    plan = None if facts.plan is None or facts.plan.runtime == "static" else facts.plan
    if lines and not (lines[0].elsewhere and plan is not None):
        return serving_of(facts, lines[0])
    if plan is not None and plan.start:
        return serving_of(facts, StartLine(" ".join(plan.start), "", 0))
    return None


def serving_of(facts: Facts, line: StartLine) -> Serving:
    """How it is served by this command."""
    start = Serving("", (), {}, line.command, line.path, line.line, elsewhere=line.elsewhere)
    return _resolved(facts, application(facts), start, DEPTH)


def _resolved(facts: Facts, tree: FileTree, at: Serving, depth: int) -> Serving:
    parts = _parts(at.text)
    if not parts or depth == 0:
        return at
    folder = at.folder
    for part in parts[:-1]:
        if part[:1] == ["cd"] and len(part) == 2:
            folder = posixpath.normpath(posixpath.join(folder, part[1]))
    environment, words = _unwrapped(parts[-1])
    if not words:
        return at
    program = posixpath.basename(words[0])
    at = replace(at, folder=folder, environment=at.environment | environment)
    if program in ("sh", "bash") and len(words) > 2 and words[1] in ("-c", "-lc"):
        return _resolved(facts, tree, replace(at, text=words[2]), depth - 1)
    if program in PACKAGE_RUNNERS and (script := _script(program, words[1:])):
        return _of_script(facts, tree, at, script, depth)
    program, arguments = _python(program, words[1:])
    return replace(at, program=program, words=tuple(arguments))


def _parts(text: str) -> list[list[str]]:
    """The commands of a line that run one after the other; none when some run side by side or it can't be read."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        tokens = list(lexer)
    except ValueError:
        return []
    parts: list[list[str]] = [[]]
    redirected = False
    for token in tokens:
        if redirected:
            redirected = False
        elif token in ("&&", ";", "||"):
            parts.append([])
        elif re.fullmatch(r"[<>]+&?|&>+", token):
            redirected = True
        elif re.fullmatch(r"[()<>|&;]+", token):
            return []
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _unwrapped(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """The variables that are set for a command, and the command without what only starts it."""
    environment: dict[str, str] = {}
    rest = list(words)
    while rest:
        name = posixpath.basename(rest[0])
        if ASSIGNMENT.match(rest[0]):
            key, _, value = rest.pop(0).partition("=")
            environment[key] = value
        elif name in WRAPPERS or (name in RUNNERS and rest[1:2] == [RUNNERS[name]]):
            rest = rest[2:] if name in RUNNERS else rest[1:]
            rest = rest[rest.index("--") + 1 :] if "--" in rest else rest
            while rest and rest[0].startswith("-"):
                rest.pop(0)
        else:
            break
    return environment, rest


def _script(program: str, words: list[str]) -> str:
    """The name of the script that a package runner runs; empty: none."""
    plain = [word for word in words if not word.startswith("-")]
    if any(word.startswith(("--prefix", "-C", "--cwd", "--filter", "-w", "--workspace")) for word in words):
        return ""
    if plain[:1] == ["run"]:
        return plain[1] if len(plain) > 1 else ""
    if not plain or plain[0] in NOT_SCRIPTS:
        return ""
    return plain[0] if program != "npm" or plain[0] in ("start", "test") else ""


def _of_script(facts: Facts, tree: FileTree, at: Serving, script: str, depth: int) -> Serving:
    below = tree if at.folder == "." else SubTree(tree, at.folder)
    package = node_package(below)
    text = package.scripts.get(script, "").strip() if package else ""
    if package is None or not text:
        return at
    path = in_repository(facts, posixpath.join(at.folder, "package.json"))
    return _resolved(facts, tree, replace(at, text=text, path=path, line=package.line_of("scripts", script)), depth - 1)


def _python(program: str, words: list[str]) -> tuple[str, list[str]]:
    """`python -m gunicorn app:app` is gunicorn; `python3.11` is python."""
    if not re.fullmatch(r"python[\d.]*", program):
        return program, words
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-m":
        rest.pop(0)
    if rest[:1] == ["-m"] and len(rest) > 1:
        return rest[1], rest[2:]
    if rest and posixpath.basename(rest[0]) == "manage.py":
        return "manage.py", rest[1:]
    return "python", rest
