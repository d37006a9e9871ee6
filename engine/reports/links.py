"""Addresses of ours that reports show."""

from dataclasses import dataclass
from urllib.parse import quote

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

    def readiness(self, full_name: str, number: int) -> str:
        """The page that tells whether a pull request, or (0) the default branch, is ready to ship."""
        return f"{self.settings.public_url}{readiness_path(full_name, number)}"

    def file(self, full_name: str, sha: str, path: str, line: int) -> str:
        """Where GitHub shows a line (0: all) of a file of that commit; empty without a GitHub App."""
        if self.settings.github is None:
            return ""
        at = f"#L{line}" if line else ""
        return f"{self.settings.github.web_url}/{full_name}/blob/{sha}/{quote(path, errors='replace')}{at}"

    def environment(self, label: str) -> str:
        """Where the environment of that host label is visited."""
        return self.settings.release_url(label)

    def preview(self, label: str) -> str:
        """Where the preview of that host label is looked at."""
        return self.settings.preview_url(label)


def readiness_path(full_name: str, number: int) -> str:
    """The path of that page at Slipway."""
    pull = f"/pulls/{number}" if number else ""
    return f"/projects/{full_name}{pull}/readiness"
