"""How settings are read: from a mapping, noting every problem on the way; and the values that never show themselves."""

from collections.abc import Mapping
from urllib.parse import urlsplit


class Secret:
    """A value that never shows itself: not in logs, not in tracebacks."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('**********')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Reader:
    """Takes values out of a mapping and notes every problem on the way."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """The value, or `default` when it is missing or empty."""
        return self.environ.get(name, "").strip() or default

    def number(self, name: str, default: float, *, at_least: float = 0, at_most: float = 1e9) -> float:
        """A number within bounds."""
        raw = self.text(name)
        if not raw and at_least <= default <= at_most:
            return default
        if not raw:
            self.problems.append(f"{name}: set it: {default:g}, which follows from the others, is out of bounds.")
            return default
        try:
            value = float(raw)
        except ValueError:
            self.problems.append(f"{name}: {raw!r} is not a number. Give a number from {at_least:g} to {at_most:g}.")
            return default
        if not at_least <= value <= at_most:
            self.problems.append(f"{name}: {raw} is out of bounds. Give a number from {at_least:g} to {at_most:g}.")
            return default
        return value

    def whole(self, name: str, default: int, *, at_least: int = 0, at_most: int = 2**31) -> int:
        """A whole number within bounds."""
        value = self.number(name, default, at_least=at_least, at_most=at_most)
        if value != int(value):
            self.problems.append(f"{name}: {value:g} is not a whole number.")
            return default
        return int(value)

    def switch(self, name: str) -> bool:
        """True for 1, False for 0 or nothing."""
        value = self.text(name, "0")
        if value not in ("0", "1"):
            self.problems.append(f"{name}: {value!r} is neither 0 nor 1.")
        return value == "1"

    def url(self, name: str, default: str) -> str:
        """An http(s) address without a slash at its end."""
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            self.problems.append(f"{name}: {value!r} is not an address. Write it like https://slipway.example.com.")
        return value
