"""The proof that a release serves: the public address answers with its id, as a visitor reaches it."""

import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy import update

from engine.access import shares
from engine.access.cookies import CookieNames
from engine.domain.environment import Environment
from engine.errors import Cause, StageFailed
from engine.settings import Settings
from engine.store import meta
from engine.store.access_schema import share_links
from engine.store.database import Database

#: The header that our gateway adds to what an application answers.
RELEASE_HEADER = "X-Slipway-Release"
#: Seconds until the public address must answer with the new release, and between two looks.
PATIENCE = 20.0
LOOK = 0.05
#: Seconds that one look may take.
ANSWER = 5.0


class Proof(Protocol):
    """Asks the public address of an environment."""

    def __call__(self, environment: Environment, release_id: str, path: str, check: Callable[[], None]) -> None:
        """Returns once it answers well with that release's id. Raises StageFailed when it doesn't in time, and what
        `check` raises, which is called now and then.
        """
        ...


@dataclass(frozen=True)
class PublicAddress:
    """The Proof, over HTTP."""

    settings: Settings
    database: Database
    patience: float = PATIENCE
    clock: Callable[[], float] = field(default=time.time)

    def __call__(self, environment: Environment, release_id: str, path: str, check: Callable[[], None]) -> None:
        """A private environment is asked with a share link of our own, which nobody else ever knows."""
        link_id, cookie = self._key(environment) if environment.access != "public" else ("", "")
        try:
            self._ask_until_proven(environment, release_id, path, cookie, check)
        finally:
            if link_id:
                self._throw_away(link_id)

    def _ask_until_proven(
        self, environment: Environment, release_id: str, path: str, cookie: str, check: Callable[[], None]
    ) -> None:
        url = self.settings.release_url(environment.label).rstrip("/")
        end = time.monotonic() + self.patience
        while True:
            check()
            said = self._look(url, path, cookie, release_id)
            if not said:
                return
            if time.monotonic() >= end:
                raise StageFailed(not_serving(url, said))
            time.sleep(LOOK)

    def _look(self, url: str, path: str, cookie: str, release_id: str) -> str:
        """What is wrong with the answer; empty: nothing."""
        headers = {"User-Agent": "slipway-probe", "Accept": "*/*", "Connection": "close", "Host": urlsplit(url).netloc}
        if cookie:
            headers["Cookie"] = cookie
        try:
            connection = _connection(url)
            try:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                release, status = answer.getheader(RELEASE_HEADER, ""), answer.status
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            return f"didn't answer ({error or type(error).__name__})"
        if release != release_id:
            return f"answered {status}, not with the new release"
        return "" if 200 <= status < 400 else f"answered {status} at {path}"

    def _key(self, environment: Environment) -> tuple[str, str]:
        with self.database.write() as connection:
            link, token = shares.mint(
                connection,
                preview_id=environment.id,
                installation_id=environment.installation_id,
                created_by="slipway",
                seconds=self.patience + ANSWER,
                now=self.clock(),
            )
            names = CookieNames(meta.instance(connection), self.settings.secure_cookies)
        return link.id, f"{names.share}={token}"

    def _throw_away(self, link_id: str) -> None:
        # Not by `shares.revoke`, which makes gateways ask about every visitor anew: only we had this one.
        with self.database.write() as connection:
            mine = update(share_links).where(share_links.c.id == link_id)
            connection.execute(mine.values(revoked_at=self.clock()))


def not_serving(url: str, said: str) -> Cause:
    """The cause of a release that was never seen at its public address."""
    return Cause(
        f"Its public address {url} {said}.",
        "Read the end of the log; if the application is well, whoever runs Slipway looks at the gateway.",
        "not_serving",
    )


def _connection(url: str) -> http.client.HTTPConnection:
    """To where a browser would go: `*.localhost` is this machine, which resolvers of programs don't know."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    host = "127.0.0.1" if name == "localhost" or name.endswith(".localhost") else name
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=ANSWER)
    return http.client.HTTPConnection(host, parts.port, timeout=ANSWER)
