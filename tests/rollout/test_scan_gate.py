"""The scan before a deploy: only what is new and nobody answers for stops it, and what it can't say it says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.domain.release import DeployState, Release
from engine.errors import Unreachable
from engine.forge.commits_memory import MemoryCommits
from engine.forge.port import RepositoryRef
from engine.project.environments import RunConfig
from engine.rollout.scan import Outcome, Passed, Red
from engine.scan.gate import BASE_AGE, Gate
from engine.scan.scanner import Scanner
from engine.scan.stored import StoredScans
from engine.source.mirrors import Wanted
from engine.store import releases
from engine.targets.port import Source
from tests.pipeline.acting import flask
from tests.rollout.asks import a_deploy_of
from tests.rollout.rig import Rig
from tests.scan.osv_server import OsvServer, an_osv
from tests.scan.trees import an_aws_key

SHOP = RepositoryRef(1, 7, "acme/shop")
CLEAN = {"app.py": "app = 1\n"}
LEAK = {"app.py": f"app = 1\nKEY = '{an_aws_key()}'\n"}
MORE = {"app.py": f"app = 1\nKEY = '{an_aws_key()}'\nOTHER = '{an_aws_key(8)}'\n"}
#: What runs, with nothing that OSV can't be asked about.
PINNED = flask("one") | {"requirements.txt": "flask==3.1.0\ngunicorn==23.0.0\n"}
WAIVER = """\
readiness:
  waivers:
    - {{rule: no-secrets, owner: ada, until: {until}, reason: it opens nothing{more}}}
"""


@pytest.fixture
def osv() -> Iterator[OsvServer]:
    with an_osv() as server:
        yield server


@pytest.fixture
def commits() -> MemoryCommits:
    return MemoryCommits()


@pytest.fixture
def gate(rig: Rig, osv: OsvServer, commits: MemoryCommits, tmp_path: Path) -> Gate:
    scans = StoredScans(rig.database, Scanner(osv.url, tmp_path / "scan"), 3600.0, rig.time)
    return Gate(rig.database, rig.forge, commits, rig.tools.source, scans, rig.time)


def asked(rig: Rig, sha: str, ref: str = "refs/heads/main") -> Release:
    """A release of the commit that waits for its job."""
    new = replace(a_deploy_of(rig.environment, sha, RunConfig()), ref=ref)
    with rig.database.write() as connection:
        return releases.ask(connection, new, rig.time())


def judged(rig: Rig, gate: Gate, sha: str, ref: str = "refs/heads/main") -> Outcome:
    """What the gate says of the commit."""

    def source() -> Source:
        return rig.tools.source.snapshot(Wanted(7, sha), rig.forge.clone_credentials(SHOP))

    return gate(asked(rig, sha, ref), source)


def waive(rig: Rig, days: int, more: str = "") -> None:
    """The default branch's slipway.yml waives secrets until so many days from now."""
    until = (datetime.fromtimestamp(rig.time(), UTC) + timedelta(days=days)).date()
    rig.forge.repositories[7].files["main"] = {"slipway.yml": WAIVER.format(until=until, more=more).encode()}


def test_a_first_deploy_with_a_secret_is_stopped_and_says_who_may_waive_it(rig: Rig, gate: Gate) -> None:
    rig.use(replace(rig.tools, scan=gate))
    release = rig.deployed(LEAK)
    assert release.state is DeployState.SECURITY_FAILED
    assert "app.py:2 (no-secrets)" in release.cause
    assert "somebody with write permission on `main` waives it" in release.fix
    assert an_aws_key() not in release.cause + release.fix + "".join(rig.log(release.id))


def test_a_clean_deploy_passes(rig: Rig, gate: Gate) -> None:
    rig.use(replace(rig.tools, scan=gate))
    release = rig.deployed(PINNED)
    assert release.state is DeployState.DEPLOYED, rig.log(release.id)
    assert "The security scan found nothing that blocks" in rig.messages(release.id)


def test_an_osv_that_is_away_warns_and_stops_nothing(rig: Rig, gate: Gate, osv: OsvServer) -> None:
    osv.status = 503
    rig.use(replace(rig.tools, scan=gate))
    release = rig.deployed(PINNED)
    assert release.state is DeployState.DEPLOYED, rig.log(release.id)
    said = "The security scan could not tell: dependencies: OSV answered with 503"
    assert said in rig.messages(release.id)
    assert said in "\n".join(rig.log(release.id))


