"""An address and a port that something listens on."""

import re
from dataclasses import dataclass

#: Addresses that only the machine itself reaches.
LOCAL = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
#: What no address at all means to most programs.
EVERYWHERE = "0.0.0.0"  # noqa: S104 - where other programs listen, nothing of ours


@dataclass(frozen=True)
class Heard:
    """Where it listens. An empty text: reading doesn't tell."""

    #: `$PORT` when it comes from that variable, else the number.
    port: str
    host: str
    #: Where that is said.
    path: str
    line: int

    @property
    def fixed(self) -> bool:
        """True when the port is a number that is written down."""
        return self.port.isdigit()

    @property
    def local(self) -> bool:
        """True when nobody outside reaches it."""
        return self.host in LOCAL


def port_of(word: str) -> str:
    """`$PORT` of `${PORT:-8000}`, `8000` of `8000`, else an empty text."""
    plain = word.strip().strip("\"'")
    if re.fullmatch(r"\$PORT|\$\{PORT\b.*\}|%PORT%", plain):
        return "$PORT"
    return plain if plain.isdigit() else ""


def host_of(word: str) -> str:
    """The address, an empty text when a variable says it."""
    plain = word.strip().strip("\"'")
    return "" if "$" in plain else plain


def address_of(word: str) -> tuple[str, str]:
    """Port and host of `0.0.0.0:$PORT`, `:8000`, `127.0.0.1`; empty texts for a socket."""
    plain = word.strip().strip("\"'").removeprefix("tcp://")
    if plain.startswith(("unix:", "fd://")):
        return "", ""
    found = re.fullmatch(r"(?P<host>\[[^\]]*\]|[^:]*):(?P<port>.+)", plain)
    if found is None:
        return ("", host_of(plain)) if not port_of(plain) else (port_of(plain), "")
    return port_of(found["port"]), host_of(found["host"]) or ("" if "$" in found["host"] else EVERYWHERE)
