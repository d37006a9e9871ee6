"""On which address and port a Python file listens when it is started as a script."""

import ast
from collections.abc import Iterator

from engine.readiness.sources.heard import EVERYWHERE, Heard, address_of
from engine.readiness.sources.python_source import PythonSource, dotted, keyword, literal

#: Called name → positions of host and port among its arguments, and both defaults.
STARTS: dict[str, tuple[int, int, str, str]] = {
    "uvicorn.run": (1, 2, "127.0.0.1", "8000"),
    "waitress.serve": (-1, -1, EVERYWHERE, "8080"),
    "serve": (-1, -1, EVERYWHERE, "8080"),
    "socketio.run": (1, 2, "127.0.0.1", "5000"),
    "web.run_app": (-1, -1, EVERYWHERE, "8080"),
}
FLASK = (0, 1, "127.0.0.1", "5000")
APPLICATIONS = ("app", "application", "server", "api")


def start_call(source: PythonSource) -> ast.Call | None:
    """The call by which the script serves; None: none is seen."""
    return next((call for call in source.calls() if _signature(call, source)), None)


def by_python(source: PythonSource) -> Heard | None:
    """Where it listens; None when nothing in this file serves."""
    call = start_call(source)
    if call is None:
        return None
    host_at, port_at, host, port = _signature(call, source) or FLASK
    values = dict(_assigned(source.module))
    port_node = keyword(call, "port") or _positional(call, port_at)
    host_node = keyword(call, "host") or _positional(call, host_at)
    if any(each.arg is None for each in call.keywords) or any(isinstance(each, ast.Starred) for each in call.args):
        return Heard("", "", "", call.lineno)
    return Heard(
        _port(port_node, values) if port_node else port,
        _text(host_node, values) if host_node else host,
        "",
        (port_node or call).lineno,
    )


def by_gunicorn_file(source: PythonSource) -> Heard | None:
    """What a gunicorn.conf.py says; None when it says nothing of an address."""
    for node in ast.walk(source.module):
        if isinstance(node, ast.Assign) and any(dotted(target) == "bind" for target in node.targets):
            value = literal(node.value)
            if isinstance(value, str):
                port, host = address_of(value)
                return Heard(port, host, "", node.lineno)
            return Heard("$PORT" if _reads_port(source.module) else "", _beginning(node.value), "", node.lineno)
    return None


def _beginning(node: ast.expr) -> str:
    """The address of `f"[::]:{port}"`."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    value = literal(first)
    return value.removesuffix(":") if isinstance(value, str) and value.endswith(":") else ""


def _signature(call: ast.Call, source: PythonSource) -> tuple[int, int, str, str] | None:
    name = dotted(call.func)
    if name == "serve" and "waitress" not in source.text:
        return None
    if name in STARTS:
        return STARTS[name]
    receiver, _, method = name.rpartition(".")
    flask = "flask" in source.text.lower() or "create_app" in source.text or "import app" in source.text
    return FLASK if method == "run" and receiver in APPLICATIONS and flask else None


def _positional(call: ast.Call, place: int) -> ast.expr | None:
    return call.args[place] if 0 <= place < len(call.args) else None


def _assigned(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(module):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                yield name, value
            case _:
                pass


def _port(node: ast.expr, values: dict[str, ast.expr]) -> str:
    """`$PORT` when it is read from that variable, the number when one is written, else an empty text."""
    seen = values.get(node.id, node) if isinstance(node, ast.Name) else node
    value = literal(seen)
    if isinstance(value, int | str) and str(value).isdigit():
        return str(value)
    return "$PORT" if _reads_port(seen) else ""


def _reads_port(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Constant) and each.value == "PORT" for each in ast.walk(node))


def _text(node: ast.expr, values: dict[str, ast.expr]) -> str:
    seen = values.get(node.id, node) if isinstance(node, ast.Name) else node
    value = literal(seen)
    return value if isinstance(value, str) else ""
