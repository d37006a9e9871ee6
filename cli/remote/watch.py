"""Watches a deployment through its stream until it is over; comes again where the connection breaks."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from cli.remote.client import Away, RemoteRefusal
from cli.remote.talk import Talk
from engine.errors import SlipwayError
from engine.store.log_text import cleaned

#: Seconds between two tries, and tries in a row that bring nothing.
PAUSE, TRIES = 1.0, 30
#: Seconds without a word after which a connection is taken for dead; a heartbeat comes every 15.
SILENCE = 45.0
OVER, NO_LONGER_ALLOWED = 1000, 4003


@dataclass
class Watch:
    """One deployment, as far as it was told."""

    talk: Talk
    deployment_id: str
    #: Shows each line of its log too.
    with_log: bool = False
    clock: Callable[[], float] = time.monotonic
    last: Mapping[str, Any] = field(default_factory=dict)
    _line: int = 0
    _moments: int = 0
    _heard: int = 0
    _said: str = ""

    def until_over(self, seconds: float) -> Mapping[str, Any]:
        """The deployment as it is when it is over, or after `seconds` (0: without end). Raises SlipwayError."""
        end = self.clock() + seconds if seconds else float("inf")
        tries = 0
        while self.clock() < end:
            before = self._heard
            if self._listen(end):
                break
            tries = 0 if before != self._heard else tries + 1
            if tries >= TRIES:
                raise SlipwayError(f"watching {self.deployment_id}: its stream breaks again and again. Try later.")
            time.sleep(min(PAUSE, max(0.0, end - self.clock())))
        self.last = self.talk.client.get(f"/api/deployments/{self.deployment_id}")
        return self.last

    def _listen(self, end: float) -> bool:
        """Listens once; True when there is nothing more to hear."""
        try:
            token = self.talk.client.post(f"/api/deployments/{self.deployment_id}/stream-token")["token"]
        except Away:
            return False
        except RemoteRefusal as error:
            if error.status < 500:
                raise
            return False
        return self._hear_all(token, end)

    def _hear_all(self, token: str, end: float) -> bool:
        url = f"ws{self.talk.client.url.removeprefix('http')}/ws/deployments/{self.deployment_id}"
        first = {"type": "authenticate", "token": token, "from_line": self._line}
        try:
            with connect(url, open_timeout=SILENCE, close_timeout=1) as socket:
                socket.send(json.dumps(first))
                while self.clock() < end:
                    self._hear(json.loads(socket.recv(timeout=min(SILENCE, max(0.01, end - self.clock())))))
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 0
            if code == NO_LONGER_ALLOWED:
                raise SlipwayError(f"watching {self.deployment_id}: {closed.rcvd and closed.rcvd.reason}") from closed
            return code == OVER
        except (OSError, InvalidHandshake):
            # TimeoutError is one of OSError.
            return False
        return True

    def _hear(self, message: Mapping[str, Any]) -> None:
        self._heard += 1
        match message["type"]:
            case "log":
                self._line = message["from_line"] + len(message["lines"])
                for line in message["lines"] if self.with_log else ():
                    self.talk.progress(f"  │ {cleaned(line)}")
            case "status_update":
                self._show(message["deployment"])
            case _:
                pass

    def _show(self, deployment: Mapping[str, Any]) -> None:
        """Every entry of its timeline once, and the sentence of now where it says more."""
        moments, now = deployment["timeline"], deployment["status_message"]
        for each in moments[self._moments :]:
            self._tell(f"{each['label']}: {each['message']}" if each["label"] else each["message"])
        self._moments = len(moments)
        if now not in [each["message"] for each in moments]:
            self._tell(now)

    def _tell(self, words: str) -> None:
        said = cleaned(words)
        if said != self._said:
            self._said = said
            self.talk.progress(f"… {said}")
