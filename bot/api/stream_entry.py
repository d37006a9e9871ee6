"""Who may watch a deployment: the token that opens its stream once, and the look at it while they may."""

from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from pydantic import Field
from starlette.responses import JSONResponse, Response

from bot.api.call import NO_STORE, Asked, Call
from bot.api.caller import Caller
from bot.api.deployment_listing import Deployments
from bot.api.deployment_shown import ShownDeployment
from bot.api.problem import Refused
from bot.api.reading import Sent, read_body
from bot.api.stream_messages import LINES
from engine.access import sessions
from engine.access.sessions import SessionKind
from engine.reports.words import iso
from engine.store import logs

#: Seconds in which a token must be used.
LIFETIME = 60.0


class FirstMessage(Sent):
    """What a client says first."""

    type: Literal["authenticate"]
    token: Annotated[str, Field(min_length=1, max_length=100, repr=False)]
    from_line: Annotated[int, Field(ge=0, le=10**9, description="The first line of the log that is wanted.")] = 0


@dataclass(frozen=True)
class StreamToken:
    """A token, and where it goes: into the first message, as `{"type": "authenticate", "token": …}`."""

    token: str
    expires_at: str
    url: str


@dataclass(frozen=True)
class Entered:
    """Somebody whose token was good."""

    release_id: str
    login: str
    from_line: int


@dataclass(frozen=True)
class Look:
    """A deployment at one moment, with lines of its log."""

    deployment: ShownDeployment
    lines: list[str]


@dataclass(frozen=True)
class StreamEntry:
    """The call that makes tokens, and what they open."""

    deployments: Deployments

    def calls(self) -> list[Call]:
        """Its table."""
        does = "A token that opens the stream of this deployment once, within a minute."
        path = "/api/deployments/{id}/stream-token"
        return [Call("POST", path, does, self.token, answer=StreamToken, status=201, also=(403, 404, 503))]

    def token(self, asked: Asked) -> Response:
        """A new token."""
        deps, found = self.deployments.reach.deps, self.deployments.find(asked.caller, asked.name("id"))
        now = deps.clock()
        with deps.database.write() as connection:
            token = sessions.open_stream(
                connection, asked.caller.login, subject=found.release.id, seconds=LIFETIME, now=now
            )
        # http becomes ws, https wss.
        url = f"ws{deps.settings.public_url.removeprefix('http')}/ws/deployments/{found.release.id}"
        return JSONResponse(asdict(StreamToken(token, iso(now + LIFETIME), url)), 201, NO_STORE)

    def enter(self, release_id: str, said: str) -> Entered | None:
        """Uses up the token of a first message; None when it isn't one, or isn't good for this stream now."""
        try:
            first = read_body(said.encode(), FirstMessage)
        except Refused:
            return None
        deps = self.deployments.reach.deps
        with deps.database.read() as connection:
            # Guesses cost a look, and no turn at writing.
            good = sessions.find(connection, SessionKind.STREAM, first.token, label=release_id, now=deps.clock())
        if good is None:
            return None
        with deps.database.write() as connection:
            login = sessions.enter_stream(connection, first.token, subject=release_id, now=deps.clock())
        return Entered(release_id, login, first.from_line) if login else None

    def look(self, entered: Entered, line: int) -> Look:
        """The deployment and its log from `line` on. Raises Refused once it may no longer be read."""
        found = self.deployments.find(Caller(entered.login, frozenset()), entered.release_id)
        with self.deployments.reach.deps.database.read() as connection:
            lines = logs.read(connection, entered.release_id, line, LINES)
        return Look(self.deployments.shown(found), lines)
