"""The sample repositories: what a newcomer sees first."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Sample:
    """A repository with a first commit and one open pull request."""

    name: str
    description: str
    first_message: str
    branch: str
    title: str
    body: str

    @property
    def base(self) -> Path:
        """The files of the default branch."""
        return FOLDER / self.name / "base"

    @property
    def change(self) -> Path:
        """The files that the pull request changes or adds."""
        return FOLDER / self.name / "change"


SAMPLES = (
    Sample(
        "shop",
        "A little shop, made with Flask",
        "Open the shop",
        "autumn-sale",
        "Start the autumn sale",
        "Everything 20 % off, and a banner that says so.\n\nComment `/preview` to see it running.",
    ),
    Sample(
        "api",
        "A small weather API, made with Express",
        "Answer with the weather",
        "forecast",
        "Add a three-day forecast",
        "`GET /forecast` answers with the next three days, and the front page shows them.\n\n"
        "Comment `/preview` to try it.",
    ),
    Sample(
        "site",
        "A static page: HTML and CSS, nothing to build",
        "Say hello",
        "evening-theme",
        "Give the page an evening theme",
        "Darker colours and a sky full of stars.\n\nComment `/preview` to look at it.",
    ),
)
