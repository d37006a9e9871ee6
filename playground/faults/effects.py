"""What happened at this GitHub, written down in the same transaction in which it happened."""

from dataclasses import dataclass
from typing import Any

import orjson

from playground.hub import Hub
from playground.installations import installation_of
from playground.repositories import Repository, full_name


@dataclass(frozen=True)
class Effect:
    """One thing that happened: when, in seconds since the epoch, what, and the fields by which it is counted."""

    id: int
    at: float
    kind: str
    fields: dict[str, Any]

    def shown(self) -> dict[str, object]:
        """One flat object; `seq` counts upwards without regard to the kind."""
        return {"seq": self.id, "at": self.at, "kind": self.kind, **self.fields}


def record(hub: Hub, kind: str, repository: Repository | None = None, **fields: object) -> None:
    """Writes an effect down where the fault switch is there; call it inside the effect's own transaction."""
    if not hub.settings.faults:
        return
    if repository is not None:
        installation = installation_of(hub, repository)
        place = {
            "repository": full_name(hub, repository),
            "repository_id": repository.id,
            "installation_id": installation.id if installation else None,
        }
        fields = {**place, **fields}
    hub.database.insert("effects", at=hub.clock(), kind=kind, fields=orjson.dumps(fields).decode())


def effects(hub: Hub, *, kind: str | None, after: int) -> list[Effect]:
    """Everything that happened behind a number, or all of one kind, in order."""
    sql = "SELECT * FROM effects WHERE id > ?1 AND (?2 IS NULL OR kind = ?2) ORDER BY id"
    return hub.database.all(Effect, sql, after, kind)
