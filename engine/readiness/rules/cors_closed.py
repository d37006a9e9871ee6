"""Other sites can't use a visitor's session."""

import ast
from collections.abc import Iterator

from engine.detect.routes.javascript import Word
from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.distinct import distinct
from engine.readiness.sources.django_settings import django_settings
from engine.readiness.sources.node_calls import NodeScript, entries, node_scripts
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import keyword, python_sources
from engine.readiness.sources.python_values import Written, value_of
from engine.readiness.sources.stack import stack_of

MESSAGE = "Every site may ask with the visitor's cookies: origins are open ({what}) and credentials are allowed."
ANY = ("*", ".*", "^.*$", "https?://.*", r".*\.*")


def check(facts: Facts) -> Verdict:
    """flask-cors, FastAPI's and Starlette's middleware, django-cors-headers, the cors package of Node, headers."""
    stack = stack_of(facts)
    if not stack.python_serves and not stack.node_serves:
        return NotApplicable()
    uses = {"flask-cors", "django-cors-headers", "cors", "@fastify/cors", "@koa/cors"} & stack.dependencies
    hits = [*_python(facts), *_django(facts)] if stack.python_serves else []
    hits += _node(facts) if stack.node_serves else ()
    middleware = any(True for _ in python_sources(application(facts), "CORSMiddleware"))
    return broken_by(distinct(hits)) if hits or uses or middleware else NotApplicable()


def _python(facts: Facts) -> Iterator[Hit]:
    for source in python_sources(application(facts), "CORS", "cross_origin"):
        names = Names.of(source.module)
        for call in source.calls():
            line = _flask(call, names) or _starlette(call, names)
            if line:
                yield Hit(MESSAGE.format(what="`*`"), in_repository(facts, source.path), line)


def _flask(call: ast.Call, names: Names) -> int:
    """The line where flask-cors is told to hand out credentials to everybody; it then names the asker's own origin."""
    if names.origin(call.func) not in ("flask_cors.CORS", "flask_cors.cross_origin"):
        return 0
    if any(each.arg is None for each in call.keywords) or not _is_true(keyword(call, "supports_credentials"), names):
        return 0
    origins, resources = keyword(call, "origins"), keyword(call, "resources")
    if origins is None and resources is None:
        return call.lineno
    if origins is not None:
        return origins.lineno if _is_any(origins, names) else 0
    return resources.lineno if resources is not None and _opens_all(resources, names) else 0


def _opens_all(resources: ast.expr, names: Names) -> bool:
    """`{r"/api/*": {"origins": "*"}}`."""
    for node in ast.walk(resources):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "origins" and _is_any(value, names):
                    return True
    return False


def _starlette(call: ast.Call, names: Names) -> int:
    """`add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)`."""
    given = [names.origin(each).split(".")[-1] for each in call.args]
    if "CORSMiddleware" not in given and names.origin(call.func).split(".")[-1] != "CORSMiddleware":
        return 0
    if not _is_true(keyword(call, "allow_credentials"), names):
        return 0
    for name in ("allow_origins", "allow_origin_regex"):
        value = keyword(call, name)
        if value is not None and _is_any(value, names):
            return value.lineno
    return 0


def _is_any(node: ast.expr, names: Names) -> bool:
    match value_of(node, names):
        case Written(str() as text):
            return text in ANY
        case Written(tuple() as texts):
            return any(each in ANY for each in texts)
        case _:
            return False


def _is_true(node: ast.expr | None, names: Names) -> bool:
    return node is not None and value_of(node, names) == Written(True)


def _django(facts: Facts) -> Iterator[Hit]:
    found = django_settings(facts)
    if found is None or found.open_end:
        return
    opened = next((name for name in ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL") if name in found.settings), "")
    both = [found.settings.get(name) for name in (opened, "CORS_ALLOW_CREDENTIALS")]
    if all(each is not None and each.sure and _is_true(each.value, each.names) for each in both):
        setting = found.settings[opened]
        yield Hit(MESSAGE.format(what=f"{opened} = True"), setting.path, setting.line)


def _node(facts: Facts) -> Iterator[Hit]:
    for script in node_scripts(facts, "cors", "Cors", "Access-Control-Allow-Credentials"):
        for _, given in script.calls(*script.imports("cors"), *script.imports("@koa/cors"), "enableCors"):
            yield from _options(script, given[0] if given else ())
        yield from _headers(script)


def _options(script: NodeScript, value: tuple[Word, ...]) -> Iterator[Hit]:
    """`cors({ origin: "*", credentials: true })`; `origin: true` names the asker's own."""
    options = entries(value if len(value) != 1 else _object_of(script, value[0]))
    origin, credentials = options.get("origin"), options.get("credentials")
    if not origin or not credentials or [each.value for each in credentials] != ["true"]:
        return
    said = [each.value for each in origin]
    if said in (["*"], ["true"], ["[", "*", "]"]):
        yield Hit(MESSAGE.format(what=f"`origin: {' '.join(said)}`"), script.path, origin[0].line)


def _object_of(script: NodeScript, name: Word) -> tuple[Word, ...]:
    """The object that a name of this file is given once."""
    places = [
        at
        for at in range(len(script.words) - 2)
        if script.words[at].value == name.value
        and script.words[at + 1].is_sign("=")
        and script.words[at + 2].is_sign("{")
    ]
    return script.words[places[0] + 2 :] if len(places) == 1 and name.kind == "name" else ()


def _headers(script: NodeScript) -> Iterator[Hit]:
    """The asker's own origin, or `*`, handed back beside `Allow-Credentials: true`."""
    allowed, opened = False, None
    for _, given in script.calls("header", "setHeader", "set", "append"):
        name = (script.text_of(given[0]) or "").lower() if given else ""
        value = [each.value for each in given[1]] if len(given) > 1 else []
        allowed |= name == "access-control-allow-credentials" and value == ["true"]
        if name == "access-control-allow-origin" and (value == ["*"] or value in OWN_ORIGIN):
            opened = given[0][0]
    if allowed and opened:
        yield Hit(MESSAGE.format(what="a header of its own"), script.path, opened.line)


OWN_ORIGIN = (["req", ".", "headers", ".", "origin"], ["request", ".", "headers", ".", "origin"])

RULE = Rule(
    id="cors-closed",
    title="CORS isn't open to all with credentials",
    severity=Severity.BLOCKING,
    why="Any page that a signed-in visitor opens elsewhere can read and do here what the visitor can; and a plain `*`"
    " with credentials is refused by browsers, so that it doesn't even work.",
    fix='Name the sites that may ask: `allow_origins=["https://shop.example"]`; or leave credentials out.',
    link="https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS/Errors/CORSNotSupportingCredentials",
    check=check,
    good=Example(
        {
            "requirements.txt": "fastapi==0.115.0\n",
            "main.py": "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\n"
            "app = FastAPI()\n"
            'app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_credentials=True)\n',
        }
    ),
    bad=Example(
        {
            "requirements.txt": "fastapi==0.115.0\n",
            "main.py": "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\n"
            "app = FastAPI()\n"
            'app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)\n',
        }
    ),
    details="Looked at: flask-cors, CORSMiddleware, django-cors-headers, the cors packages of Node and headers that are"
    " set by hand. Open origins without credentials are kept: many an open API wants them.",
)
