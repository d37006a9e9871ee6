"""The sticky comment at GitHub (https://docs.github.com/en/rest/issues/comments)."""

from engine.errors import Gone
from engine.forge.clients import GitHubClients
from engine.forge.grants import WRITE_CONVERSATION
from engine.forge.payload_models import Id, Json
from engine.reports.comment_text import StickyComment
from engine.reports.outcomes import posted, ref_of, whole
from engine.reports.port import Outcome, Subject
from engine.reports.render import RendersComments

PAGE = 100
#: Conversations longer than this many pages are not searched to their end.
MOST_PAGES = 30


class AppOfComment(Json):
    """Through which GitHub App a comment was written."""

    id: Id


class Author(Json):
    """Who wrote a comment."""

    type: str = ""


class Found(Json):
    """A comment, as far as we read it."""

    id: Id
    body: str | None = ""
    user: Author | None = None
    performed_via_github_app: AppOfComment | None = None


class GitHubComment(RendersComments):
    """One comment per pull request, created once and edited from then on: an edit sends no e-mail."""

    def __init__(self, clients: GitHubClients, renders: RendersComments) -> None:
        super().__init__(renders.links, renders.wall)
        self.clients = clients

    def post(self, subject: Subject, content: object) -> Outcome:
        """Edits the comment that is there, else creates it once."""
        assert isinstance(content, StickyComment)
        return posted(self.clients, subject, lambda: self._upsert(subject, content))

    def _upsert(self, subject: Subject, comment: StickyComment) -> dict[str, object]:
        known = whole(subject.remote.get("id"))
        doubtful = bool(subject.remote.get("doubtful"))
        if known and not doubtful and self._edit(known, comment):
            return {"id": known}
        # Gone, or an earlier try may have created it without our knowing: the marker tells.
        if known or doubtful or subject.uncertain:
            found = self._the_one(comment)
            if found and self._edit(found, comment):
                return {"id": found}
        made = self.clients.ask(
            Found,
            ref_of(comment.repository),
            WRITE_CONVERSATION,
            "POST",
            f"/issues/{comment.number}/comments",
            json={"body": comment.body},
        )
        return {"id": made.id, "doubtful": True} if subject.uncertain else {"id": made.id}

    def _edit(self, comment_id: int, comment: StickyComment) -> bool:
        """False when somebody deleted it."""
        return self._change(comment, "PATCH", comment_id, {"body": comment.body})

    def _change(self, comment: StickyComment, method: str, comment_id: int, body: object = None) -> bool:
        where = f"/issues/comments/{comment_id}"
        try:
            self.clients.request(ref_of(comment.repository), WRITE_CONVERSATION, method, where, json=body)
        except Gone:
            return False
        return True

    def _the_one(self, comment: StickyComment) -> int:
        """The id of our oldest comment, 0 when there is none. A further one that a late answer left is taken away."""
        first, *surplus = self._search(comment) or [0]
        for each in surplus:
            self._change(comment, "DELETE", each)
        return first

    def _search(self, comment: StickyComment) -> list[int]:
        """The comments that begin with our marker and were written through our App, oldest first."""
        ours: list[int] = []
        for page in range(1, MOST_PAGES + 1):
            found = self.clients.ask(
                list[Found],
                ref_of(comment.repository),
                WRITE_CONVERSATION,
                "GET",
                f"/issues/{comment.number}/comments",
                params={"per_page": PAGE, "page": page},
            )
            ours += [each.id for each in found if (each.body or "").startswith(comment.marker) and self._is_ours(each)]
            if len(found) < PAGE:
                break
        return sorted(ours)

    def _is_ours(self, comment: Found) -> bool:
        """Anybody can copy the marker; only an App writes as a bot, and ours is told by its number."""
        app = comment.performed_via_github_app
        is_bots = comment.user is not None and comment.user.type == "Bot"
        return is_bots and (app is None or str(app.id) == self.clients.app.app_id)
