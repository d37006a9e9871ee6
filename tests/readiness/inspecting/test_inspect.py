"""An inspection looks at a commit, compares it, and ends whatever happens."""

from engine.domain.event import Repository
from engine.domain.inspection import InspectionState
from engine.errors import Unreachable
from engine.forge.commits import BRANCH
from engine.readiness.facts import NoTrial, Trial
from engine.store import repositories
from tests.pipeline.acting import CRASH
from tests.pipeline.rig import NOW
from tests.readiness.inspecting.acting import APP
from tests.readiness.inspecting.rig import InspectRig, waivers_of


def test_a_commit_that_nobody_built_is_looked_at_all_the_same(rig: InspectRig) -> None:
    sha = rig.push(APP)
    seen = rig.inspected(sha)
    assert (seen.sha, seen.framework, seen.build) == (sha, "flask", None)
    assert seen.trial == NoTrial("no preview of this commit runs")
    assert rig.inspection(sha).state is InspectionState.DONE
    assert rig.unseen(sha)["build-passes"] == "no build of this commit is over"
    assert rig.living_jobs() == []


def test_a_commit_that_its_preview_serves_is_built_and_tried(rig: InspectRig) -> None:
    build = rig.built(APP)
    seen = rig.inspected(build.sha)
    assert isinstance(seen.trial, Trial)
    assert seen.build is not None
    assert (seen.build.id, seen.build.state) == (build.id, "ready")
    assert [stage for stage, _ in seen.build.stages] == ["source", "dependencies", "launching"]
    assert {"build-passes", "health-answers"} <= {each.rule for each in seen.passed}


def test_the_default_branch_is_looked_at_by_itself_and_compared_with_nothing(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.inspected(sha, number=0)
    inspection = rig.inspection(sha, number=0)
    assert (inspection.state, inspection.base_sha, inspection.reported) == (InspectionState.DONE, "", True)


def test_a_pull_request_is_compared_with_the_head_of_its_base_branch(rig: InspectRig) -> None:
    base = rig.push({"app.py": "print(1)\n"})
    rig.commits.history(7).refs[f"{BRANCH}main"] = base
    head = rig.push(APP)
    rig.inspected(head)
    assert rig.inspection(head).base_sha == base
    known = rig.inspection(base, number=0)
    assert (known.state, known.reported, rig.seen(base, 0).sha) == (InspectionState.DONE, False, base)


def test_what_is_known_of_a_base_is_used_again(rig: InspectRig) -> None:
    base = rig.push(APP)
    rig.commits.history(7).refs[f"{BRANCH}main"] = base
    rig.inspected(rig.push({"app.py": "one = 1\n"}))
    rig.edit(rig.inspection(base, 0).id, inspected=rig.inspection(base, 0).inspected.replace("flask", "other"))
    rig.inspected(rig.push({"app.py": "two = 2\n"}))
    assert rig.seen(base, 0).framework == "other"
    rig.ahead = 4000
    rig.inspected(rig.push({"app.py": "three = 3\n"}))
    assert rig.seen(base, 0).framework == "flask"


def test_a_base_branch_that_is_gone_leaves_nothing_to_compare_with(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.inspected(sha)
    assert (rig.inspection(sha).base_sha, rig.inspection(sha).state) == ("", InspectionState.DONE)


def test_waivers_are_the_default_branchs_alone(rig: InspectRig) -> None:
    waiver = "readiness:\n  waivers:\n    - {{rule: {rule}, owner: octo, until: 2999-01-31, reason: later}}\n"
    rig.slipway_file(waiver.format(rule="licence"))
    sha = rig.push(APP | {"slipway.yml": waiver.format(rule="no-secrets")})
    rig.inspected(sha)
    assert waivers_of(rig.inspection(sha)) == ["licence"]
    assert rig.inspection(sha).turns_at is not None


def test_a_configuration_that_cant_be_read_is_a_finding(rig: InspectRig) -> None:
    sha = rig.push(APP | {"slipway.yml": "health_pat: /\n"})
    rig.inspected(sha)
    assert "health_pat" in rig.found(sha)["configuration-valid"]


def test_a_failed_build_is_a_finding_at_the_line_of_its_error(rig: InspectRig) -> None:
    build = rig.built({"app.py": CRASH, "requirements.txt": "flask\ngunicorn\n"})
    seen = rig.inspected(build.sha)
    (finding,) = [each for each in seen.findings if each.rule == "build-passes"]
    assert (finding.path, finding.line) == ("app.py", 3)
    assert "the flux is missing" in finding.message


def test_a_commit_that_is_gone_fails_with_a_sentence(rig: InspectRig) -> None:
    rig.push(APP)
    rig.want("a" * 40)
    rig.run()
    inspection = rig.inspection("a" * 40)
    assert inspection.state is InspectionState.FAILED
    assert inspection.status_message == "The commit aaaaaaa is not in the repository any more."


def test_while_github_is_away_it_waits_and_then_fails(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.forge.outage = Unreachable("reading: GitHub is away")
    rig.want(sha)
    rig.run()
    assert rig.inspection(sha).state is InspectionState.LOOKING
    rig.run_delayed()
    rig.run_delayed()
    assert rig.inspection(sha).state is InspectionState.FAILED
    assert rig.inspection(sha).status_message == "reading: GitHub is away"


def test_when_github_is_back_it_goes_on(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.forge.outage = Unreachable("reading: GitHub is away")
    rig.want(sha)
    rig.run()
    rig.forge.outage = None
    rig.run_delayed()
    assert rig.inspection(sha).state is InspectionState.DONE


def test_what_was_seen_before_stays_while_it_is_looked_at_anew(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.inspected(sha)
    again = rig.want(sha)
    assert (again.state, again.inspected != "") == (InspectionState.WAITING, True)


def test_nothing_is_looked_at_once_the_app_no_longer_covers_the_repository(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha)
    with rig.database.write() as connection:
        repositories.remove(connection, 7, "gone", NOW)
    rig.run()
    assert rig.inspection(sha).state is InspectionState.FAILED


def test_an_inspection_of_an_unknown_pull_request_fails(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha, number=99)
    rig.run()
    assert rig.inspection(sha, number=99).state is InspectionState.FAILED


def test_the_same_facts_are_stored_as_the_same_text(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.inspected(sha)
    first = rig.inspection(sha).inspected
    rig.inspected(sha)
    assert rig.inspection(sha).inspected == first


def test_a_repository_that_moved_takes_its_inspections_along(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha)
    with rig.database.write() as connection:
        repositories.record(connection, 2, Repository(7, "acme/shop", "main", False, f"file://{rig.origin}"), NOW)
    rig.run()
    assert (rig.inspection(sha).installation_id, rig.inspection(sha).state) == (2, InspectionState.DONE)
