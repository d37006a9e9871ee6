"""The fix job: what somebody asked for becomes one commit on the pull request's branch, a suggestion, or a patch."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection

from engine.domain.event import PullRequest
from engine.domain.gate import fork_subject
from engine.domain.inspection import Fix as StoredFix
from engine.domain.inspection import FixState
from engine.domain.job import Job, JobState
from engine.domain.permission import Role
from engine.errors import Denied, Gone, StageFailed
from engine.forge.port import Forge, RepositoryRef
from engine.forge.writing import Writing
from engine.project.config import PROJECT_FILE
from engine.readiness.facts import Facts
from engine.readiness.fixes import outcome
from engine.readiness.fixes.delivery import Delivery, made_before
from engine.readiness.fixes.fix import Change, Fix, NotFixable
from engine.readiness.fixes.outcome import Ended
from engine.readiness.fixes.sandbox_workshop import SandboxWorkshop
from engine.readiness.fixes.table import BY_NAME
from engine.readiness.looking import facts_of
from engine.readiness.patience import NOT_READABLE, at_most
from engine.reasons import Reason
from engine.reports.escape import code, sentence
from engine.reports.subjects import mark_comment
from engine.sandboxes.port import Sandboxes
from engine.settings import Settings
from engine.source.configured import AsConfigured
from engine.source.mirrors import GitMirrors, Wanted
from engine.source.snapshot import Snapshot
from engine.store import fixes, repositories, timeline
from engine.store.database import Database
from engine.store.port import Effects
from engine.store.repositories import StoredRepository
from engine.work.handler import Done, Running

#: Seconds of the processor for reading what a fix is made of.
PATIENCE = 20.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class FixHandler:
    """Handler of fix jobs; a job's subject is the fix's id."""

    database: Database
    forge: Forge
    writing: Writing
    source: GitMirrors
    sandboxes: Sandboxes
    settings: Settings
    clock: Callable[[], float] = field(default=time.time)

    def run(self, job: Job, running: Running) -> Done:
        """Makes the fix once, however often it is tried. Raises Unreachable: then it is tried again."""
        with self.database.read() as connection:
            stored = fixes.by_id(connection, job.subject)
            repository = repositories.by_id(connection, stored.repository_id) if stored else None
        if stored is None or stored.state is not FixState.WAITING:
            return Done(JobState.DONE)
        ended = self._attempt(stored, repository, running)
        log.info("fix.ended", fix=stored.id, name=stored.name, state=ended.state.value, way=ended.way.value)
        return Done(ended.job, self._ending(stored, ended), ended.sentence if ended.job is JobState.FAILED else "")

    def bury(self, job: Job, error: str) -> Effects:
        """Said to whoever asked, unless it ended before."""

        def effects(connection: Connection) -> None:
            stored = fixes.by_id(connection, job.subject)
            if stored is not None and stored.state is FixState.WAITING:
                self._ending(stored, outcome.failed(sentence(error)))(connection)

        return effects

    def _attempt(self, stored: StoredFix, repository: StoredRepository | None, running: Running) -> Ended:
        fix = BY_NAME.get(stored.name)
        if fix is None:
            return outcome.refused(Reason.NO_SUCH_FIX, f"There is no fix {code(stored.name)}.")
        if repository is None or not repository.covered:
            return outcome.refused(Reason.REPOSITORY_REMOVED, "The GitHub App no longer covers this repository.")
        try:
            return self._made(fix, stored, repository, running)
        except NotFixable as error:
            return outcome.refused(Reason.NOTHING_TO_FIX, sentence(str(error)))
        except StageFailed as error:
            return outcome.failed(sentence(f"{error.cause.sentence} {error.cause.fix}".strip()))
        except (Denied, Gone) as error:
            return outcome.failed(f"{sentence(str(error))} Whoever runs Slipway finds more in its log.")

    def _made(self, fix: Fix, stored: StoredFix, repository: StoredRepository, running: Running) -> Ended:
        role = self.forge.permission(repository.ref, stored.login, stored.account)
        if role < Role.WRITE:
            said = f"{code(stored.login)} can't have Slipway write here: that needs write permission."
            return outcome.refused(Reason.NOT_PERMITTED, said)
        pull = self.forge.pull_request(repository.ref, stored.number)
        delivery = self._delivery(fix, stored, repository, pull)
        earlier = made_before(delivery)
        if earlier is not None:
            return earlier
        refusal = _not_there(stored, pull)
        if refusal is not None:
            return refusal
        snapshot = self._snapshot(stored, repository.ref, pull)
        trust = fork_subject(repository.id, stored.number) if delivery.fork else f"repository:{repository.id}"
        workshop = SandboxWorkshop(self.sandboxes, stored.id, trust)
        changes = self._changes(fix, self._facts(snapshot, repository, fork=delivery.fork), workshop)
        running.check()
        return delivery.deliver(snapshot, changes)

    def _delivery(self, fix: Fix, stored: StoredFix, repository: StoredRepository, pull: PullRequest) -> Delivery:
        assert self.settings.github is not None
        fork, default = pull.head_repository_id != repository.id, pull.head_ref == repository.default_branch
        web, ref = self.settings.github.web_url, repository.ref
        return Delivery(self.writing, web, fix, stored, ref, pull.head_ref, fork=fork, default=default)

    def _changes(self, fix: Fix, facts: Facts, workshop: SandboxWorkshop) -> tuple[Change, ...]:
        """What a sandbox takes doesn't count: only what the files take to be read."""
        try:
            with at_most(PATIENCE):
                return fix.make(facts, workshop)
        except NOT_READABLE as error:
            raise NotFixable(f"{fix.title}: the files of this commit take too long to read.") from error

    def _snapshot(self, stored: StoredFix, repository: RepositoryRef, pull: PullRequest) -> Snapshot:
        refs = [f"refs/pull/{stored.number}/head"]
        if pull.head_repository_id == repository.id:
            refs.append(f"refs/heads/{pull.head_ref}")
        credentials = self.forge.clone_credentials(repository)
        return self.source.snapshot(Wanted(repository.id, stored.sha, tuple(refs)), credentials)

    def _facts(self, snapshot: Snapshot, repository: StoredRepository, *, fork: bool) -> Facts:
        """What a fork says of itself in its configuration counts for nothing."""
        if not fork:
            return facts_of(snapshot)
        said = self.forge.read_file(repository.ref, PROJECT_FILE, repository.default_branch)
        return facts_of(AsConfigured(snapshot, said))

    def _ending(self, stored: StoredFix, ended: Ended) -> Effects:
        def effects(connection: Connection) -> None:
            now = self.clock()
            fixes.end(
                connection,
                stored.id,
                ended.state,
                ended.sentence,
                now,
                way=ended.way,
                commit_sha=ended.commit_sha,
                reason=ended.reason,
            )
            timeline.add(connection, stored.id, ended.state, ended.way, now)
            where = {"installation_id": stored.installation_id, "repository_id": stored.repository_id}
            mark_comment(connection, **where, number=stored.number)

        return effects


def _not_there(stored: StoredFix, pull: PullRequest) -> Ended | None:
    """Why it may not be written any more: it is bound to one head of an open pull request."""
    if not pull.open:
        return outcome.refused(Reason.PULL_REQUEST_CLOSED, "The pull request is closed.")
    return None if pull.head_sha == stored.sha else outcome.moved(stored.sha, pull.head_sha)
