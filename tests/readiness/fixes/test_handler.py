"""A fix is written once, on the head that it was asked for, by somebody who may; else it is told."""

import pytest

from engine.domain.inspection import FixState, FixWay
from engine.domain.permission import Role
from engine.errors import Denied, Unreachable
from engine.reasons import Reason
from engine.store import fixes
from tests.readiness.fixes.disturbed import Disturbed
from tests.readiness.fixes.rig import FLASK, Rig

LINE = "web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 8 app:app\n"


def _on_the_branch(rig: Rig) -> dict[str, bytes]:
    return rig.held.files[rig.branches.commits["topic"][0]]


def test_a_fix_becomes_one_commit_with_its_asker_beside_the_app(rig: Rig) -> None:
    rig.ask()
    fix = rig.run()
    assert (fix.state, fix.way, [fix.commit_sha]) == (FixState.DONE, FixWay.COMMIT, rig.ours())
    assert _on_the_branch(rig) == {name: text.encode() for name, text in FLASK.items()} | {"Procfile": LINE.encode()}
    message = rig.held.messages[fix.commit_sha]
    assert message.endswith(f"\n\nSlipway-Fix: {fix.id}\nCo-authored-by: octo <1+octo@users.noreply.github.com>")
    assert f"https://github.com/acme/shop/commit/{fix.commit_sha}" in fix.sentence


def test_asked_twice_at_one_head_the_second_finds_that_it_moved(rig: Rig) -> None:
    first, second = rig.ask(), rig.ask(delivery="d-2")
    rig.run()
    with rig.database.read() as connection:
        ended = {each.id: (each.state, each.reason) for each in fixes.newest(connection, 7, 12, 2)}
    assert {ended[first.id], ended[second.id]} == {(FixState.DONE, ""), (FixState.REFUSED, Reason.HEAD_MOVED)}
    assert len(rig.ours()) == 1


def test_a_push_between_the_ask_and_the_job_is_left_alone(rig: Rig) -> None:
    rig.ask()
    pushed = rig.push({"README.md": "new"})
    fix = rig.run()
    assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.HEAD_MOVED)
    assert pushed[:7] in fix.sentence
    assert rig.branches.commits["topic"][0] == pushed


def test_a_push_while_it_is_being_written_is_left_alone(rig: Rig) -> None:
    rig.ask()
    disturbed = Disturbed(rig.writing, before=lambda: rig.push({"README.md": "new"}))
    fix = rig.run(disturbed)
    assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.HEAD_MOVED)
    assert rig.ours() == []


@pytest.mark.parametrize("cut_at", [1, 2, 3])
def test_cut_off_between_any_two_calls_there_is_one_commit(rig: Rig, cut_at: int) -> None:
    rig.ask()
    fix = rig.run(Disturbed(rig.writing, cut_at=cut_at))
    assert (fix.state, [fix.commit_sha]) == (FixState.DONE, rig.ours())


def test_cut_off_and_pushed_to_the_commit_is_found_below(rig: Rig) -> None:
    rig.ask()
    disturbed = Disturbed(rig.writing, cut_at=3)
    disturbed.before = lambda: rig.ours() and rig.push({"README.md": "new"})
    fix = rig.run(disturbed)
    assert (fix.state, [fix.commit_sha]) == (FixState.DONE, rig.ours())


def test_a_commit_of_an_earlier_try_that_lands_late_is_the_fix(rig: Rig) -> None:
    fix = rig.ask()
    late = "f" * 40

    def land() -> None:
        rig.writing.push(7, "topic", late, {}, f"Say how\n\nSlipway-Fix: {fix.id}")

    made = rig.run(Disturbed(rig.writing, before=land))
    assert (made.state, made.commit_sha, rig.ours()) == (FixState.DONE, late, [late])


def test_whoever_lost_the_right_meanwhile_is_refused(rig: Rig) -> None:
    rig.ask()
    rig.held.roles["octo"] = Role.READ
    fix = rig.run()
    assert (fix.state, fix.reason, rig.ours()) == (FixState.REFUSED, Reason.NOT_PERMITTED, [])


def test_somebody_else_who_is_called_so_now_is_refused(rig: Rig) -> None:
    rig.ask(account=5)
    rig.forge.accounts["octo"] = 6
    assert rig.run().reason == Reason.NOT_PERMITTED


def test_a_closed_pull_request_is_left_alone(rig: Rig) -> None:
    rig.ask()
    rig.change(open=False)
    assert rig.run().reason == Reason.PULL_REQUEST_CLOSED
    assert rig.ours() == []


