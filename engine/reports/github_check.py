"""Check runs at GitHub (https://docs.github.com/en/rest/checks/runs)."""

from engine.errors import Gone, OutsideError
from engine.forge.clients import GitHubClients
from engine.forge.grants import WRITE_CHECKS
from engine.forge.payload_models import Id, Json
from engine.reports.check_text import CHECK_NAME, CheckRun
from engine.reports.outcomes import outcome_of, ref_of, whole
from engine.reports.port import Outcome, Posted, Subject
from engine.reports.render import RendersChecks


class RunOutput(Json):
    """What a check run says."""

    annotations_count: int = 0


class Run(Json):
    """A check run, as far as we read it."""

    id: Id
    external_id: str | None = None
    output: RunOutput | None = None


class Runs(Json):
    """`GET …/commits/{sha}/check-runs`."""

    check_runs: list[Run]


class GitHubCheck(RendersChecks):
    """One check run per commit, opened once and edited from then on."""

    def __init__(self, clients: GitHubClients, renders: RendersChecks) -> None:
        super().__init__(renders.links)
        self.clients = clients

    def post(self, subject: Subject, content: object) -> Outcome:
        """Edits the run that is there, else creates it once."""
        assert isinstance(content, CheckRun)
        try:
            return Posted(self._upsert(subject, content))
        except OutsideError as error:
            return outcome_of(error)

    def _upsert(self, subject: Subject, check: CheckRun) -> dict[str, object]:
        known = whole(subject.remote.get("id"))
        annotated = bool(subject.remote.get("annotated"))
        if subject.uncertain:
            # An earlier try may have made the run, or added the annotation that each edit would add once more.
            found = self._search(check)
            known = found.id if found else known
            annotated = annotated or bool(found and found.output and found.output.annotations_count)
        annotate = check.location is not None and not annotated
        if known:
            try:
                return self._edit(known, check, annotate, annotated)
            except Gone:
                annotated = False
        made = self.clients.ask(
            Run, ref_of(check.repository), WRITE_CHECKS, "POST", "/check-runs", json=_body(check, annotate)
        )
        return {"id": made.id, "annotated": annotate}

    def _edit(self, run_id: int, check: CheckRun, annotate: bool, annotated: bool) -> dict[str, object]:
        body = _body(check, annotate)
        del body["head_sha"]
        self.clients.request(ref_of(check.repository), WRITE_CHECKS, "PATCH", f"/check-runs/{run_id}", json=body)
        return {"id": run_id, "annotated": annotated or annotate}

    def _search(self, check: CheckRun) -> Run | None:
        found = self.clients.ask(
            Runs,
            ref_of(check.repository),
            WRITE_CHECKS,
            "GET",
            f"/commits/{check.sha}/check-runs",
            params={"check_name": CHECK_NAME, "filter": "all", "per_page": 100},
        )
        ours = [run for run in found.check_runs if run.external_id == check.external_id]
        return min(ours, key=lambda run: run.id, default=None)


def _body(check: CheckRun, annotate: bool) -> dict[str, object]:
    output: dict[str, object] = {"title": check.title, "summary": check.summary}
    if check.text:
        output["text"] = check.text
    if annotate and check.location is not None:
        output["annotations"] = [
            {
                "path": check.location.path,
                "start_line": check.location.line,
                "end_line": check.location.line,
                "annotation_level": "failure",
                "message": check.message,
            }
        ]
    body: dict[str, object] = {
        "name": CHECK_NAME,
        "head_sha": check.sha,
        "external_id": check.external_id,
        "started_at": check.started_at,
        "output": output,
    }
    if check.details_url:
        body["details_url"] = check.details_url
    if check.conclusion is None:
        return body | {"status": "in_progress"}
    return body | {"status": "completed", "conclusion": check.conclusion, "completed_at": check.completed_at}
