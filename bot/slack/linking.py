"""`/slack/link`: somebody who is signed in through GitHub says which Slack user they are."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages.forms import Form, taking
from bot.pages.reception import Reception
from bot.slack.deps import SlackDeps
from engine.access.sessions import Session
from engine.domain.event import Person
from engine.reports.slack_subjects import mark_home
from engine.store import audit, slack_people, slack_workspaces
from engine.store.audit import Entry
from engine.store.slack_people import OfferedLink
from engine.store.slack_workspaces import Workspace

PATH = "/slack/link"

#: Characters of a token; longer ones are nobody's.
LONGEST_TOKEN = 100
NO_GOOD = "This link was used before, or is older than ten minutes. Type /slipway link in Slack for a new one."


@dataclass(frozen=True)
class Offer:
    """A link that is still good, and who its Slack user is by now."""

    token: str
    link: OfferedLink
    workspace: Workspace
    #: None: nobody yet.
    person: Person | None


@dataclass(frozen=True)
class Linking:
    """The page and its form."""

    deps: SlackDeps
    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route(PATH, self.page, methods=["GET"]),
            Route(PATH, taking(self.reception, self.link, lambda _request: "/"), methods=["POST"]),
        ]

    def page(self, request: Request) -> Response:
        """Is this you in Slack?"""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.ask_to_sign_in(request)
        offer = self._offer(request.query_params.get("token", ""))
        if offer is None:
            return self._refuse(session)
        return self.reception.page("slack_link.html", session=session, offer=offer)

    def link(self, form: Form) -> Response:
        """Yes, it is."""
        session, now = form.session, self.deps.clock()
        offer = self._offer(form.value("token"))
        if offer is None:
            return self._refuse(session)
        with self.deps.database.write() as connection:
            done = slack_people.link(connection, offer.token, session.person, now)
            if done is None:
                return self._refuse(session)
            subject = f"slack:{offer.workspace.team_id}:{done.user_id}"
            entry = Entry(now, offer.workspace.lane, session.login, "slack", "link", subject, "", "done")
            audit.record(connection, entry)
            mark_home(connection, workspace_id=offer.workspace.id, user_id=done.user_id)
        return self.reception.page("slack_linked.html", session=session, offer=offer)

    def _offer(self, token: str) -> Offer | None:
        if not token or len(token) > LONGEST_TOKEN:
            return None
        with self.deps.database.read() as connection:
            link = slack_people.offered(connection, token, self.deps.clock())
            workspace = slack_workspaces.by_id(connection, link.workspace_id) if link is not None else None
            if link is None or workspace is None or not workspace.here:
                return None
            return Offer(token, link, workspace, slack_people.person_of(connection, workspace.id, link.user_id))

    def _refuse(self, session: Session) -> Response:
        return self.reception.page("refused.html", 410, session=session, detail=NO_GOOD)
