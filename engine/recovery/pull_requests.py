"""The pull requests of one repository, compared."""

import time
from collections.abc import Callable, Iterable

import structlog

from engine.errors import Denied, Gone
from engine.forge.directory import CoveredRepository, Directory, PullRequestObject
from engine.forge.port import RepositoryRef
from engine.recovery import differences, known, news
from engine.recovery.differences import KnownPullRequest, ToldPullRequest
from engine.settings import Intervals
from engine.store import repositories
from engine.store.database import Database
from engine.store.port import Delivery

#: Seconds after a change in which its webhook may still be on its way.
GRACE = 30.0
#: Builds that one sweep may start in one repository; the rest comes with the next ones.
MOST_STARTED = 20
#: Pull requests that are asked for one by one in one sweep: those that we take for open and GitHub doesn't.
MOST_ASKED = 50

log = structlog.get_logger(__name__)


class PullRequests:
    """Finds what GitHub has and we don't, and what we have and GitHub doesn't any more."""

    def __init__(
        self, database: Database, directory: Directory, intervals: Intervals, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._directory = directory
        self._grace = min(GRACE, intervals.sweep)
        self._clock = clock

    def news(self, installation_id: int, repository: CoveredRepository, since: float) -> list[Delivery]:
        """A delivery for each difference. Raises Unreachable."""
        ref = RepositoryRef(installation_id, repository.repository.id, repository.repository.full_name)
        try:
            return self._compare(ref, repository, since)
        except (Denied, Gone) as error:
            log.warning("sweep.repository_refused", repository=ref.full_name, why=str(error))
            return []

    def _compare(self, ref: RepositoryRef, repository: CoveredRepository, since: float) -> list[Delivery]:
        told = _read(self._directory.open_pull_requests(ref))
        with self._database.read() as connection:
            if known.is_being_read(connection, ref.id):
                return []
            ours = known.pull_requests_of(connection, ref.id, [each.number for each in told])
            since = max(since, repositories.covered_since(connection, ref.id))
        told += self._not_listed(ref, ours, {each.number for each in told})
        now = self._clock()
        found: list[Delivery] = []
        started = 0
        for each in told:
            action = differences.of_pull_request(ours.get(each.number), each, since)
            if not action or each.updated_at > now - self._grace:
                continue
            started += action != "closed"
            if action == "closed" or started <= MOST_STARTED:
                found.append(news.of_pull_request(action, each, repository, ref.installation_id, now))
        return found

    def _not_listed(
        self, ref: RepositoryRef, ours: dict[int, KnownPullRequest], listed: set[int]
    ) -> list[ToldPullRequest]:
        """What we take for open and GitHub's list lacks, as GitHub shows it one by one."""
        asked = [number for number in sorted(ours) if number not in listed][:MOST_ASKED]
        found: list[PullRequestObject] = []
        for number in asked:
            try:
                found.append(self._directory.pull_request(ref, number))
            except Gone:
                log.warning("sweep.pull_request_gone", repository=ref.full_name, number=number)
        return _read(found)


def _read(objects: Iterable[PullRequestObject]) -> list[ToldPullRequest]:
    return [told for told in map(differences.told_by, objects) if told is not None]
