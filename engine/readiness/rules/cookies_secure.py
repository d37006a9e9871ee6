"""Cookies that sign somebody in only travel over HTTPS."""

from collections.abc import Iterator

from engine.detect.routes.javascript import Word
from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.cookies_python import SIGNS_IN, python_cookies, uses_sessions
from engine.readiness.sources.distinct import distinct
from engine.readiness.sources.node_calls import NodeScript, entries, node_scripts, spreads
from engine.readiness.sources.stack import stack_of

NODE = frozenset({"express-session", "cookie-session", "cookie-parser", "koa-session"})


def check(facts: Facts) -> Verdict:
    """Settings of Flask and Django, SessionMiddleware, express-session, and cookies that are set by hand."""
    stack = stack_of(facts)
    hits: list[Hit] = []
    applies = False
    if stack.python_serves:
        applies = uses_sessions(facts, stack)
        hits += (Hit(each.message, each.path, each.line, key=each.key) for each in python_cookies(facts, stack))
    if stack.node_serves:
        applies |= bool(NODE & stack.dependencies)
        hits += _node(facts)
    return broken_by(distinct(hits)) if hits or applies else NotApplicable()


def _node(facts: Facts) -> Iterator[Hit]:
    for script in node_scripts(facts, "express-session", "cookie-session", ".cookie("):
        if not _set_later(script):
            for word, given in script.calls(*script.imports("express-session")):
                yield from _session(script, word, given)
        for word, given in script.calls("cookie"):
            yield from _by_hand(script, word, given)


def _session(script: NodeScript, word: Word, given: list[tuple[Word, ...]]) -> Iterator[Hit]:
    """`session({ … })`: `cookie.secure` is false where nothing says otherwise."""
    options = entries(given[0]) if given else {}
    if not given or not options or spreads(given[0]):
        return
    cookie = options.get("cookie")
    if cookie is not None and (not entries(cookie) or spreads(cookie)):
        return
    secure = entries(cookie).get("secure") if cookie is not None else None
    if secure is None:
        message = "The session's cookie isn't `secure`: it travels over plain HTTP too."
        yield Hit(message, script.path, word.line, key="session")
    elif [each.value for each in secure] == ["false"]:
        message = "The session's cookie says `secure: false`: it travels over plain HTTP too."
        yield Hit(message, script.path, secure[0].line, key="session")


def _set_later(script: NodeScript) -> bool:
    """`sess.cookie.secure = true`, as Express's own documentation has it."""
    return any(
        script.words[at].is_name("secure") and script.words[at + 1].is_sign("=") for at in range(len(script.words) - 1)
    )


def _by_hand(script: NodeScript, word: Word, given: list[tuple[Word, ...]]) -> Iterator[Hit]:
    """`res.cookie("token", value, { httpOnly: true })`."""
    name = script.text_of(given[0]) if len(given) in (2, 3) else None
    if not name or not SIGNS_IN.search(name) or _takes_away(script, given):
        return
    options = entries(given[2]) if len(given) == 3 else {}
    if len(given) == 3 and (not given[2][0].is_sign("{") or spreads(given[2])):
        return
    secure = options.get("secure")
    if secure is None or [each.value for each in secure] == ["false"]:
        yield Hit(
            f"The cookie {name} is set without `secure`: it travels over plain HTTP too.",
            script.path,
            word.line,
            key=name,
        )


def _takes_away(script: NodeScript, given: list[tuple[Word, ...]]) -> bool:
    """`res.cookie("token", "", { maxAge: 0 })`."""
    value = [each.value for each in given[1]]
    said = {each.value for each in given[2]} if len(given) == 3 else set()
    return (
        script.text_of(given[1]) == ""
        or value in (["null"], ["none"])
        or bool(said & {"expires", "0"} and "1" not in value)
    )


DJANGO = {
    "requirements.txt": "django==5.1\n",
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
}
APPS = 'INSTALLED_APPS = ["django.contrib.sessions"]\n'
RULE = Rule(
    id="cookies-secure",
    title="Cookies that sign in only travel over HTTPS",
    severity=Severity.WARNING,
    why="One request over plain HTTP hands the session to everybody on the way.",
    fix="Set `SESSION_COOKIE_SECURE = True` (Django: `CSRF_COOKIE_SECURE` too), `https_only=True`, or `cookie: { "
    "secure: true }` with `app.set('trust proxy', 1)`.",
    link="https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Cookies#block_access_to_your_cookies",
    check=check,
    good=Example({**DJANGO, "shop/settings.py": APPS + "SESSION_COOKIE_SECURE = True\nCSRF_COOKIE_SECURE = True\n"}),
    bad=Example({**DJANGO, "shop/settings.py": APPS}),
    details="Looked at: Flask where its session or flask-login is used, Django's settings where sessions are installed,"
    " SessionMiddleware, express-session, and cookies set by hand whose name says that they sign in. A setting "
    "that an `if` or the environment decides is kept.",
)
