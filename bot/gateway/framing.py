"""Where HTTP messages end. httptools (llhttp, strict) reads every head and every chunk size; this only keeps score."""

import httptools


class BadMessage(Exception):
    """The peer doesn't speak HTTP/1 as we accept it; the text is one short sentence."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class Framing:
    """Reads one direction of one connection, message after message."""

    __slots__ = ("_kind", "_parser", "begun", "ended")

    def __init__(self, kind: type[httptools.HttpRequestParser] | type[httptools.HttpResponseParser]) -> None:
        self._kind = kind
        self.restart()

    def restart(self) -> None:
        """Forgets a message whose body never comes although its head speaks of one (HEAD), or that was an upgrade."""
        #: Messages that began and ended since the newest head.
        self.begun = self.ended = 0
        self._parser = self._kind(self)

    def head(self, data: bytes) -> None:
        """Reads one whole head, which ends in an empty line. Raises BadMessage when it is malformed."""
        self.begun = self.ended = 0
        self.body(data)
        if self.begun != 1:
            raise BadMessage("there is no head where one should be")

    def body(self, data: bytes) -> None:
        """Reads on. Raises BadMessage; `ended` and `begun` tell what was seen since the head."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.restart()
            self.begun = self.ended = 1
        except httptools.HttpParserError as error:
            raise BadMessage(str(error)) from error

    def on_message_begin(self) -> None:
        """httptools: the first byte of a message."""
        self.begun += 1

    def on_message_complete(self) -> None:
        """httptools: the message is read."""
        self.ended += 1
