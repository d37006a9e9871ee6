"""Session cookies of Python applications that are sent over plain HTTP too."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository, text_of
from engine.readiness.sources.django_settings import django_settings
from engine.readiness.sources.flask_settings import sure_settings
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import keyword, python_sources
from engine.readiness.sources.python_values import Written, value_of
from engine.readiness.sources.stack import Stack

#: Names of cookies that sign somebody in.
SIGNS_IN = re.compile(r"sess|token|auth|jwt|(^|_)sid$", re.IGNORECASE)
#: What Flask's session is used through.
SESSIONS = ("flask.session", "flask_login.LoginManager", "flask_login.login_user", "flask_session.Session")
#: Extensions that set it.
SAFE = ("talisman", "SESSION_COOKIE_SECURE")
WRITTEN_IN = (".py", ".cfg", ".toml", ".json", ".ini", ".env", ".example")


@dataclass(frozen=True)
class PlainCookie:
    """One of them, and in words which."""

    message: str
    path: str
    line: int
    key: str


def python_cookies(facts: Facts, stack: Stack) -> Iterator[PlainCookie]:
    """Every one that is sure."""
    if "flask" in stack.frameworks:
        yield from _flask(facts)
    if "django" in stack.frameworks:
        yield from _django(facts)
    yield from _starlette(facts)
    yield from _set_cookies(facts)


def uses_sessions(facts: Facts, stack: Stack) -> bool:
    """True when there is a cookie to speak of."""
    sources = python_sources(application(facts), "session", "set_cookie", "login")
    return "django" in stack.frameworks or any("session" in each.text or "set_cookie" in each.text for each in sources)


def _flask(facts: Facts) -> Iterator[PlainCookie]:
    for setting in sure_settings(facts, "SESSION_COOKIE_SECURE"):
        if value_of(setting.value, setting.names) == Written(False):
            message = "SESSION_COOKIE_SECURE is False: the session travels over plain HTTP too."
            yield PlainCookie(message, setting.path, setting.line, "SESSION_COOKIE_SECURE")
    if _is_safe(facts):
        return
    for source in python_sources(application(facts), "session", "flask_login"):
        names = Names.of(source.module)
        if any(origin in SESSIONS for origin in names.imported.values()):
            message = (
                "Flask's session is used here, and nothing sets SESSION_COOKIE_SECURE: it travels over plain HTTP too."
            )
            yield PlainCookie(message, in_repository(facts, source.path), _imported_at(source.module), "session")
            return


def _is_safe(facts: Facts) -> bool:
    tree = application(facts)
    texts = (text_of(tree, path) or "" for path in tree.paths() if path.endswith(WRITTEN_IN))
    return any(word in text for text in texts for word in SAFE)


def _imported_at(module: ast.Module) -> int:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and any(f"{node.module}.{each.name}" in SESSIONS for each in node.names):
            return node.lineno
    return 0


def _django(facts: Facts) -> Iterator[PlainCookie]:
    found = django_settings(facts)
    apps = found.settings.get("INSTALLED_APPS") if found else None
    if found is None or found.open_end or apps is None or not _names_sessions(apps.value):
        return
    absent = []
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        setting = found.settings.get(name)
        if setting is None:
            absent.append(name)
        elif setting.sure and value_of(setting.value, setting.names) == Written(False):
            yield PlainCookie(f"{name} is False: it travels over plain HTTP too.", setting.path, setting.line, name)
    if absent:
        message = (
            f"{' and '.join(absent)} {'are' if len(absent) > 1 else 'is'} not set: cookies travel over plain HTTP too."
        )
        yield PlainCookie(message, found.path, 0, "unset")


def _names_sessions(apps: ast.expr) -> bool:
    return any(isinstance(each, ast.Constant) and each.value == "django.contrib.sessions" for each in ast.walk(apps))


def _starlette(facts: Facts) -> Iterator[PlainCookie]:
    for source in python_sources(application(facts), "SessionMiddleware"):
        names = Names.of(source.module)
        for call in source.calls():
            named = [names.origin(each) for each in (call.func, *call.args)]
            if "starlette.middleware.sessions.SessionMiddleware" in named and _is_plain(call, "https_only", names):
                message = "SessionMiddleware without https_only=True: the session travels over plain HTTP too."
                yield PlainCookie(message, in_repository(facts, source.path), call.lineno, "SessionMiddleware")


def _set_cookies(facts: Facts) -> Iterator[PlainCookie]:
    """`response.set_cookie("access_token", …)` without `secure`."""
    for source in python_sources(application(facts), "set_cookie"):
        names = Names.of(source.module)
        for call in source.calls():
            if isinstance(call.func, ast.Attribute) and call.func.attr == "set_cookie":
                first = keyword(call, "key") or (call.args[0] if call.args else None)
                value = value_of(first, names) if first is not None else None
                name = value.value if isinstance(value, Written) and isinstance(value.value, str) else ""
                if name and SIGNS_IN.search(name) and not _takes_away(call, names) and _is_plain(call, "secure", names):
                    message = f"The cookie {name} is set without secure=True: it travels over plain HTTP too."
                    yield PlainCookie(message, in_repository(facts, source.path), call.lineno, name)


def _takes_away(call: ast.Call, names: Names) -> bool:
    """`set_cookie("token", "", expires=0)`; or so many arguments that `secure` may be among them."""
    value = keyword(call, "value") or (call.args[1] if len(call.args) > 1 else None)
    ends = any(
        each.arg in ("expires", "max_age") and value_of(each.value, names) == Written(0) for each in call.keywords
    )
    return ends or len(call.args) > 5 or (value is not None and value_of(value, names) == Written(""))


def _is_plain(call: ast.Call, option: str, names: Names) -> bool:
    """True when an option is missing for sure, or False."""
    given = keyword(call, option)
    if given is None:
        return all(each.arg is not None for each in call.keywords) and not any(
            isinstance(each, ast.Starred) for each in call.args
        )
    return value_of(given, names) == Written(False)
