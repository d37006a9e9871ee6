"""Addresses of ours that reports show."""

from dataclasses import dataclass

from engine.settings import Settings


@dataclass(frozen=True)
class Links:
    """Writes links for people."""

    settings: Settings

    def job(self, build_id: str) -> str:
        """The page of a build, with its log."""
        return f"{self.settings.public_url}/jobs/{build_id}"

    def preview(self, label: str) -> str:
        """Where the preview of that host label is looked at."""
        return self.settings.preview_url(label)
