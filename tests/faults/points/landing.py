"""Counts the points that a way leads past, and lets something happen at one of them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from engine.store.database import Database


class Landing:
    """At point number `at` (from 1), `land` is called; what it does itself counts as no point."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.land: Callable[[], None] = lambda: None
        #: What the way is at.
        self.phase = ""
        #: The phase in which it landed; empty: it hasn't yet.
        self.landed_in = ""
        self.passed = 0
        self._held = True
        self._thread = 0

    def begin(self) -> None:
        """Points count from now on."""
        self._held = False
        self._thread = threading.get_ident()

    def point(self) -> None:
        """Called before each thing that is done; what beats beside it is no part of the way."""
        if self._held or threading.get_ident() != self._thread:
            return
        self.passed += 1
        if self.passed == self.at:
            self.now()

    def now(self) -> None:
        """It lands, wherever the way is."""
        self._held = True
        self.landed_in = self.phase
        self.land()
        self._held = False


class Passing:
    """A port, each call of which is a point."""

    def __init__(self, inner: object, landing: Landing) -> None:
        self._inner = inner
        self._landing = landing

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)

        def call(*arguments: object, **named: object) -> object:
            self._landing.point()
            return value(*arguments, **named)

        return call if callable(value) else value


class PassingDatabase(Database):
    """A database, each transaction of which is a point just before it begins."""

    landing = Landing(0)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A point, then as ever."""
        self.landing.point()
        with super().read() as connection:
            yield connection

    @contextmanager
    def write(self, *, serial: bool = True) -> Iterator[Connection]:
        """A point, then as ever."""
        self.landing.point()
        with super().write(serial=serial) as connection:
            yield connection
