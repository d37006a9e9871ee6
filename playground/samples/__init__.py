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
    #: Markdown: what a newcomer does to see it deployed.
    to_try: str

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
        "**Go live in two steps.** Merge the pull request, or push to `main`: it goes to **staging**. Then comment "
        "`/promote` on any pull request: **production** takes only what staging serves, and wants an approval. "
        "Nobody approves what they asked for: act as `admin` at the top right and press *Approve* on the commit's "
        "page, or comment `/approve`. `/rollback production --plan` tells what going back would change.",
    ),
    Sample(
        "api",
        "A small weather API, made with Express",
        "Answer with the weather",
        "forecast",
        "Add a three-day forecast",
        "`GET /forecast` answers with the next three days, and the front page shows them.\n\n"
        "Comment `/preview` to try it.",
        "**Go live when somebody says so.** Comment `/deploy` on a pull request for its head, or `/deploy main`. A "
        "release command runs first: a version that can't tell the weather of a whole year gets no visitors. `/lock` "
        "keeps others from deploying until `/unlock`.",
    ),
    Sample(
        "site",
        "A static page: HTML and CSS, nothing to build",
        "Say hello",
        "evening-theme",
        "Give the page an evening theme",
        "Darker colours and a sky full of stars.\n\nComment `/preview` to look at it.",
        "**Every push to `main` goes live.** Merge the pull request and watch *Environments*, then comment "
        "`/rollback`: the version before is back, and pushes wait until `/unlock`. Let CI say *failure* on a commit's "
        "page before you push on, and see what is held back.",
    ),
)
