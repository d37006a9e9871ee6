"""From the facts of a commit to everything that is stored of it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.detect.detection import detect
from engine.detect.outcome import NotDetected
from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan
from engine.errors import Cause, ConfigurationError, StageFailed
from engine.project.config import PROJECT_FILE, ProjectConfig, read_project
from engine.readiness.facts import NO_PREVIEW, BuildFacts, Facts, NoTrial, Trial
from engine.readiness.finding import Finding
from engine.readiness.fixes.table import offers
from engine.readiness.inspected import DeployPath, Inspected, PathFile
from engine.readiness.judge import judge
from engine.readiness.paths.table import deploy_paths
from engine.readiness.patience import NOT_READABLE, at_most
from engine.readiness.waiver import Waiver
from engine.scan.result import ScanResult

#: Characters of a file that a platform needs.
LONGEST_FILE = 20_000
#: Seconds of the processor.
DETECTION = 10.0
UNREADABLE = Cause("The files of this commit take too long to read.", "Take out what no person wrote.", "unreadable")


def facts_of(
    tree: FileTree,
    *,
    build: BuildFacts | None = None,
    trial: Trial | NoTrial = NO_PREVIEW,
    scan: ScanResult | None = None,
    detecting: Callable[[FileTree, ProjectConfig], AppPlan | NotDetected] = detect,
) -> Facts:
    """What the files say of themselves, beside what was built, tried and scanned. Raises StageFailed.

    A `slipway.yml` that can't be read counts as none: the rule `configuration-valid` tells of it.
    """
    try:
        with at_most(DETECTION):
            project = project_of(tree)
            found = detecting(tree, project)
    except NOT_READABLE as error:
        raise StageFailed(UNREADABLE) from error
    known = Facts(tree=tree, project=project, build=build, trial=trial, scan=scan)
    return replace(known, undetected=found.cause) if isinstance(found, NotDetected) else replace(known, plan=found)


def project_of(tree: FileTree) -> ProjectConfig:
    """What `slipway.yml` says; nothing when it can't be read."""
    try:
        return read_project(tree.read(PROJECT_FILE))
    except ConfigurationError:
        return ProjectConfig()


def waivers_in(data: bytes | None) -> tuple[Waiver, ...]:
    """The waivers of a `slipway.yml`; none when it can't be read."""
    try:
        return read_project(data).waivers
    except ConfigurationError:
        return ()


def look(sha: str, facts: Facts) -> Inspected:
    """Every rule's word about the commit, its deploy paths and the fixes that are offered."""
    judged = judge(facts)
    plan = facts.plan
    return Inspected(
        sha=sha,
        runtime=plan.runtime if plan else "",
        framework=plan.framework if plan else "",
        evidence=plan.evidence if plan else (),
        undetected=facts.undetected.sentence if facts.undetected else "",
        findings=judged.findings,
        passed=judged.passed,
        unseen=judged.unseen,
        paths=_paths(facts, judged.findings),
        fixes=offers(facts, judged.findings),
        scan=facts.scan,
        build=facts.build,
        trial=facts.trial,
    )


def _paths(facts: Facts, findings: Sequence[Finding]) -> tuple[DeployPath, ...]:
    """None where the files can't be read for it: rules were not looked at then either, and say so."""
    try:
        with at_most(DETECTION):
            paths = deploy_paths(facts, findings)
    except NOT_READABLE:
        return ()
    return tuple(replace(each, files=tuple(file for file in each.files if _is_short(file))) for each in paths)


def _is_short(file: PathFile) -> bool:
    """A file that is made of one in the repository can be as long as that."""
    return len(file.content) <= LONGEST_FILE
