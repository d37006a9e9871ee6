"""Keys that sign sessions and tokens come from the environment."""

import ast
import re
from collections.abc import Iterator

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.distinct import distinct
from engine.readiness.sources.django_settings import django_settings
from engine.readiness.sources.environment import variables_read
from engine.readiness.sources.flask_settings import overridden, sure_settings
from engine.readiness.sources.node_secrets import NodeSecret, node_secrets
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import keyword, python_sources
from engine.readiness.sources.python_values import Fallback, Value, Written, value_of
from engine.readiness.sources.stack import Stack, stack_of

#: Settings of Flask and its extensions that sign something.
FLASK = frozenset({"SECRET_KEY", "JWT_SECRET_KEY", "WTF_CSRF_SECRET_KEY", "SECURITY_PASSWORD_SALT"})
#: What signs in PyJWT and python-jose: the key is the second argument.
SIGNERS = frozenset({"jwt.encode", "jose.jwt.encode"})
#: Classes that are given a key to sign with.
KEYED = frozenset({"SessionMiddleware", "URLSafeTimedSerializer", "URLSafeSerializer", "TimestampSigner"})
#: Variables that hold such a key; a client's secret is another thing.
SIGNING = re.compile(r"(^|_)(SECRET|SECRET_KEY|JWT_KEY|SIGNING_KEY|COOKIE_KEY|SESSION_KEY)$")
NOT_SIGNING = re.compile(r"CLIENT|TEST|AWS|STRIPE|WEBHOOK|ACCESS|APP_SECRET|API|GOOGLE|GITHUB|FACEBOOK|TWITTER")
TEXT = "The key that signs {what} is written in the code: whoever reads it can forge them."
LATER = (
    "The key that signs sessions and tokens is written in the code, and counts unless a file or variable that isn't in "
    "the repository says otherwise."
)
OTHERWISE = "Without {variable}, {what} are signed with a key that is written in the code."


def check(facts: Facts) -> Verdict:
    """Flask's and Django's settings, keys that are handed to signers, session and token packages of Node."""
    stack = stack_of(facts)
    if not stack.python_serves and not stack.node_serves:
        return NotApplicable()
    hits = [*_python(facts, stack)] if stack.python_serves else []
    if stack.node_serves:
        hits += [_node(each) for each in node_secrets(facts)]
    hits += _variables(facts)
    # A text that stands in for a variable is seen by its name too.
    unique = {(hit.path, hit.line): hit for hit in reversed(hits)}
    return broken_by(distinct(unique.values()))


def _python(facts: Facts, stack: Stack) -> Iterator[Hit]:
    if "flask" in stack.frameworks:
        later = overridden(facts)
        for setting in sure_settings(facts, *FLASK):
            value = value_of(setting.value, setting.names)
            if later and isinstance(value, Written) and value.value:
                yield Hit(LATER, setting.path, setting.line, key=setting.name, severity=Severity.WARNING)
            else:
                yield from _hit(value, "sessions and tokens", setting.path, setting.line, setting.name)
    if "django" in stack.frameworks and (found := django_settings(facts)):
        key = found.settings.get("SECRET_KEY")
        if key is not None and key.sure and not found.open_end:
            yield from _hit(value_of(key.value, key.names), "sessions", key.path, key.line, "SECRET_KEY")
    yield from _signers(facts)


def _variables(facts: Facts) -> Iterator[Hit]:
    """Variables by whose names something is signed, and a text that stands in for them."""
    for each in variables_read(facts):
        if each.default.strip() and SIGNING.search(each.name) and not NOT_SIGNING.search(each.name):
            message = OTHERWISE.format(variable=each.name, what="sessions and tokens")
            yield Hit(message, each.path, each.line, key=each.name, severity=Severity.WARNING)


def _signers(facts: Facts) -> Iterator[Hit]:
    for source in python_sources(application(facts), "jwt", *KEYED):
        names = Names.of(source.module)
        path = in_repository(facts, source.path)
        for call in source.calls():
            key = _key(call, names)
            if key is not None:
                value = value_of(key, names)
                yield from _hit(value, "tokens and sessions", path, _line(key, names), "key")


def _key(call: ast.Call, names: Names) -> ast.expr | None:
    origin = names.origin(call.func)
    if origin in SIGNERS:
        return keyword(call, "key") or (call.args[1] if len(call.args) > 1 else None)
    if origin.split(".")[-1] in KEYED:
        return keyword(call, "secret_key") or (call.args[0] if call.args else None)
    if origin.endswith(".add_middleware") and any(
        names.origin(each).endswith("SessionMiddleware") for each in call.args
    ):
        return keyword(call, "secret_key")
    return None


def _line(key: ast.expr, names: Names) -> int:
    """Where the text stands, not where it is used."""
    if isinstance(key, ast.Name) and key.id in names.values:
        return names.values[key.id].lineno
    return key.lineno


def _hit(value: Value, what: str, path: str, line: int, key: str) -> Iterator[Hit]:
    match value:
        case Written(str() as text) if text.strip():
            yield Hit(TEXT.format(what=what), path, line, key=key)
        case Fallback(str() as text, variable) if text.strip():
            message = OTHERWISE.format(variable=variable, what=what)
            yield Hit(message, path, line, key=key, severity=Severity.WARNING)
        case _:
            pass


def _node(found: NodeSecret) -> Hit:
    if found.variable:
        message = OTHERWISE.format(variable=found.variable, what=found.what)
        return Hit(message, found.path, found.line, key=found.what, severity=Severity.WARNING)
    return Hit(TEXT.format(what=found.what), found.path, found.line, key=found.what)


RULE = Rule(
    id="secret-from-environment",
    title="Keys that sign come from the environment",
    severity=Severity.BLOCKING,
    why="Whoever can read the code can sign sessions and tokens as anybody, and a key that is in git can't be changed "
    "without a commit.",
    fix='Read it from the environment without a default: `app.secret_key = os.environ["SECRET_KEY"]`, '
    "`secret: process.env.SESSION_SECRET`. Set a new one: the old one is in the history.",
    link="https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY",
    check=check,
    good=Example(
        {
            "requirements.txt": "flask==3.1.0\n",
            "app.py": "import os\nfrom flask import Flask\n\napp = Flask(__name__)\n"
            'app.secret_key = os.environ["SECRET_KEY"]\n',
        }
    ),
    bad=Example(
        {
            "requirements.txt": "flask==3.1.0\n",
            "app.py": 'from flask import Flask\n\napp = Flask(__name__)\napp.secret_key = "not so secret"\n',
        }
    ),
    details="Looked at: SECRET_KEY and its like in Flask and Django, keys handed to `jwt.encode`, itsdangerous and "
    "SessionMiddleware, and secrets of express-session, cookie-session, cookie-parser and jsonwebtoken. A text "
    "that only stands in where a variable is missing is a warning.",
)
