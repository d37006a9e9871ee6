"""What a sandbox is, as it is kept on disk: enough for a new host process to go on with it."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

FILE = "sandbox.json"


@dataclass(frozen=True)
class Record:
    """One sandbox."""

    sandbox_id: str
    template: str
    #: Opens the file and process calls.
    access_token: str = field(repr=False)
    #: Opens the port proxy; none: it is open.
    traffic_token: str | None = field(repr=False)
    metadata: dict[str, str]
    #: Given to every command.
    environment: dict[str, str] = field(repr=False)
    #: E2B's network settings as they were sent, `allow_internet_access` among them.
    network: dict[str, Any]
    #: The user that its commands run as; none: the host's own.
    uid: int | None
    #: The folder name of its package cache's trust level; none: a cache of its own.
    trust: str | None
    #: Seconds since the epoch.
    started_at: float
    end_at: float
    paused: bool = False
    pause_at_end: bool = False
    auto_resume: bool = False
    idempotency_key: str | None = None
    #: Its end was asked for and is not proven yet.
    ending: bool = False


@dataclass(frozen=True)
class Folders:
    """The folders of one sandbox."""

    base: Path
    own_cache: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "own_cache", self.base / "cache")

    @property
    def root(self) -> Path:
        """Holds what the sandbox writes, at the paths it sees."""
        return self.base / "root"

    @property
    def home(self) -> Path:
        """The sandbox's /home/user."""
        return self.root / "home" / "user"

    @property
    def temporary(self) -> Path:
        """The sandbox's /tmp."""
        return self.root / "tmp"

    @property
    def ports(self) -> Path:
        """The doors."""
        return self.base / "ports"


_RECORDS = TypeAdapter(Record)


def save(folder: Path, record: Record) -> None:
    """Write the record, whole or not at all."""
    fresh = folder / (FILE + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_RECORDS.dump_json(record))
    fresh.replace(folder / FILE)


def load(folder: Path) -> Record | None:
    """The record of a folder; none when the sandbox was never finished being made."""
    try:
        return _RECORDS.validate_json((folder / FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
