"""A process of the SDK's: what it said before somebody stopped listening is told."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from e2b import CommandHandle
from e2b.envd.process import process_pb
from protobuf import Oneof

from engine.sandboxes.e2b_process import E2bProcess


def said(output: Oneof[Any, bytes]) -> process_pb.StartResponse:
    """A piece of output as the SDK gets it."""
    event: Any = Oneof("data", process_pb.ProcessEvent.DataEvent(output=output))
    return process_pb.StartResponse(event=process_pb.ProcessEvent(event=event))


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """Set when the process may end."""
    made = threading.Event()
    yield made
    made.set()


def test_what_waits_for_the_others_line_is_told_before_nobody_listens_any_more(over: threading.Event) -> None:
    heard: list[bytes] = []
    reached = threading.Event()

    def events() -> Any:
        yield said(Oneof("stdout", b"ready> "))
        yield said(Oneof("stderr", b"listening\n"))
        reached.set()
        over.wait(30)

    handle: CommandHandle[None] = CommandHandle(17, lambda: True, events())
    process = E2bProcess(handle, heard.append)
    assert reached.wait(30)
    process.detach()
    assert b"".join(heard) == b"ready> \nlistening\n"
