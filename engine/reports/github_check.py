"""Check runs at GitHub (https://docs.github.com/en/rest/checks/runs): of commits, gates and drifts alike."""

from collections.abc import Mapping

from sqlalchemy import Connection

from engine.errors import Gone
from engine.forge.clients import GitHubClients
from engine.forge.grants import WRITE_CHECKS
from engine.forge.payload_models import Id, Json
from engine.reports.actions import DESCRIPTION_LIMIT, IDENTIFIER_LIMIT, LABEL_LIMIT, MOST_ACTIONS, Action
from engine.reports.check_text import CheckRun
from engine.reports.outcomes import posted, ref_of, whole
from engine.reports.port import Outcome, Renders, Subject

#: What a run says that is there once too often.
SURPLUS = {"status": "completed", "conclusion": "neutral"}


class RunOutput(Json):
    """What a check run says."""

    annotations_count: int = 0


class Run(Json):
    """A check run, as far as we read it."""

    id: Id
    external_id: str | None = None
    status: str = ""
    conclusion: str | None = None
    output: RunOutput | None = None


class Runs(Json):
    """`GET …/commits/{sha}/check-runs`."""

    check_runs: list[Run]


class GitHubCheck:
    """One check run per subject, opened once and edited from then on; opened again when what it tells goes on."""

    def __init__(self, clients: GitHubClients, renders: Renders) -> None:
        self.clients = clients
        self.renders = renders

    def render(self, connection: Connection, subject: Subject) -> object | None:
        """The check run as it should be now."""
        return self.renders.render(connection, subject)

    def post(self, subject: Subject, content: object) -> Outcome:
        """Edits the run that is there, else creates it once."""
        assert isinstance(content, CheckRun)
        return posted(self.clients, subject, lambda: self._upsert(subject, content))

    def _upsert(self, subject: Subject, check: CheckRun) -> dict[str, object]:
        known = whole(subject.remote.get("id"))
        annotated = bool(subject.remote.get("annotated"))
        if subject.uncertain or subject.remote.get("doubtful"):
            # An earlier try may have made the run, or added the annotation that each edit would add once more.
            found = self.the_one(check)
            known = found.id if found else known
            annotated = annotated or bool(found and found.output and found.output.annotations_count)
        annotate = check.location is not None and not annotated
        if known and self.edit(known, check, annotation_of(check) if annotate else {}):
            return {"id": known, "annotated": annotated or annotate}
        made = self.create(check, annotation_of(check))
        doubt: dict[str, object] = {"doubtful": True} if subject.uncertain else {}
        return {"id": made, "annotated": check.location is not None} | doubt

    def create(self, check: CheckRun, said: Mapping[str, object]) -> int:
        """The id of a new run. `said` is further output, such as annotations."""
        body = body_of(check, said)
        return self.clients.ask(Run, ref_of(check.repository), WRITE_CHECKS, "POST", "/check-runs", json=body).id

    def edit(self, run_id: int, check: CheckRun, said: Mapping[str, object]) -> bool:
        """False when the run is gone, or GitHub keeps it completed although it should go on: then a new one is due."""
        body = body_of(check, said)
        del body["head_sha"]
        try:
            now = self.clients.ask(
                Run, ref_of(check.repository), WRITE_CHECKS, "PATCH", f"/check-runs/{run_id}", json=body
            )
        except Gone:
            return False
        return (now.status, now.conclusion) == (body["status"], check.conclusion)

    def the_one(self, check: CheckRun) -> Run | None:
        """The newest of our runs, which is the one that GitHub shows; any other is concluded."""
        where = f"/commits/{check.sha}/check-runs"
        asked: dict[str, str | int] = {"check_name": check.name, "filter": "all", "per_page": 100}
        found = self.clients.ask(Runs, ref_of(check.repository), WRITE_CHECKS, "GET", where, params=asked)
        ours = sorted((run for run in found.check_runs if run.external_id == check.external_id), key=lambda run: run.id)
        for surplus in ours[:-1]:
            if surplus.status != "completed":
                again = f"/check-runs/{surplus.id}"
                self.clients.request(ref_of(check.repository), WRITE_CHECKS, "PATCH", again, json=SURPLUS)
        return ours[-1] if ours else None


def annotation_of(check: CheckRun) -> dict[str, object]:
    """The line that a build broke at, as a part of a run's output; empty: it names none."""
    if check.location is None:
        return {}
    at = {"start_line": check.location.line, "end_line": check.location.line}
    return {
        "annotations": [{"path": check.location.path, **at, "annotation_level": "failure", "message": check.message}]
    }


def body_of(check: CheckRun, said: Mapping[str, object]) -> dict[str, object]:
    """The run as GitHub is told of it; `said` is further output."""
    output: dict[str, object] = {"title": check.title, "summary": check.summary, **said}
    if check.text:
        output["text"] = check.text
    body: dict[str, object] = {
        "name": check.name,
        "head_sha": check.sha,
        "external_id": check.external_id,
        "started_at": check.started_at,
        "output": output,
    }
    if check.details_url:
        body["details_url"] = check.details_url
    if check.conclusion is None:
        return body | {"status": "in_progress"}
    return body | {
        "status": "completed",
        "conclusion": check.conclusion,
        "completed_at": check.completed_at,
        "actions": [_button(action) for action in check.actions[:MOST_ACTIONS]],
    }


def _button(action: Action) -> dict[str, str]:
    return {
        "label": action.label[:LABEL_LIMIT],
        "description": action.description[:DESCRIPTION_LIMIT],
        "identifier": action.identifier[:IDENTIFIER_LIMIT],
    }
