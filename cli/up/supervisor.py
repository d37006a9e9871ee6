"""The supervisor: starts rooms, keeps them running, ends them in order. Everything happens in the main thread."""

import time
from collections.abc import Sequence
from pathlib import Path

from cli.up.console import Console
from cli.up.logbook import Logbook
from cli.up.room import Room, RoomSpec, how_it_ended
from cli.up.signals import Signals
from engine.errors import SlipwayError

#: Seconds between two looks.
LOOK = 0.05
#: Seconds that everything may take to become healthy.
PATIENCE = 120.0


class Stopped(SlipwayError):
    """Somebody asked to stop while the rooms were starting."""


class RoomFailed(SlipwayError):
    """A room did not start; the sentence ends with what it said."""


class Supervisor:
    """Rooms by name, in the order in which they started."""

    def __init__(self, signals: Signals, console: Console, logs: "Logs") -> None:
        self._signals = signals
        self._console = console
        self._logs = logs
        self._rooms: dict[str, Room] = {}

    def start(self, specs: Sequence[RoomSpec]) -> None:
        """Starts rooms, without waiting for them."""
        for spec in specs:
            room = Room(spec, self._logs.of(spec))
            self._rooms[spec.name] = room
            room.start()

    def wait_until_healthy(self, names: Sequence[str], patience: float = PATIENCE) -> None:
        """Returns when these rooms do their work. Raises RoomFailed when any room ends first, Stopped when asked to."""
        end = time.monotonic() + patience
        waiting = list(names)
        while waiting:
            self._require_alive()
            waiting = [name for name in waiting if not self._rooms[name].healthy()]
            if not waiting:
                return
            if time.monotonic() > end:
                raise RoomFailed(f"starting {', '.join(waiting)}: not ready after {patience:g} s. See the logs.")
            self._signals.wait(LOOK)
        self._require_alive()

    def _require_alive(self) -> None:
        if self._signals.asked:
            raise Stopped("starting: stopped before everything was up")
        for name, room in self._rooms.items():
            code = room.exit_code()
            if code is not None:
                said = "\n".join(f"  {line}" for line in room.last_words())
                raise RoomFailed(f"starting {name}: it {how_it_ended(code)}. It said:\n{said}")

    def tend_until_asked(self) -> None:
        """Keeps the rooms running until somebody asks to stop."""
        while not self._signals.asked:
            for room in self._rooms.values():
                said = room.tend(time.monotonic())
                if said:
                    self._console.complain(said)
            self._signals.wait(0.25)

    def end(self, names: Sequence[str]) -> None:
        """Ends these rooms together: politely, after each one's grace by force. Asked to stop again: by force now."""
        rooms = [self._rooms[name] for name in names if name in self._rooms]
        asked = self._signals.asked
        for room in rooms:
            room.ask_to_end()
        began = time.monotonic()
        while any(room.pid and time.monotonic() - began < room.spec.grace for room in rooms):
            if self._signals.asked > max(asked, 1):
                break
            self._signals.wait(LOOK)
        for room in rooms:
            room.kill()
            room.close()

    def end_all(self) -> None:
        """Ends whatever is left."""
        self.end(list(self._rooms))


class Logs:
    """Where each room's lines go."""

    def __init__(self, folder: Path, console: Console, *, everything: bool) -> None:
        folder.mkdir(exist_ok=True, mode=0o700)
        self._folder = folder
        self._console = console
        self._everything = everything

    def of(self, spec: RoomSpec) -> Logbook:
        """One room's."""

        def show(line: str) -> None:
            if spec.loud or self._everything:
                self._console.of_room(spec.name, line)

        return Logbook(self._folder / f"{spec.name}.log", show, everything=self._everything)
