"""What is long over: nothing new is said of it, and what is kept of it goes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from engine.domain.build import BuildState
from engine.domain.preview import Preview
from engine.domain.release import Release
from engine.recovery.vacuum import Vacuum
from engine.reports.slack_marks import mark_about
from engine.settings import Intervals
from engine.store import previews
from engine.store.schema import outbox
from engine.store.slack_schema import slack_asks, slack_messages
from tests.reports.project import SHA_A, SHA_B, SHA_C
from tests.reports_slack.office import Office
from tests.reports_slack.slack import Slack

DAY = 86_400.0
GrowsOld = Callable[[float], None]


@pytest.fixture
def grows_old(office: Office, tmp_path: Path) -> GrowsOld:
    """So many days go by after all that was said, and the vacuum works."""

    def grow(days: float) -> None:
        office.settle()
        with office.database.write() as connection:
            # Marks tell the time of the machine.
            connection.execute(update(outbox).values(marked_at=office.wall()))
        office.clock.advance(days * DAY)
        Vacuum(office.database, Intervals(), tmp_path, office.wall, lambda _: None).beat()

    return grow


def again(office: Office, thing: Release | Preview) -> None:
    """It is marked once more, as a press of an old button does."""
    with office.database.write() as connection:
        mark_about(connection, office.project.repository.id, thing.id)
    office.settle()


def kept(office: Office) -> tuple[int, int]:
    """How many marks and messages of Slack's are kept."""
    marks = select(func.count()).select_from(outbox).where(outbox.c.reporter == "slack_message")
    messages = select(func.count()).select_from(slack_messages)
    with office.database.read() as connection:
        return connection.execute(marks).scalar_one(), connection.execute(messages).scalar_one()


def test_a_release_that_was_over_long_ago_goes_and_is_never_told_again(
    office: Office, slack: Slack, grows_old: GrowsOld
) -> None:
    office.subscribe()
    office.asked((failed := office.project.release()).id, "C1")
    office.project.fail(failed)
    office.project.deploy(old := office.project.release(sha=SHA_B))
    office.project.deploy(office.project.release(sha=SHA_C))
    grows_old(31)
    assert kept(office) == (2, 2), "what serves keeps its message and its thread"
    said = len(slack.said)
    again(office, failed)
    again(office, old)
    assert len(slack.said) == said
    grows_old(31)
    assert kept(office) == (2, 2)


def test_what_serves_for_months_says_in_its_old_message_that_it_left(
    office: Office, slack: Slack, grows_old: GrowsOld
) -> None:
    office.subscribe()
    office.project.deploy(office.project.release())
    grows_old(100)
    office.project.deploy(office.project.release(sha=SHA_B))
    office.settle()
    assert slack.roots()[0].words.splitlines()[0].endswith("then replaced by v2")


def test_a_preview_that_comes_back_after_months_has_its_message_still(
    office: Office, slack: Slack, grows_old: GrowsOld
) -> None:
    office.subscribe()
    preview = office.preview()
    office.go(office.build(preview, SHA_A), BuildState.STARTING, BuildState.FAILED, cause="It broke.")
    office.settle()
    said = len(slack.said)
    with office.database.write() as connection:
        previews.end(connection, preview, "removed", office.wall())
    grows_old(100)
    assert kept(office) == (2, 2), "its message and its steps, as its comment at GitHub"
    office.preview()
    again(office, preview)
    assert (len(slack.roots()), len(slack.said)) == (1, said)
    office.build(preview, SHA_B)
    office.settle()
    assert len(slack.roots()) == 1


def test_what_could_not_be_posted_for_a_month_is_no_news(office: Office, slack: Slack, grows_old: GrowsOld) -> None:
    office.subscribe()
    office.settle()
    office.project.fail(office.project.release())
    with office.database.write() as connection:
        connection.execute(update(outbox).values(given_up=True))
    grows_old(31)
    assert kept(office) == (0, 0)
    assert slack.said == []


def test_a_release_that_waits_for_months_keeps_what_is_known_of_it(
    office: Office, slack: Slack, grows_old: GrowsOld
) -> None:
    office.subscribe()
    release = office.project.release()
    grows_old(100)
    office.project.fail(release)
    office.settle()
    assert [each.text for each in slack.roots()] == ["acme/shop → production: failed v1"]


def test_where_it_was_asked_for_months_ago_its_message_follows_still(
    office: Office, slack: Slack, grows_old: GrowsOld
) -> None:
    release = office.project.release()
    office.asked(release.id, "C2")
    office.project.deploy(release)
    office.settle()
    with office.database.write() as connection:
        connection.execute(update(slack_asks).values(created_at=office.wall()))
    grows_old(100)
    office.project.deploy(office.project.release(sha=SHA_B))
    office.settle()
    assert slack.roots("C2")[0].words.splitlines()[0].endswith("then replaced by v2")
