"""Everything works where no webhook arrives (requirement O10), and ends where the App is taken away (G7; E6 to E8)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.domain.job import JobKind
from engine.store import schema
from tests.recovery.polling import PollingBot, polling_bot


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[PollingBot]:
    """Everything started, nothing said."""
    with polling_bot(tmp_path) as made:
        yield made


def installation(bot: PollingBot) -> int:
    """Where the sample repositories are covered."""
    return bot.github.installation_of("acme/shop")


def sticky(bot: PollingBot, name: str = "acme/shop") -> list[str]:
    """The bot's comments on the first pull request."""
    comments = bot.github.call("reader", "GET", f"/repos/{name}/issues/1/comments")
    return [each["body"] for each in comments if each["user"]["type"] == "Bot"]


def test_a_bot_that_no_webhook_reaches_answers_a_command_all_the_same(bot: PollingBot) -> None:
    bot.previews()
    assert bot.waiting(JobKind.BUILD) == 1
    (comment,) = sticky(bot)
    assert "Waiting for a worker" in comment
    head = bot.github.call("reader", "GET", "/repos/acme/shop/pulls/1")["head"]["sha"]
    (check,) = bot.github.call("reader", "GET", f"/repos/acme/shop/commits/{head}/check-runs")["check_runs"]
    assert check["status"] == "in_progress"


def test_200_webhooks_that_were_lost_are_in_the_inbox_once(bot: PollingBot) -> None:
    for number in range(200):
        bot.github.call("writer", "POST", "/repos/acme/shop/issues/1/comments", {"body": f"comment {number}"})
    bot.hears("issue_comment", 200)
    bot.missed.beat()
    keys = bot.column(schema.inbox.c.key)
    assert len(keys) == len(set(keys))
    assert bot.column(schema.inbox.c.event).count("issue_comment") == 200
    assert bot.column(schema.missed_deliveries.c.guid) == []


def test_an_uninstall_in_the_middle_of_a_build_ends_everything(bot: PollingBot) -> None:
    bot.previews()
    job = bot.begins()
    bot.as_app("DELETE", f"/app/installations/{installation(bot)}")
    bot.hears("installation")
    assert bot.store.renew([job]) == {job.id: "cancelled"}
    assert bot.column(schema.installations.c.state) == ["deleted"]
    assert bot.column(schema.previews.c.life) == ["removed"]
    assert bot.pending() == 0
    assert bot.world.send() == 0


def test_what_the_build_still_says_then_is_tried_once_and_given_up(bot: PollingBot) -> None:
    bot.previews()
    bot.as_app("DELETE", f"/app/installations/{installation(bot)}")
    bot.hears("installation")
    with bot.database.write() as connection:
        connection.execute(schema.outbox.update().values(given_up=False, version=schema.outbox.c.version + 1))
    marks = bot.pending()
    assert bot.world.send() == marks
    assert bot.pending() == 0
    assert bot.world.send() == 0


def test_an_uninstall_of_which_no_log_tells_is_found_by_the_sweep(bot: PollingBot) -> None:
    bot.previews()
    ours = installation(bot)
    bot.as_app("DELETE", f"/app/installations/{ours}")
    state = schema.installations.c.state
    bot.sweeps(lambda: bot.column(state, schema.installations.c.id == ours) == ["deleted"], "the uninstall")
    assert bot.column(schema.previews.c.life) == ["removed"]


def test_a_suspension_ends_builds_and_its_end_brings_them_back(bot: PollingBot) -> None:
    bot.previews()
    bot.as_app("PUT", f"/app/installations/{installation(bot)}/suspended")
    bot.hears("installation")
    assert bot.waiting(JobKind.BUILD) == 0
    bot.as_app("DELETE", f"/app/installations/{installation(bot)}/suspended")
    bot.hears("installation", 2)
    bot.sweeps(lambda: bot.waiting(JobKind.BUILD) == 1, "the preview to come back")
    assert bot.column(schema.previews.c.life) == ["open"]


def test_a_close_of_which_no_log_tells_is_found_by_the_sweep(bot: PollingBot) -> None:
    bot.previews()
    bot.github.call("writer", "PATCH", "/repos/acme/shop/pulls/1", {"state": "closed"})
    bot.sweeps(lambda: bot.column(schema.previews.c.life) == ["removed"], "the close")
    bot.world.send()
    assert "removed" in sticky(bot)[0]


def test_a_renamed_repository_is_reported_to_under_its_new_name(bot: PollingBot) -> None:
    bot.previews()
    bot.github.call("admin", "PATCH", "/repos/acme/shop", {"name": "store"})
    bot.hears("repository")
    bot.github.call("writer", "POST", "/repos/acme/store/issues/1/comments", {"body": "/status"})
    bot.hears("issue_comment", 2)
    bot.world.send()
    assert len(sticky(bot, "acme/store")) == 1
    assert "acme/store" in bot.column(schema.repositories.c.full_name)
    assert set(bot.column(schema.outbox.c.given_up)) == {False}


def test_a_repository_that_was_archived_or_made_private_unheard_is_found(bot: PollingBot) -> None:
    changed: dict[str, Any] = bot.github.call("admin", "GET", "/repos/acme/shop")
    bot.previews()
    bot.github.call("admin", "PATCH", "/repos/acme/shop", {"private": not changed["private"]})
    bot.sweeps(lambda: bot.column(schema.repositories.c.private) == [not changed["private"]], "the change")
    bot.github.call("admin", "PATCH", "/repos/acme/shop", {"archived": True})
    bot.sweeps(lambda: bot.column(schema.previews.c.life) == ["removed"], "the archiving")


def test_a_repository_that_is_transferred_in_the_middle_of_a_build_is_built_there(bot: PollingBot) -> None:
    bot.previews()
    shop, old = bot.github.ref("acme/shop"), bot.begins()
    bot.github.call("admin", "POST", "/repos/acme/shop/transfer", {"new_owner": "admin"})
    bot.hears("installation_repositories")
    assert bot.store.renew([old]) == {old.id: "cancelled"}
    (new,) = [each.id for each in bot.directory.installations() if each.account == "admin"]
    bot.github.call("admin", "PUT", f"/user/installations/{new}/repositories/{shop.id}")
    bot.sweeps(lambda: bot.column(schema.previews.c.installation_id) == [new], "the new installation")
    bot.sweeps(lambda: bot.column(schema.previews.c.life) == ["open"], "its preview to come back")
    assert set(bot.column(schema.outbox.c.installation_id)) == {new}
    bot.world.send()
    assert len(sticky(bot, "admin/shop")) == 1
    assert bot.pending() == 0
