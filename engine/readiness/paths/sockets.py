"""Whether an application holds WebSockets open."""

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.python_source import dotted, python_sources
from engine.readiness.sources.stack import Stack

PYTHON = frozenset({"flask-socketio", "flask-sock", "python-socketio", "channels", "websockets", "streamlit", "gradio"})
#: `ws` is named by much that only calls others; directly required it is a server nearly always.
NODE = frozenset({"socket.io", "ws", "express-ws", "@nestjs/websockets", "@fastify/websocket", "sockjs"})


def web_socket(facts: Facts, stack: Stack) -> str:
    """The evidence, as `package.json:12: socket.io`; empty: none is seen."""
    for each in (*stack.requirements.runtime, *(stack.package.dependencies if stack.package else ())):
        if each.name in (PYTHON if each.path != "package.json" else NODE):
            return f"{in_repository(facts, each.path)}:{each.line}: {each.name}"
    for source in python_sources(application(facts), ".websocket("):
        for call in source.calls():
            if dotted(call.func).endswith(".websocket") and call.args:
                return f"{in_repository(facts, source.path)}:{call.lineno}: a WebSocket route"
    return ""
