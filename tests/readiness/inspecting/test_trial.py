"""What a preview serves is started once more, asked, stopped, and its tests are run; nothing of it stays."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from engine.domain.build import Build
from engine.readiness.facts import LogError, NoTrial, Trial
from engine.readiness.finding import Finding
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.memory_programs import Call
from engine.sandboxes.port import Finished
from tests.pipeline.scenes import only, serving
from tests.readiness.inspecting.acting import TESTED, TrialActor
from tests.readiness.inspecting.rig import InspectRig, processes_of_trials

MB = 1 << 20


@dataclass
class Served:
    """A preview that serves an application; each test tries it anew."""

    rig: InspectRig
    sandboxes: MemorySandboxes
    actor: TrialActor
    build: Build
    calls: list[Call] = field(default_factory=list)

    def tried(self) -> Trial:
        """Inspects; the trial."""
        trial = self.rig.inspected(self.build.sha).trial
        assert isinstance(trial, Trial)
        return trial

    def not_tried(self) -> NoTrial:
        """Inspects; why there is no trial."""
        trial = self.rig.inspected(self.build.sha).trial
        assert isinstance(trial, NoTrial)
        return trial

    def finding(self, rule: str) -> Finding:
        """Inspects; the one finding of a rule."""
        (found,) = [each for each in self.rig.inspected(self.build.sha).findings if each.rule == rule]
        return found


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    actor = TrialActor()
    sandboxes = MemorySandboxes(actor, folder)
    rig = InspectRig(folder, sandboxes, startup_timeout=1)
    yield Served(rig, sandboxes, actor, rig.built(TESTED))
    for sandbox_id in list(sandboxes.living):
        sandboxes.kill(sandbox_id)
    rig.close()


@pytest.fixture
def served(preview: Served) -> Served:
    preview.actor.be_well()
    preview.sandboxes.memory, preview.sandboxes.kills = [], []
    preview.calls.clear()
    preview.actor.at_trial = preview.calls.append
    return preview


def test_it_is_asked_its_routes_and_then_told_to_stop(served: Served) -> None:
    trial = served.tried()
    assert (trial.health_path, trial.health_status, trial.stop_code, trial.trouble) == ("/", 200, 0, "")
    (answer,) = trial.endpoints
    assert (answer.route, answer.status, answer.path, answer.line) == ("/orders", 200, "app.py", 5)
    assert "/logout" not in served.actor.asked


def test_nothing_of_it_stays_and_what_serves_serves_on(served: Served) -> None:
    served.tried()
    assert processes_of_trials(served.sandboxes) == []
    assert serving(served.sandboxes) == [served.build.id]
    assert not any("/trials" in path for path in only(served.sandboxes).files)
    assert served.rig.route()["upstream"] == only(served.sandboxes).upstream(3002).text


def test_its_processes_carry_tags_of_their_own_and_another_port(served: Served) -> None:
    served.tried()
    inspection = served.rig.inspection(served.build.sha)
    for call in served.calls:
        environment = call.command.environment
        assert environment["SLIPWAY_TRIAL"] == inspection.id
        assert environment["SLIPWAY_BUILD"].startswith(f"{inspection.id}.job_")
        assert call.egress == ()
    assert [call.command.environment.get("PORT") for call in served.calls] == ["3052", None, None, None]


def test_a_route_that_answers_5xx_is_a_finding_at_its_line(served: Served) -> None:
    served.actor.trial_paths["/orders"] = 500
    finding = served.finding("endpoints-answer")
    assert (finding.message, finding.path, finding.line) == ("GET /orders answered 500.", "app.py", 5)


def test_one_that_doesnt_hear_sigterm_is_killed_and_said_so(served: Served) -> None:
    served.actor.lingers = 2 * served.rig.grace
    trial = served.tried()
    assert (trial.stop_code, trial.stop_seconds >= served.rig.grace) == (None, True)
    assert "had to be killed" in served.rig.found(served.build.sha)["stops-gracefully"]


def test_an_end_with_an_error_is_a_finding(served: Served) -> None:
    served.actor.trial_end = Finished(3)
    assert served.finding("stops-gracefully").message == "On SIGTERM it ended with exit code 3."


def test_one_that_never_gets_well_is_told_of_with_its_cause(served: Served) -> None:
    served.actor.trial_falls = Finished(1)
    trial = served.tried()
    assert trial.trouble.endswith("OSError: the database is locked")
    assert (trial.health_status, trial.stop_code) == (0, None)


def test_two_that_dont_fit_into_the_sandbox_are_no_fault_of_the_applications(served: Served) -> None:
    served.actor.trial_falls = Finished(-1, out_of_memory=True)
    assert "no memory for a second start" in served.not_tried().why


def test_its_memory_is_what_the_sandbox_uses_more(served: Served) -> None:
    served.sandboxes.memory = [100 * MB, 161 * MB]
    trial = served.tried()
    assert (trial.memory_mb, trial.memory_limit_mb) == (61.0, 512)


def test_without_room_for_two_the_preview_itself_is_measured(served: Served) -> None:
    served.sandboxes.memory = [400 * MB]
    assert served.finding("memory-at-rest").message == "At rest it uses 400 MB of the 512 MB that it has."


def test_a_trial_in_which_memory_ran_out_says_nothing(served: Served) -> None:
    served.sandboxes.kills = [2, 3]
    served.actor.trial_falls = Finished(1)
    assert served.not_tried() == NoTrial("the sandbox has no memory for a second start beside the one that serves")


def test_errors_of_its_log_are_told_with_their_place(served: Served) -> None:
    served.actor.trial_says = (
        'Traceback (most recent call last):\n  File "FOLDER/app.py", line 2, in f\nValueError: no flux\nready\n'
    )
    assert served.tried().errors == (LogError("ValueError: no flux", "app.py", 2),)


def test_its_tests_are_run_in_a_copy_without_its_variables(served: Served) -> None:
    trial = served.tried()
    assert trial.tests is not None
    assert (trial.tests.exit_code, trial.tests.tail) == (0, ("1 passed in 0.01s",))
    command = served.calls[-1].command
    assert command.folder.startswith("/home/user/trials/ins_")
    assert command.environment["SLIPWAY_DATA"].startswith(command.folder)
    assert "PORT" not in command.environment


def test_tests_that_fail_are_a_finding_at_their_line(served: Served) -> None:
    served.actor.tests_end = Finished(1)
    served.actor.tests_say = "tests/test_app.py:2: AssertionError\nFAILED tests/test_app.py::test_sum - assert 2 == 3\n"
    finding = served.finding("tests-pass")
    assert (finding.path, finding.line) == ("tests/test_app.py", 2)
    assert finding.message.endswith("ended with 1 at test_sum.")


def test_tests_that_need_what_a_sandbox_hasnt_say_nothing(served: Served) -> None:
    served.actor.tests_end = Finished(1)
    served.actor.tests_say = "E   ConnectionRefusedError: [Errno 111] Connection refused\n"
    assert served.tried().no_tests.startswith("the tests need what a sandbox hasn't: E   ConnectionRefused")


def test_a_runner_that_isnt_installed_is_said(served: Served) -> None:
    served.actor.has_runner = False
    assert served.tried().no_tests == "pytest is not installed where it was built"
