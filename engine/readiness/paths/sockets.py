"""Whether an application holds WebSockets open."""

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application
from engine.readiness.sources.python_source import dotted, python_sources
from engine.readiness.sources.stack import Stack

PYTHON = frozenset({"flask-socketio", "flask-sock", "python-socketio", "channels", "websockets", "streamlit", "gradio"})
#: `ws` is named by much that only calls others; directly required it is a server nearly always.
NODE = frozenset({"socket.io", "ws", "express-ws", "@nestjs/websockets", "@fastify/websocket", "sockjs"})


def holds_sockets(facts: Facts, stack: Stack) -> bool:
    """True when a required package serves them, or a route is one."""
    if any(each.name in (PYTHON if each.path != "package.json" else NODE) for each in stack.required):
        return True
    return any(
        dotted(call.func).endswith(".websocket") and call.args
        for source in python_sources(application(facts), ".websocket(")
        for call in source.calls()
    )
