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
