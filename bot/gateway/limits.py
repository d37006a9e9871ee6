"""How long the gateway waits, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Each is a place where somebody may keep somebody else waiting."""

    #: For a request's whole head.
    head: float = 15.0
    #: For the next request on an open connection.
    idle: float = 75.0
    #: For GitHub and SQL to say whether a visitor may come in.
    judgement: float = 30.0
    #: For an application to take a connection.
    dial: float = 10.0
    #: For an answer to begin, or a body to go on.
    answer: float = 120.0
    #: Between two pieces of an answer.
    stream: float = 300.0
    #: Between two pieces on a WebSocket.
    splice: float = 3600.0
    #: For a visitor to read our last words.
    linger: float = 5.0
    #: A request that can't be sent twice takes an open upstream connection only if it rested for less than this.
    unsure: float = 1.0
    #: Between two looks at the deadlines.
    sweep: float = 1.0
    #: For open answers to end when the gateway stops.
    farewell: float = 10.0
