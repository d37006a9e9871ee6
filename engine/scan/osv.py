"""Asks OSV which versions are known to be vulnerable: POST /v1/querybatch, then GET /v1/vulns/{id} for what is new."""

import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from engine.scan.locks.pin import Pin
from engine.scan.osv_answers import Named, NotUnderstood, Page, Vulnerability, pages_of, vulnerability_of
from engine.scan.osv_memory import OsvMemory

#: Seconds until a connection stands, until the next bytes come, and for everything together.
CONNECT, READ, ALL = 5.0, 8.0, 20.0
#: Packages of one question, by OSV's documentation.
BATCH = 1000
#: Bytes of one answer.
SAID = 16 << 20
#: Rounds of "there is more", and records that are asked for in one scan.
ROUNDS, RECORDS = 20, 300
AT_ONCE = 8


class Away(Exception):
    """OSV didn't answer as it should, in words for whoever reads the report."""

    def __init__(self, why: str, *, outage: bool = True) -> None:
        super().__init__(why)
        #: False: it may be this very question that it couldn't answer, and others are asked all the same.
        self.outage = outage


@dataclass(frozen=True)
class Found:
    """Vulnerabilities by the place of the package in the question; `why` tells what couldn't be learnt."""

    by_pin: dict[int, tuple[Named, ...]]
    records: dict[str, Vulnerability]
    why: str = ""


class Osv:
    """One question at a time; an outage is remembered, so that nobody waits for it twice."""

    def __init__(self, url: str, memory: OsvMemory, *, seconds: float = ALL) -> None:
        self._url = url
        self._memory = memory
        self._seconds = seconds

    def vulnerabilities(self, pins: Sequence[Pin]) -> Found:
        """What is known of these packages. Raises Away."""
        why = self._memory.why_away()
        if why:
            raise Away(f"{why} (asked less than a minute ago)")
        try:
            found = self._in_time(pins)
        except Away as error:
            if error.outage and len(pins) <= BATCH:
                self._memory.went_away(str(error))
            raise
        self._memory.came_back()
        return found

    def _in_time(self, pins: Sequence[Pin]) -> Found:
        """In a thread that is left behind when it is late: looking up a name of the network knows no time-out."""
        asked: Future[Found] = Future()

        def ask() -> None:
            try:
                with _Session(self._url, time.monotonic() + self._seconds) as session:
                    asked.set_result(self._with_records(session, session.named(pins)))
            except Away as error:
                asked.set_exception(error)

        threading.Thread(target=ask, name="osv", daemon=True).start()
        try:
            return asked.result(self._seconds + 1)
        except TimeoutError as error:
            raise Away("OSV did not answer in time") from error

    def _with_records(self, session: "_Session", by_pin: dict[int, tuple[Named, ...]]) -> Found:
        named = {each.id: each for several in by_pin.values() for each in several}
        known = self._memory.records() if named else {}
        records = {each.id: known[each.id] for each in named.values() if _is_fresh(known.get(each.id), each)}
        missing = [each for each in named.values() if each.id not in records]
        new = session.records(missing[:RECORDS])
        if new:
            self._memory.keep(new)
        records |= {each.id: each for each in new}
        left = len(named) - len(records)
        why = f"OSV did not tell how grave {left} vulnerabilities are" if left else ""
        return Found(by_pin, records, why)


def _is_fresh(known: Vulnerability | None, named: Named) -> bool:
    return known is not None and known.modified == named.modified


class _Session:
    """Connections that end together, at `end` (`time.monotonic`)."""

    def __init__(self, url: str, end: float) -> None:
        self._url = url
        self._end = end
        self._client = httpx.Client(trust_env=False, follow_redirects=False, headers={"User-Agent": "Slipway"})

    def __enter__(self) -> "_Session":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def named(self, pins: Sequence[Pin]) -> dict[int, tuple[Named, ...]]:
        """The vulnerabilities of each package, all pages of them. Raises Away."""
        found: dict[int, tuple[Named, ...]] = {}
        waiting = [(place, "") for place in range(len(pins))]
        for _ in range(ROUNDS):
            asked, waiting = waiting, []
            for start in range(0, len(asked), BATCH):
                piece = asked[start : start + BATCH]
                body = {"queries": [_query(pins[place], token) for place, token in piece]}
                answer = self._answer("POST", "/v1/querybatch", body)
                for (place, token), page in zip(piece, _pages(answer, len(piece)), strict=True):
                    found[place] = found.get(place, ()) + page.named
                    if page.more == token != "":
                        raise Away("OSV's answer can't be understood: its next page is the same one")
                    waiting += [(place, page.more)] if page.more else []
            if not waiting:
                return {place: named for place, named in found.items() if named}
        raise Away(f"OSV's answer can't be understood: there are more than {ROUNDS} pages", outage=False)

    def records(self, named: Sequence[Named]) -> list[Vulnerability]:
        """As many as come in time; what doesn't come, or isn't what it should be, is left out."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return [each for each in threads.map(self._record, named) if each is not None]

    def _record(self, named: Named) -> Vulnerability | None:
        try:
            return vulnerability_of(self._answer("GET", f"/v1/vulns/{named.id}", None), named)
        except (Away, NotUnderstood):
            return None

    def _answer(self, method: str, path: str, body: object) -> object:
        left = self._end - time.monotonic()
        if left <= 0:
            raise Away("OSV did not answer in time")
        timeout = httpx.Timeout(min(READ, left), connect=min(CONNECT, left))
        try:
            with self._client.stream(method, self._url + path, json=body, timeout=timeout) as response:
                said = self._said(response)
        except httpx.TimeoutException as error:
            raise Away("OSV did not answer in time") from error
        except httpx.HTTPError as error:
            raise Away("OSV can't be reached") from error
        try:
            return json.loads(said)
        except (ValueError, RecursionError) as error:
            raise Away("OSV's answer can't be understood: it is no JSON") from error

    def _said(self, response: httpx.Response) -> bytes:
        if response.status_code != httpx.codes.OK:
            refused = response.is_client_error and response.status_code != httpx.codes.TOO_MANY_REQUESTS
            raise Away(f"OSV answered with {response.status_code}", outage=not refused)
        said = bytearray()
        for chunk in response.iter_bytes():
            said += chunk
            if len(said) > SAID:
                raise Away(f"OSV's answer is larger than {SAID >> 20} MB", outage=False)
            if time.monotonic() > self._end:
                raise Away("OSV did not answer in time")
        return bytes(said)


def _pages(answer: object, asked: int) -> tuple[Page, ...]:
    try:
        return pages_of(answer, asked)
    except NotUnderstood as error:
        raise Away(f"OSV's answer can't be understood: {error}") from error


def _query(pin: Pin, token: str) -> dict[str, object]:
    query: dict[str, object] = {"package": {"ecosystem": pin.ecosystem, "name": pin.name}, "version": pin.version}
    return query | ({"page_token": token} if token else {})
