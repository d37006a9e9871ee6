"""Whom a payload is about, read without any trust in its shape: for the door, and for what came through no door."""

from typing import Annotated

from pydantic import Field, OnErrorOmit, TypeAdapter, ValidationError
from typing_extensions import TypedDict

#: As many bits as its column holds.
Id = Annotated[int, Field(strict=True, ge=0, lt=2**63)]


class Named(TypedDict, total=False):
    """Something with an id; one that isn't a number of ours is as good as none."""

    id: OnErrorOmit[Id]


class Payload(TypedDict, total=False):
    """The little that is asked of a payload at the door: the rest of it is checked but not made into objects."""

    installation: OnErrorOmit[Named]
    repository: OnErrorOmit[Named]


PAYLOAD = TypeAdapter(Payload)


def ids_of(body: bytes) -> tuple[int, int]:
    """The installation and the repository that a payload names; 0 for one that can't be read: intake says why."""
    try:
        payload = PAYLOAD.validate_json(body)
    except ValidationError:
        return 0, 0
    return payload.get("installation", {}).get("id", 0), payload.get("repository", {}).get("id", 0)


def order_key_of(repository_id: int) -> str:
    """Deliveries about one repository are read one at a time; empty for those about none."""
    return f"repository:{repository_id}" if repository_id else ""