def test_a_fork_is_never_pushed_to(rig: Rig) -> None:
    rig.ask()
    rig.change(head_repository_id=99)
    fix = rig.run()
    assert (fix.state, fix.way, rig.ours()) == (FixState.DONE, FixWay.PATCH, [])
    header = "diff --git a/Procfile b/Procfile\nnew file mode 100644\n--- /dev/null\n+++ b/Procfile\n"
    assert f"```diff\n{header}@@ -0,0 +1 @@\n+{LINE}```" in fix.sentence


def test_the_default_branch_is_never_pushed_to(rig: Rig) -> None:
    rig.ask()
    rig.change(head_ref="main", base_ref="release")
    fix = rig.run()
    assert (fix.state, fix.way) == (FixState.DONE, FixWay.PATCH)
    assert "Slipway never pushes to the default branch" in fix.sentence
    assert "main" not in rig.branches.commits


def test_what_a_fork_says_of_itself_counts_for_nothing(rig: Rig) -> None:
    rig.head = rig.push({"slipway.yml": "start: python app.py\n"})
    rig.ask()
    rig.change(head_repository_id=99)
    assert LINE in rig.run().sentence


def test_where_it_may_not_push_it_suggests_on_lines_that_are_shown(rig: Rig) -> None:
    rig.head = rig.push({".gitignore": "*.log\n"})
    rig.branches.protected["topic"] = "Changes must be made through a pull request."
    rig.branches.shown[12] = {(".gitignore", 1)}
    rig.ask("gitignore")
    fix = rig.run()
    assert (fix.state, fix.way, rig.ours()) == (FixState.DONE, FixWay.SUGGESTION, [])
    [(_, told)] = rig.branches.suggestions
    assert (told.path, told.first, told.last) == (".gitignore", 1, 1)
    assert "```suggestion\n*.log\n__pycache__/\n```" in told.body
    assert "Changes must be made through a pull request." in fix.sentence


@pytest.mark.parametrize("cut_at", [1, 2, 3, 4])
def test_cut_off_between_any_two_calls_there_is_one_suggestion(rig: Rig, cut_at: int) -> None:
    rig.head = rig.push({".gitignore": "*.log\n"})
    rig.branches.protected["topic"] = "No."
    rig.branches.shown[12] = {(".gitignore", 1)}
    rig.ask("gitignore")
    assert rig.run(Disturbed(rig.writing, cut_at=cut_at)).way is FixWay.SUGGESTION
    assert len(rig.branches.suggestions) == 1


def test_a_link_is_never_replaced_by_a_file(rig: Rig) -> None:
    (rig.origin / "Procfile").symlink_to("/etc/passwd")
    rig.head = rig.push({"README.md": "x"})
    rig.ask()
    fix = rig.run()
    assert (fix.reason, rig.ours()) == (Reason.NOTHING_TO_FIX, [])
    assert "is a link" in fix.sentence


def test_the_mode_of_a_file_stays(rig: Rig) -> None:
    (rig.origin / ".gitignore").write_text("*.log\n")
    (rig.origin / ".gitignore").chmod(0o755)
    rig.head = rig.push({"README.md": "x"})
    rig.ask("gitignore")
    assert rig.run().way is FixWay.COMMIT
    assert [file.program for file in rig.branches.written[0].files] == [True]


def test_what_needs_no_fix_is_refused(rig: Rig) -> None:
    rig.head = rig.push({"Procfile": "web: gunicorn app:app\n"})
    rig.ask()
    assert rig.run().reason == Reason.NOTHING_TO_FIX


def test_an_unknown_fix_is_refused(rig: Rig) -> None:
    rig.ask("everything")
    assert rig.run().reason == Reason.NO_SUCH_FIX


def test_what_github_denies_is_told(rig: Rig) -> None:
    rig.ask()
    rig.forge.outage = Denied("asking GitHub: it said no")
    fix = rig.run()
    assert fix.state is FixState.FAILED
    assert "it said no" in fix.sentence


def test_while_github_is_away_it_is_tried_again_and_then_given_up_in_words(rig: Rig) -> None:
    rig.ask()
    rig.forge.outage = Unreachable("asking GitHub: nobody answered")
    fix = rig.run()
    assert fix.state is FixState.FAILED
    assert "nobody answered" in fix.sentence


def test_a_fix_that_is_over_is_not_made_again(rig: Rig) -> None:
    fix = rig.ask()
    with rig.database.write() as connection:
        fixes.end(connection, fix.id, FixState.REFUSED, "No.", 1.0)
    assert rig.run().sentence == "No."
    assert rig.ours() == []
