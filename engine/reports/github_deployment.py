"""Deployments at GitHub (https://docs.github.com/en/rest/deployments). Statuses are only ever added there."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection

from engine.errors import Gone, OutsideError
from engine.forge.clients import GitHubClients
from engine.forge.grants import WRITE_DEPLOYMENTS
from engine.forge.payload_models import Id, Json
from engine.reports.deployment_text import INACTIVE, Deployment, Deployments, Status
from engine.reports.outcomes import outcome_of, ref_of, whole
from engine.reports.port import Outcome, Posted, Renders, Subject

#: The word in a deployment's payload behind which ours are told apart.
MARK = "slipway"
PAGE = 100


class AppOfDeployment(Json):
    """Through which GitHub App a deployment was made."""

    id: Id


class Creator(Json):
    """Who made a deployment."""

    type: str = ""


class Found(Json):
    """A deployment, as far as we read it. GitHub gives the payload back as it was sent, or as its JSON."""

    id: Id
    payload: dict[str, object] | str | None = None
    creator: Creator | None = None
    performed_via_github_app: AppOfDeployment | None = None


class FoundStatus(Json):
    """A status of a deployment, as far as we read it."""

    id: Id
    state: str = ""
    description: str | None = ""
    log_url: str | None = ""
    environment_url: str | None = ""


class GitHubDeployment:
    """One deployment for each that is wanted, made once; a status is added only where the last one says otherwise."""

    def __init__(self, clients: GitHubClients, renders: Renders) -> None:
        self.clients = clients
        self.renders = renders

    def render(self, connection: Connection, subject: Subject) -> object | None:
        """The deployments as they should be now."""
        return self.renders.render(connection, subject)

    def post(self, subject: Subject, content: object) -> Outcome:
        """Makes what is missing and says what isn't said; ends what isn't wanted any more."""
        assert isinstance(content, Deployments)
        notes = Notes(subject.remote, uncertain=subject.uncertain)
        try:
            with self.clients.within(subject.until):
                for deployment in content.wanted:
                    self._mirror(content, deployment, notes)
                for key in notes.others(content):
                    self._end(content, key, notes)
        except OutsideError as error:
            return outcome_of(error, notes.remote())
        return Posted(notes.remote())

    def _mirror(self, content: Deployments, deployment: Deployment, notes: "Notes") -> None:
        key, known = deployment.key, notes.id_of(deployment.key)
        if notes.unsure_of(key):
            known = self._the_one(content, deployment) or known
            notes.looked_for(key)
        if known and self._say(content, known, deployment.status, notes, key):
            return
        if deployment.status.state == INACTIVE:
            # It was over before anybody outside could see it begin, or somebody deleted it.
            return
        made = self.clients.ask(
            Found,
            ref_of(content.repository),
            WRITE_DEPLOYMENTS,
            "POST",
            "/deployments",
            json=_body(content, deployment),
        )
        notes.made(key, made.id)
        self._say(content, made.id, deployment.status, notes, key)

    def _end(self, content: Deployments, key: str, notes: "Notes") -> None:
        self._say(content, notes.id_of(key), content.ended, notes, key)
        notes.forget(key)

    def _say(self, content: Deployments, deployment_id: int, status: Status, notes: "Notes", key: str) -> bool:
        """Adds the status where it is news. False when the deployment is gone: somebody deleted it."""
        where = f"/deployments/{deployment_id}/statuses"
        if notes.last_said(key) == _words(status) and not notes.uncertain:
            return True
        try:
            # GitHub may have ended it by itself, and a try that broke off may have said it.
            if not (notes.uncertain or status.state == INACTIVE) or not self._is_said(content, where, status):
                body = _status_body(status)
                self.clients.request(ref_of(content.repository), WRITE_DEPLOYMENTS, "POST", where, json=body)
        except Gone:
            notes.forget(key)
            return False
        notes.said(key, deployment_id, _words(status))
        return True

    def _is_said(self, content: Deployments, where: str, status: Status) -> bool:
        found = self.clients.ask(
            list[FoundStatus],
            ref_of(content.repository),
            WRITE_DEPLOYMENTS,
            "GET",
            where,
            params={"per_page": PAGE},
        )
        if not found:
            return False
        last = max(found, key=lambda each: each.id)
        if status.state == INACTIVE:
            return last.state == INACTIVE
        told = [last.state, last.description or "", last.log_url or "", last.environment_url or ""]
        return told == _words(status)

    def _the_one(self, content: Deployments, deployment: Deployment) -> int:
        """The id of our first deployment of that key, 0 when there is none. What a late answer left is ended."""
        found = self.clients.ask(
            list[Found],
            ref_of(content.repository),
            WRITE_DEPLOYMENTS,
            "GET",
            "/deployments",
            params={"sha": deployment.sha, "environment": deployment.environment, "per_page": PAGE},
        )
        payload = _payload(content, deployment.key)
        first, *surplus = sorted(each.id for each in found if _read(each) == payload and self._is_ours(each)) or [0]
        for each in surplus:
            where = f"/deployments/{each}/statuses"
            if not self._is_said(content, where, content.ended):
                body = _status_body(content.ended)
                self.clients.request(ref_of(content.repository), WRITE_DEPLOYMENTS, "POST", where, json=body)
        return first

    def _is_ours(self, deployment: Found) -> bool:
        """Anybody who may write can copy the payload; only an App makes them as a bot."""
        app = deployment.performed_via_github_app
        is_bots = deployment.creator is not None and deployment.creator.type == "Bot"
        return is_bots and (app is None or str(app.id) == self.clients.app.app_id)


class Notes:
    """What was noted of a subject's deployments: for each key the id and the words of the last status."""

    def __init__(self, remote: Mapping[str, object], *, uncertain: bool) -> None:
        #: True when an earlier try may have had its effect without our knowing.
        self.uncertain = uncertain
        #: Keys of which a call that was given up may still land.
        self._doubtful = _texts(remote.get("doubtful"))
        kept = remote.get("deployments")
        self._kept = {str(key): dict(value) for key, value in kept.items()} if isinstance(kept, dict) else {}

    def id_of(self, key: str) -> int:
        """The deployment's number; 0: none was made that we know of."""
        return whole(self._kept.get(key, {}).get("id"))

    def last_said(self, key: str) -> list[str]:
        """The words of its last status that we know of."""
        return _texts(self._kept.get(key, {}).get("said"))

    def unsure_of(self, key: str) -> bool:
        """True when it may be there although it isn't noted."""
        return self.uncertain or key in self._doubtful

    def looked_for(self, key: str) -> None:
        """What could have landed has been found."""
        self._doubtful = [each for each in self._doubtful if each != key]

    def made(self, key: str, deployment_id: int) -> None:
        """It is there from now on, with nothing said; after a try that broke off there may be a second one soon."""
        self._kept[key] = {"id": deployment_id}
        if self.uncertain:
            self._doubtful.append(key)

    def said(self, key: str, deployment_id: int, words: list[str]) -> None:
        """That is its last status."""
        self._kept[key] = {"id": deployment_id, "said": words}

    def forget(self, key: str) -> None:
        """It is gone, or over for good."""
        self._kept.pop(key, None)
        self.looked_for(key)

    def others(self, content: Deployments) -> list[str]:
        """Keys of deployments that aren't wanted any more."""
        wanted = {deployment.key for deployment in content.wanted}
        return [key for key in self._kept if key not in wanted]

    def remote(self) -> dict[str, object]:
        """All of it, to be kept."""
        doubt: dict[str, object] = {"doubtful": self._doubtful} if self._doubtful else {}
        return {"deployments": self._kept} | doubt


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _payload(content: Deployments, key: str) -> str:
    return f"{content.instance}:{key}"


def _read(found: Found) -> str:
    payload: object = found.payload
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except ValueError:
            return ""
    return str(payload.get(MARK, "")) if isinstance(payload, dict) else ""


def _body(content: Deployments, deployment: Deployment) -> dict[str, object]:
    return {
        "ref": deployment.sha,
        "environment": deployment.environment,
        "description": deployment.description,
        "payload": {MARK: _payload(content, deployment.key)},
        # Our own gates have decided: the deployment is a report, and our own check runs are among the contexts.
        "required_contexts": [],
        "auto_merge": False,
        "transient_environment": deployment.transient,
        "production_environment": deployment.production,
    }


def _words(status: Status) -> list[str]:
    return [status.state, status.description, status.log_url, status.environment_url]


def _status_body(status: Status) -> dict[str, object]:
    body: dict[str, object] = {
        "state": status.state,
        "description": status.description,
        "auto_inactive": status.auto_inactive,
    }
    urls = {"log_url": status.log_url, "environment_url": status.environment_url}
    return body | {name: url for name, url in urls.items() if url}
