"""No file with values of variables is committed."""

import posixpath
import re
from collections.abc import Iterator

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import is_application, text_of
from engine.readiness.sources.environment import is_given

#: Files that programs read variables from, and those that only show which there are.
FILE = re.compile(r"^\.env(\..+)?$|^(prod|production|staging)\.env$")
SHOWN = re.compile(r"example|sample|template|dist|default|schema|test|ci$|vault$|encrypted", re.IGNORECASE)
LINE = re.compile(r"^\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)$")
#: Characters of a line that are read.
LONGEST_LINE = 1000
SECRET = re.compile(
    r"SECRET|PASSWORD|PASSWD|PASSPHRASE|(^|_)(PASS|PWD|TOKEN|DSN)(_|$)|PRIVATE|CREDENTIAL|API_?KEY|ACCESS_KEY|_KEY$",
    re.I,
)
#: What a browser gets to see anyway.
PUBLIC = ("NEXT_PUBLIC_", "VITE_", "REACT_APP_", "NUXT_PUBLIC_", "PUBLIC_", "GATSBY_", "EXPO_PUBLIC_", "VUE_APP_")
#: Values that stand for one: `<your key>`, `changeme`, `xxx`, `${OTHER}`, `your-api-key`.
PLACEHOLDER = re.compile(
    r"^(|<.*>|\[.*\]|\{.*\}|\$\{.*\}|\$\(.*\)|\$[A-Z_]+|x{3,}|\*+|\.{3}|-+|none|null|todo|fixme|"
    r"(your|my|enter|insert|paste|replace|change)[-_ ]?.*|(add|put|some|the|set)[-_ ].*|.*(_|-)here|"
    r".*change.?me.*|.*placeholder.*|example.*|dummy.*|fake.*|test|foo|bar|secret|password)$",
    re.IGNORECASE,
)
#: `scheme://user:password@host`
ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://[^/\s:@]*:(?P<password>[^/\s@]+)@(?P<host>[^/\s:]+)", re.IGNORECASE)
HERE = re.compile(r"^(localhost|127\.0\.0\.1|db|database|postgres|mysql|mongo|redis|host\.docker\.internal)$", re.I)


def check(facts: Facts) -> Verdict:
    """Committed files by name, judged by the values in them."""
    names = [path for path in facts.tree.paths() if _is_environment_file(path)]
    hits = [hit for path in names for hit in _of_file(facts, path)]
    return broken_by(hits) if hits or names or _has_code(facts) else NotApplicable()


def _is_environment_file(path: str) -> bool:
    name = posixpath.basename(path)
    return FILE.match(name) is not None and not SHOWN.search(name) and is_application(path)


def _has_code(facts: Facts) -> bool:
    return any(path.endswith((".py", "package.json")) for path in facts.tree.paths())


def _of_file(facts: Facts, path: str) -> Iterator[Hit]:
    """One hit for each file: by its first secret, else by its first value."""
    found = [*_values(text_of(facts.tree, path) or "")]
    # Below the application's folder lie templates and other programs' files: only secrets are worth a word there.
    uppermost = posixpath.dirname(path) in ("", facts.project.root)
    for number, name, value in found:
        if _is_secret(name, value):
            message = f"{path} is committed with the value of {name}: everybody who reads the repository has it."
            yield Hit(message, path, number)
            return
    for number, name, value in found:
        if uppermost and not name.startswith(PUBLIC) and not is_given(name) and not _stands_for_one(name, value):
            message = f"{path} is committed with values, such as {name}'s: what is put in it next is committed too."
            yield Hit(message, path, number, severity=Severity.NOTE)
            return


def _values(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if found := LINE.match(line[:LONGEST_LINE]):
            yield number, found["name"], re.sub(r"\s#.*$", "", found["value"]).strip().strip("\"'")


def _stands_for_one(name: str, value: str) -> bool:
    """True for a placeholder, also `SECRET_KEY=secretKey`."""
    plain = re.sub(r"[\W_]", "", value).lower()
    return PLACEHOLDER.match(value) is not None or plain in re.sub(r"_", "", name).lower()


def _is_secret(name: str, value: str) -> bool:
    """True for a value that opens something: by what it is called, or an address with a password in it."""
    if name.startswith(PUBLIC) or _stands_for_one(name, value):
        return False
    if address := ADDRESS.match(value):
        return not HERE.match(address["host"]) and not PLACEHOLDER.match(address["password"])
    return SECRET.search(name) is not None and len(value) >= 6 and not re.fullmatch(r"\d+|true|false", value, re.I)


RULE = Rule(
    id="env-file-ignored",
    title="No .env with values is committed",
    severity=Severity.BLOCKING,
    why="A secret in git is in every clone and stays in the history; robots look for exactly this file.",
    fix="`git rm --cached .env`, add `.env` to `.gitignore`, and give every secret in it a new value. "
    "Names without values belong in `.env.example`.",
    link="https://12factor.net/config",
    check=check,
    good=Example({"app.py": "import os\n", ".gitignore": ".env\n", ".env.example": "API_KEY=\n"}),
    bad=Example({"app.py": "import os\n", ".env": "PORT=8000\nAPI_KEY=4f1c0de5ba5e11\n"}),
    button="gitignore",
    details="Looked at: files named `.env` or `.env.…` that aren't examples, templates or for tests. A value blocks "
    "when its name says that it is secret, or when it is an address with a password of another machine; "
    "placeholders don't count, nor what browsers see anyway (`NEXT_PUBLIC_…`, `VITE_…`). A file with other "
    "values is a note.",
)
