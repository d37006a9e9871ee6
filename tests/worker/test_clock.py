"""The clock's room as a real process: its loops run side by side and end when told."""

from tests.wakeups.waiting import wait_until
from tests.worker.running import Backroom


def test_the_outbox_loop_asks_the_sender_again_and_again(backroom: Backroom) -> None:
    backroom.start("clock")
    wait_until(lambda: backroom.count("sent") >= 3, "three rounds of the outbox")


def test_a_loop_that_breaks_is_logged_and_stops_no_other(backroom: Backroom) -> None:
    (backroom.folder / "sender_breaks").touch()
    backroom.start("clock")
    wait_until(lambda: "loop.failed" in backroom.log("clock"), "the error is logged")
    assert "ZeroDivisionError" in backroom.log("clock")
    backroom.start("worker")
    backroom.wait_for(backroom.ask("quick"), "done")
    (backroom.folder / "sender_breaks").unlink()
    wait_until(lambda: backroom.count("sent") > 0, "the loop goes on")


def test_two_clocks_do_no_harm_and_each_ends_when_told(backroom: Backroom) -> None:
    clocks = [backroom.start("clock") for _ in range(2)]
    backroom.start("worker")
    ids = [backroom.ask(f"quick-{number}") for number in range(5)]
    for job_id in ids:
        backroom.wait_for(job_id, "done")
    assert len(backroom.starts()) == 5
    for clock in clocks:
        clock.terminate()
        assert clock.wait(10) == 0


def test_a_clock_ends_when_told_though_reports_are_due_without_end(backroom: Backroom) -> None:
    (backroom.folder / "sender_endless").touch()
    clock = backroom.start("clock")
    wait_until(lambda: backroom.count("sent") >= 3, "reports go out and more are due")
    clock.terminate()
    assert clock.wait(10) == 0
