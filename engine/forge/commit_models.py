"""The few fields of GitHub's answers about commits, refs and checks that Slipway reads."""

from pydantic import Field

from engine.forge import payload_models as models
from engine.forge.commits import CommitLine

#: Characters of a commit's first line and of its author that are kept.
LONGEST_TITLE, LONGEST_AUTHOR = 200, 100


class RefObject(models.Json):
    """What a ref points at: a commit, or an annotated tag that leads to one."""

    sha: models.Sha


class Ref(models.Json):
    """`GET …/git/ref/{ref}`."""

    ref: str
    object: RefObject


class Head(models.Json):
    """The commit of a branch."""

    sha: models.Sha


class Branch(models.Json):
    """A branch of `GET …/branches`."""

    commit: Head


class Signature(models.Json):
    """Whom a commit names as its author."""

    name: str | None = ""


class Author(models.Json):
    """The account that has the author's address; GitHub writes an empty object for some."""

    login: str = ""


class Message(models.Json):
    """The part of a commit that holds its message."""

    message: str = ""
    author: Signature | None = None


class Commit(models.Json):
    """`GET …/commits/{sha}`, and the commits of a comparison."""

    sha: models.Sha
    commit: Message
    #: None when no account has the author's address.
    author: Author | None = None


class ComparedFile(models.Json):
    """A file of a comparison."""

    filename: str
    #: Where it was before it was moved.
    previous_filename: str | None = None


class Compared(models.Json):
    """`GET …/compare/{base}...{head}`; files come with the first page alone."""

    ahead_by: int
    behind_by: int
    total_commits: int
    commits: list[Commit]
    files: list[ComparedFile] | None = None


class CheckRun(models.Json):
    """A check run of `GET …/commits/{sha}/check-runs`."""

    id: models.Id
    name: str
    status: str
    conclusion: str | None = None
    app: models.OwnerApp | None = None

    @property
    def app_id(self) -> int:
        """The GitHub App that made it; 0 when GitHub doesn't say."""
        return 0 if self.app is None else self.app.id


class CheckRunPage(models.Json):
    """`GET …/commits/{sha}/check-runs`."""

    total_count: int
    check_runs: list[CheckRun]


class Status(models.Json):
    """A status of `GET …/commits/{sha}/status`."""

    context: str
    state: str


class StatusPage(models.Json):
    """`GET …/commits/{sha}/status`: the newest status of each context."""

    total_count: int
    statuses: list[Status] = Field(default_factory=list)


def line_of(commit: Commit) -> CommitLine:
    """Our value of GitHub's commit."""
    signed = commit.commit.author.name if commit.commit.author is not None else ""
    author = (commit.author.login if commit.author is not None else "") or signed or ""
    title = commit.commit.message.partition("\n")[0]
    return CommitLine(commit.sha, title[:LONGEST_TITLE], author[:LONGEST_AUTHOR])
