"""What the call of commands takes, and its answer."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from bot.api.deployment_shown import AnsweredDeployment
from bot.api.previews import RepositoryName
from bot.api.problem import ToldObstacle
from bot.api.reading import Sent


class NewCommand(Sent):
    """A command, as one types it."""

    command: Annotated[str, Field(min_length=1, max_length=1000, description="Such as: preview stop acme/shop#12")]
    repository: Annotated[RepositoryName | Literal[""], Field(description="None: as the command names it.")] = ""
    pull_request: Annotated[
        int | None, Field(ge=1, le=999_999_999, description="A number; none: as the command names it.")
    ] = None


@dataclass(frozen=True)
class AnsweredBuild:
    """The build that a command started or follows."""

    id: str
    version: str
    sha: str
    state: str
    #: A sentence.
    status_message: str
    page_url: str


@dataclass(frozen=True)
class AnsweredLook:
    """The look that `readiness` started or joined."""

    id: str
    sha: str
    #: waiting | looking | done | failed
    state: str
    #: red | yellow | green | unknown, of what was seen last
    light: str
    page_url: str


@dataclass(frozen=True)
class AnsweredFix:
    """The fix that `fix` asked for."""

    id: str
    name: str
    #: The head that it is written on top of.
    sha: str
    #: waiting | done | refused | failed
    state: str
    #: commit | suggestion | patch; empty: it isn't made yet.
    way: str
    commit_sha: str


@dataclass(frozen=True)
class AnsweredCommand:
    """How a command went; one that is refused is answered as every refusal is."""

    #: working | done | failed
    state: str
    #: What it waits for above all, by its code; empty: nothing.
    reason: str
    message: str
    build: AnsweredBuild | None
    deployment: AnsweredDeployment | None
    #: All that it waits for.
    obstacles: list[ToldObstacle]
    readiness: AnsweredLook | None = None
    fix: AnsweredFix | None = None
