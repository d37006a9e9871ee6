"""The HTTP API as the commands call it: JSON in and out, refusals as errors that know their exit code."""

import time
from collections.abc import Mapping
from typing import Any

import httpx

from engine.errors import SlipwayError
from engine.settings import Secret

#: Seconds for one call; GitHub may have to be asked in it.
PATIENCE = 60.0
#: Tries of a call, and seconds between two of them.
TRIES, PAUSE = 3, 0.5
#: How a command may end, beside 0.
FAILED, REFUSED, ENDED_BADLY, NOT_YET = 1, 3, 4, 5


class Away(SlipwayError):
    """Nobody answers."""


class RemoteRefusal(SlipwayError):
    """Slipway said no: `error` is its answer's."""

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        super().__init__(str(error.get("message") or f"Slipway answered {status}."))
        self.status = status
        self.error = error
        self.exit_code = REFUSED if status in (400, 403, 409, 422, 429) else FAILED

    @property
    def lines(self) -> list[str]:
        """All of it for people: every obstacle with who can open it, or what to do."""
        obstacles = self.error.get("obstacles") or []
        if len(obstacles) > 1:
            told = [f"- {each['message']} {each['opener']}".rstrip() for each in obstacles]
            return [f"{len(told)} things stand in the way:", *told]
        problems = self.error.get("problems") or [str(self)]
        fix = str(self.error.get("fix") or "")
        return [*problems, fix] if fix and fix not in problems[0] else list(problems)


class Client:
    """Calls of one person. Use it as a context."""

    def __init__(self, url: str, token: Secret) -> None:
        self.url = url
        # The token is for this host: no redirect takes it elsewhere.
        self._http = httpx.Client(
            base_url=url,
            timeout=PATIENCE,
            follow_redirects=False,
            headers={"Authorization": f"Bearer {token.reveal()}", "User-Agent": "slipway-cli"},
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: str) -> Any:
        """What is there."""
        return self.call("GET", path, query={name: value for name, value in query.items() if value})

    def post(self, path: str, body: Mapping[str, object] | None = None, *, key: str = "") -> Any:
        """Asks for something; with `key`, the same ask twice is one."""
        return self.call("POST", path, body=body, headers={"Idempotency-Key": key} if key else None)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """One call. Raises RemoteRefusal or Away."""
        # What can't take effect twice is asked again where the answer got lost; a DELETE would then find nothing.
        tries = TRIES if method in ("GET", "PUT") or headers else 1
        answer = self._answered(tries, method, path, params=query, json=body, headers=headers)
        if answer.is_success:
            return answer.json() if answer.content else None
        raise RemoteRefusal(answer.status_code, _error_of(answer, self.url))

    def _answered(self, tries: int, method: str, path: str, **more: Any) -> httpx.Response:
        for left in reversed(range(tries)):
            try:
                return self._http.request(method, path, **more)
            except httpx.TransportError as error:
                if left:
                    time.sleep(PAUSE)
                    continue
                why = str(error) or type(error).__name__
                words = f"calling Slipway at {self.url}: {why}. Is it up, and is SLIPWAY_URL right?"
                raise Away(words) from error
        raise AssertionError("there is a first try")


def _error_of(answer: httpx.Response, url: str) -> Mapping[str, Any]:
    """The answer's error; of what isn't Slipway's own answer, one in its shape."""
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        words = f"calling Slipway at {url}: it answered {answer.status_code}, and not as Slipway does."
        return {"code": "strange_answer", "message": words, "fix": "Is SLIPWAY_URL the address of Slipway's pages?"}
    return error if isinstance(error, dict) else {}
