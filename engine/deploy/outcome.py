"""How an ask ended: closed outcomes, the same for every door."""

from dataclasses import dataclass

from engine.reasons import Reason


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands in the way, and who can open it."""

    reason: Reason
    #: Markdown of ours; foreign text in it is escaped.
    sentence: str
    #: Who can change it, or what does, in words: "Anybody but @ada with write permission: `/approve`."
    opener: str


@dataclass(frozen=True)
class Started:
    """A release was made, or was there already for this very ask; it may have to wait."""

    release_id: str
    #: What it waits for, all of it at once; empty: its job was asked for.
    waits: tuple[Obstacle, ...] = ()
    #: Markdown of ours: what was started, and what it waits for.
    said: str = ""


@dataclass(frozen=True)
class Told:
    """It was done at once, or only told. Markdown of ours."""

    markdown: str
    #: The release that it is about; empty: none.
    release_id: str = ""


@dataclass(frozen=True)
class Refused:
    """Nothing was changed; every reason at once, the weightiest first."""

    obstacles: tuple[Obstacle, ...]

    @property
    def reason(self) -> Reason:
        """The weightiest reason, which is the answer's code."""
        return self.obstacles[0].reason

    @property
    def markdown(self) -> str:
        """All of it for people."""
        told = [f"{each.sentence} {each.opener}".strip() for each in self.obstacles]
        return told[0] if len(told) == 1 else "\n".join(f"- {each}" for each in told)


Outcome = Started | Told | Refused
