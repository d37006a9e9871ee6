"""The frames of a stream, as they pass in whatever pieces."""

import pytest

from worker.sandboxd.keeper import frames

STARTED = frames.event({"start": {"pid": 7}})


@pytest.mark.parametrize("piece", [1, 3, 5, 7, 4096])
@pytest.mark.parametrize("end", [frames.last(), frames.last(("internal", "it broke"))])
def test_the_frame_that_ends_a_stream_is_seen_once_it_is_whole(piece: int, end: bytes) -> None:
    stream = STARTED + frames.output("stdout", b"\x02" * 40) + end
    watch = frames.EndWatch()
    for place in range(0, len(stream), piece):
        assert not watch.over
        watch.see(stream[place : place + piece])
    assert watch.over


def test_a_stream_that_is_cut_is_not_over() -> None:
    stream = STARTED + frames.last()
    for length in range(len(stream)):
        watch = frames.EndWatch()
        watch.see(stream[:length])
        assert not watch.over
