"""Whatever others write, messages stay ours: nothing mentions, links or formats, and Slack takes all of it (F-S7)."""

from dataclasses import replace
from typing import Any

import pytest

from engine.domain.build import BuildState
from engine.domain.release import DeployState
from engine.errors import Cause
from engine.readiness.waiving import day_of
from engine.reports import escape, slack_thread
from engine.reports.slack_blocks import BLOCK_LIMIT, SECTION_LIMIT, Words, fitted, section, size, words_of
from engine.reports.slack_message_preview import preview_root
from engine.reports.slack_message_release import release_root
from engine.reports.slack_message_view import PreviewScene, ReleaseScene, scene_of
from engine.reports.slack_subjects import FAILURE, Place
from engine.slack.mrkdwn import for_slack
from engine.store import logs
from engine.store.timeline import Moment
from tests.reports.hostile import MARKUP, UNSEEN, WORDS
from tests.reports.project import NOON, SHA_A, WAY
from tests.reports_slack.office import LINKS, Office
from tests.reports_slack.slack import Slack, texts_of, wrong_with
from tests.slack_client.hostile import FOR_SLACK
from tests.slack_client.reader import read

HARMLESS = "word"
TODAY = day_of(NOON)
EVERY = [*FOR_SLACK, *WORDS, *MARKUP, *UNSEEN]


def test_nothing_foreign_comes_alive_in_a_message_about_a_release(quick_office: Office) -> None:
    scene = a_failed_release(quick_office)
    wanted = structures(_all_of_release(scene, HARMLESS))
    for foreign in EVERY:
        said = _all_of_release(scene, foreign)
        assert [wrong_with(list(each.blocks)) for each in said] == ["", "", ""], foreign
        assert structures(said) <= wanted, foreign


def test_nothing_foreign_comes_alive_in_a_message_about_a_preview(quick_office: Office) -> None:
    scene = a_failed_preview(quick_office)
    wanted = structures(_all_of_preview(scene, HARMLESS))
    for foreign in EVERY:
        said = _all_of_preview(scene, foreign)
        assert [wrong_with(list(each.blocks)) for each in said] == ["", "", ""], foreign
        assert structures(said) <= wanted, foreign


def test_a_hostile_deploy_is_posted_and_mentions_nobody(office: Office, slack: Slack) -> None:
    evil = "<!channel> <@U1> &lt; *x* <https://evil.example|localhost> `@here`"
    office.subscribe()
    release = office.project.release(ref=f"refs/heads/{evil}", requested_by=evil)
    with office.database.write() as connection:
        logs.append(connection, release.id, [evil, "```", "<!here>"], 1.0)
    office.project.move(release, *WAY, message=evil)
    office.project.move(release, DeployState.FAILED, cause=Cause(evil, evil, "exited"))
    office.send()
    assert len(slack.said) == 3
    for each in slack.said:
        assert "<!channel>" not in each.words + each.text
        assert "<@" not in each.words + each.text
        assert "<!here" not in each.words + each.text
        assert "://evil.example" not in each.words


@pytest.mark.parametrize("filler", ["a", "&", "<", "😀", "`", "ab \n", "<!here> "])
def test_a_text_is_cut_where_nothing_is_left_open(filler: str) -> None:
    for foreign in (escape.sentence(filler * 5000, 5000), escape.fence([filler * 50] * 100)):
        said = fitted(f"{for_slack(foreign)}\n{'<http://a.example/b|c> ' * 200}", SECTION_LIMIT)
        assert SECTION_LIMIT - 100 < size(said) <= SECTION_LIMIT
        shown = read(said)
        assert (shown.live, set(shown.controls) - {"http://a.example/b|c"}) == ([], set())
        assert said.count("```") % 2 == 0


def test_a_message_has_no_more_blocks_than_slack_takes() -> None:
    said = words_of("x", [section(f"{number}") for number in range(80)])
    assert len(said.blocks) == BLOCK_LIMIT
    assert said.blocks[-1]["text"]["text"] == "79"


def test_a_very_long_way_is_told_by_its_last_steps(quick_office: Office) -> None:
    scene = a_failed_release(quick_office)
    moments = tuple(Moment(float(number), DeployState.BUILDING, "<&" * 500, 1.0) for number in range(300))
    said = slack_thread.details(replace(scene, moments=moments), LINKS)
    assert wrong_with(list(said.blocks)) == ""
    assert sum(each["text"]["text"].count("<!date^") for each in said.blocks) == slack_thread.STEPS


def a_failed_release(office: Office) -> ReleaseScene:
    """One that nobody wrote anything hostile about."""
    release = office.project.fail(office.project.release())
    with office.database.read() as connection:
        scene = scene_of(connection, Place(office.project.repository.id, 1, "C1", release.id, f"{FAILURE}.end"), TODAY)
    assert isinstance(scene, ReleaseScene)
    return scene


def a_failed_preview(office: Office) -> PreviewScene:
    """The same of a pull request."""
    preview = office.preview()
    build = office.build(preview, SHA_A)
    office.go(build, BuildState.STARTING, BuildState.FAILED, cause="It broke.")
    with office.database.read() as connection:
        place = Place(office.project.repository.id, 1, "C1", preview.id, f"{FAILURE}.{build.id}")
        scene = scene_of(connection, place, TODAY)
    assert isinstance(scene, PreviewScene)
    return scene


def _all_of_release(scene: ReleaseScene, foreign: str) -> list[Words]:
    release = replace(
        scene.view.release,
        ref=f"refs/heads/{foreign}",
        requested_by=foreign,
        cause=foreign,
        fix=foreign,
        status_message=foreign,
    )
    told = replace(scene, view=replace(scene.view, release=release), **_lines(scene, foreign))
    return [release_root(told, LINKS), slack_thread.failure(told, LINKS), slack_thread.details(told, LINKS)]


def _all_of_preview(scene: PreviewScene, foreign: str) -> list[Words]:
    build = replace(scene.newest, requested_by=foreign, cause=foreign, fix=foreign, status_message=foreign)
    assert scene.pull_request is not None
    told = replace(
        scene,
        view=replace(scene.view, shown=(build,)),
        pull_request=replace(scene.pull_request, title=foreign),
        **_lines(scene, foreign),
    )
    return [preview_root(told, LINKS), slack_thread.failure(told, LINKS), slack_thread.details(told, LINKS)]


def _lines(scene: ReleaseScene | PreviewScene, foreign: str) -> dict[str, Any]:
    moments = tuple(replace(each, message=foreign) for each in scene.moments)
    return {"log": ("first", foreign, "last"), "moments": moments, "askers": ("U1",)}


def structures(said: list[Words]) -> set[tuple[object, ...]]:
    """What of each text is more than words: links, mentions, formats."""
    found: set[tuple[object, ...]] = set()
    for number, each in enumerate(said):
        shown = [read(text["text"]) for block in each.blocks for text in texts_of(block)]
        found |= {(number, "control", control) for one in shown for control in one.controls}
        found |= {(number, "live", live) for one in shown for live in one.live}
        found |= {(number, "format", sign, words) for one in shown for sign, words in one.formats}
        found |= {(number, "quotes", one.quotes) for one in shown if one.quotes}
        found |= {(number, "text", live) for live in (*read(each.text).controls, *read(each.text).live)}
    return found
