"""App Homes (https://docs.slack.dev/reference/methods/views.publish): what runs, what waits, who somebody is."""

from dataclasses import replace
from urllib.parse import urlencode

from slack_sdk.models.views import View
from sqlalchemy import Connection

from engine.domain.event import Person
from engine.domain.permission import Role
from engine.errors import OutsideError
from engine.reports.links import Links
from engine.reports.port import Outcome, Posted, Subject
from engine.reports.slack_blocks import Words
from engine.reports.slack_home_text import home_words
from engine.reports.slack_home_view import Home, Project, home_of
from engine.reports.slack_message import digest_of, outcome_of_try
from engine.reports.slack_readers import Roles
from engine.slack.client import SlackApi
from engine.store import slack_people, slack_workspaces
from engine.store.slack_people import LIFETIME


class SlackHome:
    """Publishes somebody's App Home, with nothing in it that GitHub doesn't let them read now."""

    def __init__(self, api: SlackApi, roles: Roles, links: Links) -> None:
        self.api = api
        self.roles = roles
        self.links = links

    def render(self, connection: Connection, subject: Subject) -> Home | None:
        """The home of now; None once the workspace has left."""
        _, workspace_id, user_id = subject.key.split(":", 2)
        workspace = slack_workspaces.by_id(connection, int(workspace_id))
        return home_of(connection, int(workspace_id), user_id) if workspace is not None and workspace.here else None

    def post(self, subject: Subject, content: object) -> Outcome:
        """Publishes it, unless it shows the very same already."""
        assert isinstance(content, Home)
        try:
            with self.api.within(subject.until):
                return Posted(self._published(subject, content))
        except OutsideError as error:
            return outcome_of_try(error)

    def _published(self, subject: Subject, home: Home) -> dict[str, object]:
        if home.person is None:
            return self._stranger(subject, home)
        try:
            seen = [self._seen(each, home.person) for each in home.projects]
            words = home_words(replace(home, projects=tuple(filter(None, seen))), self.links)
        except OutsideError:
            words = home_words(home, self.links, away=True)
        if subject.uncertain or subject.remote.get("said") != digest_of(words):
            self._publish(home, words)
        return {"said": digest_of(words)}

    def _stranger(self, subject: Subject, home: Home) -> dict[str, object]:
        """Nobody knows who they are: the link that they say it by is fresh, and is made no more often than it ages."""
        now, offered = self.api.wall(), subject.remote.get("offered")
        if isinstance(offered, float) and 0 <= now - offered < LIFETIME / 2:
            return {"offered": offered}
        with self.api.database.write() as connection:
            token = slack_people.offer(connection, home.workspace_id, home.user_id, "", now)
        address = f"{self.links.settings.public_url}/slack/link?{urlencode({'token': token})}"
        self._publish(home, home_words(home, self.links, address))
        return {"offered": now}

    def _seen(self, project: Project, person: Person) -> Project | None:
        """As GitHub lets them see it: whoever may only read it lets nothing go on."""
        role = self.roles.role(project.repository.ref, person.login, person.id)
        if role < Role.READ:
            return None
        return project if role >= Role.WRITE else replace(project, waits=())

    def _publish(self, home: Home, words: Words) -> None:
        view = View(type="home", blocks=list(words.blocks)).to_dict()
        self.api.call(home.workspace_id, "views.publish", user_id=home.user_id, view=view)
