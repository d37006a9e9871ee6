"""The secret values that this process has worked with: its own logs hide them, whoever says what."""

import threading
from collections.abc import Iterable

from engine.settings import Secret
from engine.variables.redaction import Redactor

#: Values that are remembered; beyond, the older half is forgotten.
MOST = 2000


class WorkedWith:
    """Values of this process. Any thread may add some and hide some."""

    def __init__(self) -> None:
        self._values: dict[Secret, None] = {}
        self._redactor = Redactor(())
        self._lock = threading.Lock()

    def remember(self, values: Iterable[Secret]) -> None:
        """From now on these are hidden."""
        with self._lock:
            news = []
            for value in values:
                if value not in self._values:
                    news.append(value)
                # What was used last is forgotten last.
                self._values.pop(value, None)
                self._values[value] = None
            if news:
                self._redactor = self._redactor.adding(*news)
            if len(self._values) > MOST:
                self._values = dict.fromkeys(list(self._values)[-MOST // 2 :])
                self._redactor = Redactor(self._values)

    def hidden(self, text: str) -> str:
        """The text without them."""
        # Without the lock: a signal's handler may log while this very thread holds it.
        return self._redactor.text(text)


#: One for the process, as its logging is.
WORKED_WITH = WorkedWith()
