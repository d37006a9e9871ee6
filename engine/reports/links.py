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

    def release(self, release_id: str) -> str:
        """The page of a deploy, with its log and its buttons."""
        return f"{self.settings.public_url}/deploys/{release_id}"

    def environment(self, label: str) -> str:
        """Where the environment of that host label is visited."""
        return self.settings.release_url(label)

    def preview(self, label: str) -> str:
        """Where the preview of that host label is looked at."""
        return self.settings.preview_url(label)
