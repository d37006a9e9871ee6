"""The terminal: room names in front of lines, colours only where a person looks."""

import json

import click

COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_cyan", "bright_magenta", "bright_green")
#: Fields that say nothing new beside the room's name.
ASIDE = frozenset({"event", "level", "room", "timestamp", "logger"})


class Console:
    """Prints for `slipway up`. click leaves colours out where no terminal is."""

    def __init__(self, rooms: list[str]) -> None:
        self._width = max(map(len, rooms))
        self._colour = {room: COLOURS[at % len(COLOURS)] for at, room in enumerate(rooms)}

    def of_room(self, room: str, line: str) -> None:
        """A room's own line. What a room prints is foreign: control characters are left out."""
        name = click.style(f"{room:<{self._width}} |", fg=self._colour.get(room))
        click.echo(f"{name} {printable(in_words(line))}")

    def say(self, line: str = "") -> None:
        """A line of the supervisor's."""
        click.echo(line)

    def complain(self, line: str) -> None:
        """A line that says what is wrong."""
        click.echo(click.style(line, fg="red"), err=True)


def printable(text: str) -> str:
    """`text` with nothing in it that a terminal would obey."""
    return "".join(letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def in_words(line: str) -> str:
    """A structured line as words: the event, then its fields; any other line as it is."""
    try:
        fields = json.loads(line) if line.startswith("{") else None
    except ValueError:
        return line
    if not isinstance(fields, dict) or "event" not in fields:
        return line
    rest = " ".join(f"{name}={value}" for name, value in fields.items() if name not in ASIDE)
    return f"{fields['event']} {rest}".rstrip()
