"""The gate before a deploy: a release with a new finding that blocks, and that nobody answers for, stops here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.detect.tree import MemoryTree
from engine.domain.release import Release
from engine.errors import Gone, StageFailed, Unreachable
from engine.forge.commits import BRANCH, Commits
from engine.forge.port import CloneCredentials, Forge
from engine.project.config import PROJECT_FILE
from engine.readiness.facts import Facts
from engine.readiness.finding import Finding, Severity
from engine.readiness.judge import judge
from engine.readiness.looking import waivers_in
from engine.readiness.report import names_in
from engine.readiness.rules.table import SCANNED
from engine.readiness.trend import there_before
from engine.readiness.waiving import day_of, waiver_for
from engine.rollout.scan import Inconclusive, Outcome, Passed, Red
from engine.scan.files import shown
from engine.scan.result import ScanResult
from engine.scan.stored import StoredScans
from engine.settings import Secret
from engine.source.mirrors import GitMirrors, Wanted
from engine.store import environments, releases, repositories
from engine.store.database import Database
from engine.store.repositories import StoredRepository
from engine.targets.port import Source

#: Seconds for which a base's scan counts beside a newer one: what was published since would look as if it were new.
BASE_AGE = 600.0
#: Findings that the sentence names.
NAMED = 3


@dataclass(frozen=True)
class Base:
    """A commit that was let pass before."""

    sha: str
    ref: str


@dataclass(frozen=True)
class Gate:
    """Scans a release's commit and compares it with what serves and with the default branch."""

    database: Database
    forge: Forge
    commits: Commits
    mirrors: GitMirrors
    scans: StoredScans
    #: Unix seconds.
    clock: Callable[[], float]

    def __call__(self, release: Release, source: Callable[[], Source]) -> Outcome:
        """What is said of the release. Raises StageFailed and OutsideError where its files or GitHub aren't there."""
        with self.database.read() as connection:
            repository = repositories.by_id(connection, release.repository_id)
        if repository is None:
            raise Gone("scanning: the repository is no longer known")
        result = self.scans.scan_of(repository.ref, release.sha, source)
        found = self._unanswered(repository, self._added(release, repository, result), result)
        if found:
            return _red(found, repository.default_branch)
        why = "; ".join(f"{part.name}: {part.why}" for part in result.inconclusive)
        return Inconclusive(why) if why else Passed()

    def _added(self, release: Release, repository: StoredRepository, result: ScanResult) -> tuple[Finding, ...]:
        """Findings that block and that none of the bases has; GitHub is asked only while there are some."""
        left = findings_of(result)
        bases = self._bases(release, repository)
        while _blocking(left) and (base := next(bases, None)) is not None:
            for age in (float("inf"), BASE_AGE):
                left = self._without(left, repository, base, age) if _blocking(left) else left
        return _blocking(left)

    def _bases(self, release: Release, repository: StoredRepository) -> Iterator[Base]:
        with self.database.read() as connection:
            environment = environments.by_id(connection, release.environment_id)
            serving = releases.by_id(connection, environment.release_id) if environment else None
        if serving is not None:
            yield Base(serving.sha, serving.ref)
        main = f"{BRANCH}{repository.default_branch}"
        head = self.commits.resolve(repository.ref, main) if release.ref != main else None
        if head is not None and not self._is_on(repository, release.sha):
            yield Base(head.sha, main)

    def _is_on(self, repository: StoredRepository, sha: str) -> bool:
        try:
            return self.commits.compare(repository.ref, repository.default_branch, sha).ahead == 0
        except Gone:
            return False

    def _without(
        self, findings: tuple[Finding, ...], repository: StoredRepository, base: Base, age: float
    ) -> tuple[Finding, ...]:
        """What the base hasn't; all, where the base's files can't be had any more."""
        wanted = Wanted(repository.id, base.sha, (base.ref,) if base.ref else ())
        try:
            result = self.scans.scan_of(repository.ref, base.sha, lambda: self._files(repository, wanted), age=age)
        except StageFailed:
            return findings
        known = there_before(findings, findings_of(result))
        return tuple(each for each, before in zip(findings, known, strict=True) if not before)

    def _files(self, repository: StoredRepository, wanted: Wanted) -> Source:
        try:
            credentials = self.forge.clone_credentials(repository.ref)
        except Unreachable:
            # The mirror may have it.
            credentials = CloneCredentials("", "", Secret(""))
        return self.mirrors.snapshot(wanted, credentials)

    def _unanswered(
        self, repository: StoredRepository, findings: tuple[Finding, ...], result: ScanResult
    ) -> tuple[Finding, ...]:
        """Those that nobody waived on the default branch until today or longer."""
        if not findings:
            return ()
        waivers = waivers_in(self.forge.read_file(repository.ref, PROJECT_FILE, repository.default_branch))
        today, names_of = day_of(self.clock()), names_in(result)
        return tuple(
            each for each in findings if waiver_for(waivers, today, each.rule, each.path, names_of(each)) is None
        )


def findings_of(result: ScanResult) -> tuple[Finding, ...]:
    """What the rules of the scan say of it."""
    return judge(Facts(tree=MemoryTree({}), scan=result), SCANNED).findings


def _blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if each.severity is Severity.BLOCKING)


def _red(findings: tuple[Finding, ...], branch: str) -> Red:
    named = [f"{_place(each)} ({each.rule})" for each in findings[:NAMED]]
    more = f" and {len(findings) - NAMED} more" if len(findings) > NAMED else ""
    what = "a finding that blocks" if len(findings) == 1 else f"{len(findings)} findings that block"
    rules = ", ".join(f"`{rule}`" for rule in sorted({each.rule for each in findings}))
    return Red(
        f"The security scan has {what}, new against what was deployed before: {', '.join(named)}{more}.",
        f"Mend it and push. Or somebody with write permission on `{branch}` waives it in `slipway.yml` there "
        f"(`readiness.waivers`: rule {rules}, owner, until, reason).",
    )


def _place(finding: Finding) -> str:
    return f"{shown(finding.path)}:{finding.line}" if finding.line else shown(finding.path)
