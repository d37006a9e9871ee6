"""Calls to GitHub: githubkit signs in as the App, and the answers are read by small models of our own.

githubkit's generated models take long to load and refuse answers that GitHub gives; they are never touched.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar
from urllib.parse import urlsplit

import httpcore
import httpx
from githubkit import AppAuthStrategy, GitHub, TokenAuthStrategy, UnauthAuthStrategy
from githubkit.cache import MemCacheStrategy
from githubkit.config import get_config
from githubkit.exception import RequestError, RequestFailed
from pydantic import TypeAdapter, ValidationError

from engine.domain.event import Person
from engine.errors import Denied, Unreachable
from engine.forge import payload_models as models
from engine.forge.creations import Creations, Uncounted
from engine.forge.failures import Limited, Unanswered, Unauthorized, failure_of
from engine.forge.grants import Grant
from engine.forge.payload_values import person_of
from engine.forge.port import RepositoryRef
from engine.forge.primary_limits import PrimaryLimits
from engine.forge.tokens import Purpose, Token, Tokens, unchanging, unix_seconds
from engine.forge.transport import Wire
from engine.settings import GitHubApp, Secret

T = TypeVar("T")
#: A renamed repository answers with its new address.
REDIRECTS = frozenset({301, 302, 307, 308})
MOST_REDIRECTS = 3
#: The id in a RepositoryRef that stands for an installation as a whole; its calls are not below `/repos`.
WHOLE = 0
#: Seconds before a read is tried again; a token that was minted twice does no harm either.
READ_PAUSES = (0.2, 0.8)
API_VERSION = {"X-GitHub-Api-Version": "2022-11-28"}


class MintedToken(models.Json):
    """`POST /app/installations/{id}/access_tokens`."""

    token: str
    expires_at: str


class UserToken(models.Json):
    """`POST /login/oauth/access_token`, which answers 200 for errors too."""

    access_token: str = ""
    error: str = ""
    error_description: str = ""


class GitHubClients:
    """The App's way to GitHub. One for a process, made after a fork; safe for threads."""

    def __init__(
        self,
        app: GitHubApp,
        *,
        seconds: float = 10.0,
        creations: Creations | None = None,
        generation: Callable[[], int] = unchanging,
    ) -> None:
        self.app = app
        self._creations: Creations = creations or Uncounted()
        self._limits = PrimaryLimits()
        self._wire = Wire(seconds)
        self._config = get_config(
            base_url=app.api_url,
            user_agent="Slipway",
            follow_redirects=False,
            transport=self._wire,
            trust_env=False,
            http_cache=False,
            auto_retry=False,
            # githubkit's own default is one for the whole process: two Apps of one number would share their JWT.
            cache_strategy=MemCacheStrategy(),
        )
        self._as_app = GitHub(
            AppAuthStrategy(app.app_id, app.private_key.reveal(), app.client_id, app.client_secret.reveal()),
            config=self._config,
        )
        self._tokens = Tokens(self._mint, generation=generation)

    def token(self, repository: RepositoryRef, grant: Grant) -> Secret:
        """An installation token for one repository. Raises Unreachable, Denied or Gone."""
        return self._tokens.token(repository, grant)

    def request(
        self,
        repository: RepositoryRef,
        grant: Grant,
        method: str,
        path: str,
        *,
        json: object = None,
        params: dict[str, str | int] | None = None,
    ) -> bytes:
        """The body of the answer to a call under `/repos/<name>`. Raises Unreachable, Denied or Gone.

        A POST counts as a creation. While the installation has no calls left, GitHub is not asked.
        """
        where = path if repository.id == WHOLE else f"/repos/{repository.full_name}{path}"
        url, doing = f"{self.app.api_url}{where}", f"{method} {where}"
        installation_id = repository.installation_id
        self._limits.check(installation_id, doing)
        if method == "POST":
            self._creations.reserve(installation_id)
        try:
            try:
                answer = self._with_token(self.token(repository, grant), method, url, doing, json, params)
            except Unauthorized:
                self._tokens.forget(repository, grant)
                answer = self._with_token(self.token(repository, grant), method, url, doing, json, params)
        except Limited as limit:
            if limit.primary:
                self._limits.note(installation_id, limit.retry_after)
            raise
        self._limits.read(installation_id, answer.headers)
        return bytes(answer.content)

    def read_as_app(self, path: str, params: dict[str, str | int] | None = None) -> httpx.Response:
        """The answer to a GET as the GitHub App itself. Raises Unreachable, Denied or Gone."""
        return self._send(self._as_app, "GET", self.app.api_url + path, f"GET {path}", params=params)

    def within(self, until: float) -> AbstractContextManager[None]:
        """What this thread asks inside ends by `until`, on `time.monotonic`: nothing is sent after it."""
        return self._wire.within(until)

    def ask(
        self,
        shape: type[T],
        repository: RepositoryRef,
        grant: Grant,
        method: str,
        path: str,
        *,
        json: object = None,
        params: dict[str, str | int] | None = None,
    ) -> T:
        """Like `request`, with the answer read as `shape`."""
        body = self.request(repository, grant, method, path, json=json, params=params)
        return read_answer(shape, body, f"{method} {path}")

    def repository_named(self, full_name: str) -> tuple[int, models.Repository]:
        """A repository that some installation covers, after that installation's id. Raises Gone when none does."""
        doing = f"looking for {full_name}"
        address = f"{self.app.api_url}/repos/{full_name}"
        covering = read_answer(
            models.Installation, self._send(self._as_app, "GET", f"{address}/installation", doing).content, doing
        )
        tokens = f"{self.app.api_url}/app/installations/{covering.id}/access_tokens"
        wanted = {"repositories": [full_name.partition("/")[2]], "permissions": {"metadata": "read"}}
        minted = read_answer(MintedToken, self._send(self._as_app, "POST", tokens, doing, json=wanted).content, doing)
        answer = self._with_token(Secret(minted.token), "GET", address, doing, None, None)
        return covering.id, read_answer(models.Repository, answer.content, doing)

    def user_of_code(self, code: str, redirect_uri: str) -> Person:
        """Who came back from GitHub's sign-in page with `code`. Raises Denied when the code is no good, Unreachable."""
        form = {
            "client_id": self.app.client_id,
            "client_secret": self.app.client_secret.reveal(),
            "code": code,
            "redirect_uri": redirect_uri,
        }
        nobody = GitHub(UnauthAuthStrategy(), config=self._config)
        doing = "signing in through GitHub"
        url = f"{self.app.web_url}/login/oauth/access_token"
        answer = self._send(nobody, "POST", url, doing, json=form, headers={"Accept": "application/json"})
        token = read_answer(UserToken, answer.content, doing)
        if not token.access_token:
            said = token.error_description or token.error or "no token"
            raise Denied(f"{doing}: GitHub answered: {said[:200]}. Open the page again.")
        answer = self._with_token(Secret(token.access_token), "GET", f"{self.app.api_url}/user", doing, None, None)
        return person_of(read_answer(models.Account, answer.content, doing))

    def close(self) -> None:
        """Closes every connection."""
        self._wire.shut()

    def _mint(self, purpose: Purpose) -> Token:
        path = f"/app/installations/{purpose.installation_id}/access_tokens"
        wanted: dict[str, object] = {"permissions": dict(purpose.grant.permissions)}
        if purpose.repository_id != WHOLE:
            wanted["repository_ids"] = [purpose.repository_id]
        doing = f"getting a token for installation {purpose.installation_id}"
        answer = self._send(self._as_app, "POST", self.app.api_url + path, doing, json=wanted)
        minted = read_answer(MintedToken, answer.content, doing)
        try:
            return Token(Secret(minted.token), unix_seconds(minted.expires_at))
        except ValueError as error:
            raise Unreachable(f"{doing}: its expiry can't be read") from error

    def _with_token(
        self,
        token: Secret,
        method: str,
        url: str,
        doing: str,
        json: object,
        params: dict[str, str | int] | None,
    ) -> httpx.Response:
        client = GitHub(TokenAuthStrategy(token.reveal()), config=self._config)
        return self._send(client, method, url, doing, json=json, params=params)

    def _send(
        self,
        client: GitHub,
        method: str,
        url: str,
        doing: str,
        *,
        json: object = None,
        params: dict[str, str | int] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """One call, following a renamed repository on the same host only: the token must reach nobody else."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = _answer(client, method, url, doing, json, params, API_VERSION | (headers or {}))
            if answer.status_code not in REDIRECTS:
                return answer
            url, params = _next_address(answer, method, url, doing), None
        raise Denied(f"{doing}: GitHub redirects in a circle")


def read_answer(shape: type[T], body: bytes, doing: str) -> T:
    """GitHub's JSON as `shape`. Raises Unreachable when it is something else, such as a proxy's page."""
    try:
        return TypeAdapter(shape).validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in problem["loc"]) or "the answer"
        raise Unreachable(f"{doing}: GitHub's answer can't be read: {where}: {problem['msg']}") from error


def _answer(
    client: GitHub,
    method: str,
    url: str,
    doing: str,
    json: object,
    params: dict[str, str | int] | None,
    headers: dict[str, str],
) -> httpx.Response:
    """GitHub's answer that is no error. A read that met trouble on the way is asked again, twice."""
    pauses = iter(READ_PAUSES if method == "GET" or url.endswith("/access_tokens") else ())
    while True:
        try:
            answer: httpx.Response = client.request(method, url, json=json, params=params, headers=headers).raw_response
            return answer
        except RequestFailed as error:
            failure = failure_of(error.response.raw_response, doing)
        except RequestError as error:
            failure = _failure(error.exc, doing)
        pause = next(pauses, None)
        if pause is None or not isinstance(failure, Unreachable) or failure.retry_after is not None:
            raise failure
        time.sleep(pause)


def _next_address(answer: httpx.Response, method: str, url: str, doing: str) -> str:
    location = str(httpx.URL(url).join(answer.headers.get("location", "")))
    old, new = urlsplit(url), urlsplit(location)
    if (old.scheme, old.netloc) != (new.scheme, new.netloc):
        raise Denied(f"{doing}: GitHub redirects to another host, {new.netloc[:100]}, which is not followed")
    if answer.status_code in (301, 302) and method not in ("GET", "HEAD"):
        raise Denied(f"{doing}: GitHub answered {answer.status_code} to a change, which is not repeated elsewhere")
    return location


def _failure(error: Exception, doing: str) -> Unreachable:
    if isinstance(error, httpcore.TimeoutException):
        return Unanswered(f"{doing}: GitHub's answer was not whole in time")
    return Unreachable(f"{doing}: {str(error) or type(error).__name__}")
