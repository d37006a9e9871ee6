"""Comments on commits at GitHub (https://docs.github.com/en/rest/commits/comments)."""

import hashlib
from typing import Literal

from sqlalchemy import Connection

from engine.errors import Denied, Gone
from engine.forge.clients import GitHubClients
from engine.forge.failures import Unauthorized
from engine.forge.grants import COMMENT_ON_COMMITS, EDIT_ON_COMMITS
from engine.reports.commit_text import CommitComment
from engine.reports.github_comment import Found
from engine.reports.outcomes import posted, ref_of, whole
from engine.reports.port import Outcome, Renders, Subject

PAGE = 100
#: Commits with more comments than this many pages hold are not searched to their end.
MOST_PAGES = 10

#: What becomes of an edit: it is done, somebody deleted the comment, or the GitHub App isn't granted as much.
Edited = Literal["done", "gone", "refused"]


class GitHubCommitComment:
    """One comment per commit and environment, made once, and edited from then on where the App may."""

    def __init__(self, clients: GitHubClients, renders: Renders) -> None:
        self.clients = clients
        self.renders = renders

    def render(self, connection: Connection, subject: Subject) -> object | None:
        """The comment as it should be now."""
        return self.renders.render(connection, subject)

    def post(self, subject: Subject, content: object) -> Outcome:
        """Makes the commit carry the comment; says that it is mended only where the failure was told."""
        assert isinstance(content, CommitComment)
        return posted(self.clients, subject, lambda: self._upsert(subject, content))

    def _upsert(self, subject: Subject, comment: CommitComment) -> dict[str, object]:
        said = hashlib.sha256(comment.body.encode()).hexdigest()
        unsure = subject.uncertain or bool(subject.remote.get("doubtful"))
        if subject.remote.get("said") == said and not unsure:
            return dict(subject.remote)
        known = whole(subject.remote.get("id"))
        if unsure:
            known = self._find(comment, comment.marker) or known
        edited: Edited = self._edit(known, comment) if known else "gone"
        doubt: dict[str, object] = {"doubtful": True} if subject.uncertain else {}
        if edited == "gone":
            if comment.news:
                # Nobody was told of the failure, or somebody deleted it: nothing is to be taken back.
                return {"said": said}
            return {"id": self._create(comment, comment.body), "said": said} | doubt
        told = whole(subject.remote.get("news"))
        if edited == "refused" and comment.news and not told:
            told = self._find(comment, comment.news_marker) if unsure else 0
            told = told or self._create(comment, comment.news)
        return {"id": known, "said": said} | ({"news": told} if told else {})

    def _create(self, comment: CommitComment, body: str) -> int:
        where = f"/commits/{comment.sha}/comments"
        made = self.clients.ask(
            Found, ref_of(comment.repository), COMMENT_ON_COMMITS, "POST", where, json={"body": body}
        )
        return made.id

    def _edit(self, comment_id: int, comment: CommitComment) -> Edited:
        where = f"/comments/{comment_id}"
        try:
            self.clients.request(
                ref_of(comment.repository), EDIT_ON_COMMITS, "PATCH", where, json={"body": comment.body}
            )
        except Gone:
            return "gone"
        except Unauthorized:
            raise
        except Denied:
            return "refused"
        return "done"

    def _find(self, comment: CommitComment, marker: str) -> int:
        """The id of our first comment with that marker, 0 when there is none."""
        ours: list[int] = []
        for page in range(1, MOST_PAGES + 1):
            found = self.clients.ask(
                list[Found],
                ref_of(comment.repository),
                COMMENT_ON_COMMITS,
                "GET",
                f"/commits/{comment.sha}/comments",
                params={"per_page": PAGE, "page": page},
            )
            ours += [each.id for each in found if (each.body or "").startswith(marker) and _is_bots(each)]
            if len(found) < PAGE:
                break
        return min(ours, default=0)


def _is_bots(comment: Found) -> bool:
    """Anybody can copy the marker; GitHub doesn't say here through which App a comment was written."""
    return comment.user is not None and comment.user.type == "Bot"
