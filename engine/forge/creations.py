"""The Creations port: counts the calls that make something at GitHub. Promise: never more than GitHub allows."""

from typing import Protocol


class Creations(Protocol):
    """Who counts."""

    def reserve(self, installation_id: int) -> None:
        """Counts one more creation for the installation. Raises NoRoom when it would be one too many."""
        ...


class Uncounted:
    """Counts nothing: for whoever creates nothing."""

    def reserve(self, installation_id: int) -> None:
        """There is always room."""