def test_only_what_is_new_against_what_serves_blocks(rig: Rig, gate: Gate) -> None:
    served = rig.deployed(PINNED | {"old.py": LEAK["app.py"]})
    assert served.state is DeployState.DEPLOYED
    assert judged(rig, gate, rig.push({"new.py": "x = 1\n"})) == Passed()
    outcome = judged(rig, gate, rig.push({"new.py": f"KEY = '{an_aws_key(9)}'\n"}))
    assert isinstance(outcome, Red)
    assert "new.py:1" in outcome.sentence
    assert "old.py" not in outcome.sentence


def test_only_what_is_new_against_the_default_branch_blocks(rig: Rig, gate: Gate, commits: MemoryCommits) -> None:
    main = rig.push(LEAK)
    head, worse = rig.push({"b.py": "b = 1\n"}), rig.push(MORE)
    history = commits.history(7)
    history.add(main, branch="main")
    history.add(head, main)
    history.add(worse, head)
    assert judged(rig, gate, head, "refs/pull/3/head") == Passed()
    outcome = judged(rig, gate, worse, "refs/pull/3/head")
    assert isinstance(outcome, Red)
    assert "app.py:3" in outcome.sentence
    assert "app.py:2" not in outcome.sentence


def test_a_commit_of_the_default_branch_is_not_compared_with_itself(
    rig: Rig, gate: Gate, commits: MemoryCommits
) -> None:
    main = rig.push(LEAK)
    commits.history(7).add(main, branch="main")
    assert isinstance(judged(rig, gate, main, "refs/tags/v1"), Red)


@pytest.mark.parametrize(
    ("days", "more", "passes"),
    [
        (0, "", True),
        (30, ", path: app.py", True),
        (30, ", id: AWS access key", True),
        (-1, "", False),
        (30, ", path: other.py", False),
        (30, ", id: GitHub token", False),
    ],
)
def test_a_waiver_of_the_default_branch_holds_until_its_day(
    rig: Rig, gate: Gate, days: int, more: str, passes: bool
) -> None:
    waive(rig, days, more)
    assert (judged(rig, gate, rig.push(LEAK)) == Passed()) is passes


def test_a_waiver_of_the_commit_itself_waives_nothing(rig: Rig, gate: Gate) -> None:
    waive(rig, 30)
    own = rig.forge.repositories[7].files.pop("main")["slipway.yml"].decode()
    assert isinstance(judged(rig, gate, rig.push(LEAK | {"slipway.yml": own})), Red)


def test_a_file_of_waivers_that_cant_be_read_waives_nothing(rig: Rig, gate: Gate) -> None:
    rig.forge.repositories[7].files["main"] = {"slipway.yml": b"readiness: [\n"}
    assert isinstance(judged(rig, gate, rig.push(LEAK)), Red)


def test_without_a_finding_github_is_not_asked(rig: Rig, gate: Gate, commits: MemoryCommits) -> None:
    sha = rig.push(CLEAN)
    commits.outage = Unreachable("GitHub is away")
    assert judged(rig, gate, sha, "refs/pull/3/head") == Passed()


def test_with_a_finding_and_no_github_it_is_tried_again(rig: Rig, gate: Gate, commits: MemoryCommits) -> None:
    sha = rig.push(LEAK)
    commits.outage = Unreachable("GitHub is away")
    with pytest.raises(Unreachable):
        judged(rig, gate, sha, "refs/pull/3/head")


def test_what_is_published_between_two_scans_is_not_new(rig: Rig, gate: Gate, osv: OsvServer) -> None:
    served = rig.deployed(PINNED)
    assert judged(rig, gate, served.sha) == Passed()
    osv.knows("PyPI/flask/3.1.0", "GHSA-462w-v97r-4m45", database_specific={"severity": "HIGH"})
    rig.ahead += BASE_AGE
    assert judged(rig, gate, rig.push({"b.py": "b = 1\n"})) == Passed()


def test_many_findings_are_counted(rig: Rig, gate: Gate) -> None:
    outcome = judged(rig, gate, rig.push({f"{number}.py": LEAK["app.py"] for number in range(5)}))
    assert isinstance(outcome, Red)
    assert outcome.sentence.startswith("The security scan has 5 findings that block, new against")
    assert outcome.sentence.endswith("2.py:2 (no-secrets) and 2 more.")


def test_a_rollback_is_not_scanned(rig: Rig, gate: Gate) -> None:
    first = rig.deployed(PINNED | {"old.py": LEAK["app.py"]})
    rig.deployed(PINNED | {"old.py": "x = 1\n"})
    rig.use(replace(rig.tools, scan=gate))
    back = rig.rolled_back(first)
    assert back.state is DeployState.DEPLOYED
    assert "scanned" not in rig.kinds(back.id)
