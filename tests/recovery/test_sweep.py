"""The level sweep makes up for what no log tells (requirement G8; faults M6, E7, E8)."""

from dataclasses import replace

import pytest

from engine.domain.build import BuildState
from engine.errors import Denied, OutsideError, Unreachable
from engine.forge.directory import InstalledApp
from engine.recovery.pull_requests import MOST_STARTED
from engine.store import schema
from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID, SHA_A, SHA_B, a_comment_event, a_pull_request_event
from tests.recovery.house import HOUR, LONG_AGO, NOON, SHOP, RecoveringHouse
from tests.recovery.payloads import NAMED, OTHER_INSTALLATION, a_coverage_event, an_installation_event

LATER = "2100-01-01T00:00:00Z"


def test_where_nothing_differs_nothing_is_done(house: RecoveringHouse) -> None:
    house.has_preview()
    house.sweeps()
    assert house.sweeps() == []


def test_a_pull_request_whose_close_was_lost_loses_its_preview(house: RecoveringHouse) -> None:
    house.has_preview()
    house.github_has(state="closed")
    (key,) = house.sweeps()
    assert key.startswith(f"sweep:pull_request:{REPOSITORY_ID}:1:closed:{SHA_A}:")
    assert house.preview().life == "removed"
    assert house.sweeps() == []


def test_a_push_that_was_lost_is_built(house: RecoveringHouse) -> None:
    house.has_preview()
    house.github_has(sha=SHA_B)
    house.sweeps()
    assert [build.sha for build in house.builds()] == [SHA_B, SHA_A]
    assert house.sweeps() == []


def test_a_pull_request_that_was_opened_unheard_gets_its_preview(house: RecoveringHouse) -> None:
    house.knows_the_repository()
    house.github_has(2, created=LATER)
    house.sweeps()
    assert [build.state for build in house.builds(2)] == [BuildState.QUEUED]
    assert house.sweeps() == []


def test_old_pull_requests_of_a_new_installation_start_nothing(house: RecoveringHouse) -> None:
    house.take_in("installation", an_installation_event("created"))
    for number in range(1, 301):
        house.github_has(number, created=LONG_AGO)
    assert house.sweeps() == []


def test_old_pull_requests_of_a_repository_that_was_added_later_start_nothing(house: RecoveringHouse) -> None:
    with house.database.write() as connection:
        connection.execute(schema.installations.insert().values(id=INSTALLATION_ID, created_at=0.0))
    house.take_in("installation_repositories", a_coverage_event(added=[NAMED]))
    house.github_has(1, created="2020-01-01T00:00:00Z")
    assert house.sweeps() == []


def test_one_sweep_starts_a_few_builds_and_the_next_ones_go_on(house: RecoveringHouse) -> None:
    house.knows_the_repository()
    for number in range(1, MOST_STARTED + 6):
        house.github_has(number, created=LATER)
    assert len(house.sweeps()) == MOST_STARTED
    assert len(house.sweeps()) == 5
    assert house.sweeps() == []


def test_closes_are_not_held_back_by_that(house: RecoveringHouse) -> None:
    for number in range(1, MOST_STARTED + 3):
        house.has_preview(number)
        house.github_has(number, state="closed")
    house.sweeps()
    assert set(house.values(schema.previews, "life")) == {"removed"}


def test_a_change_of_this_moment_is_left_to_its_webhook(house: RecoveringHouse) -> None:
    house.has_preview()
    house.sweeps()
    house.github_has(state="closed")
    shown = dict(house.directory.pull_requests[REPOSITORY_ID][1])
    house.now = 1_600_000_010.0
    house.directory.pull_requests[REPOSITORY_ID][1] = shown | {"updated_at": "2020-09-13T12:26:40Z"}
    assert house.sweeps() == []
    house.now += HOUR
    assert len(house.sweeps()) == 1


def test_what_waits_in_the_inbox_is_not_told_again(house: RecoveringHouse) -> None:
    house.has_preview()
    house.jobs_are_done()
    house.github_has(state="closed")
    house.receive_through_the_door("pull_request", a_pull_request_event("closed", state="closed"))
    assert house.sweeps() == []


def test_a_difference_that_could_not_be_mended_is_tried_again_an_hour_later(house: RecoveringHouse) -> None:
    house.has_preview()
    house.github_has(state="closed")
    house.sweep.beat()
    (key,) = [key for key in house.taken() if key.startswith("sweep:")]
    house.bury(key)
    house.jobs_are_done()
    house.sweep.beat()
    assert len([key for key in house.taken() if key.startswith("sweep:")]) == 1
    house.now += HOUR
    house.sweeps()
    assert house.preview().life == "removed"


def test_a_stopped_preview_stays_stopped(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("issue_comment", a_comment_event("/preview stop"))
    house.sweeps()
    assert house.preview().life == "stopped"


def test_an_uninstall_that_was_lost_is_found(house: RecoveringHouse) -> None:
    house.has_preview()
    house.directory.installed.clear()
    house.sweeps()
    assert house.values(schema.installations, "state") == ["deleted"]
    assert house.preview().life == "removed"
    assert house.sweeps() == []


@pytest.mark.parametrize("error", [Unreachable("GitHub answered 502"), Denied("GitHub answered 403")])
def test_an_installation_that_is_only_missing_in_the_list_is_kept(house: RecoveringHouse, error: OutsideError) -> None:
    house.has_preview()
    house.directory.installed[OTHER_INSTALLATION] = house.directory.installed.pop(INSTALLATION_ID)
    house.directory.installed[OTHER_INSTALLATION] = InstalledApp(OTHER_INSTALLATION, "globex", suspended=False)
    house.directory.refused[INSTALLATION_ID] = error
    house.sweeps()
    assert house.values(schema.installations, "state", id=INSTALLATION_ID) == ["active"]
    assert house.preview().life == "open"


def test_a_suspension_and_its_end_that_were_lost_are_found(house: RecoveringHouse) -> None:
    house.has_preview()
    app = house.directory.installed[INSTALLATION_ID]
    house.directory.installed[INSTALLATION_ID] = replace(app, suspended=True)
    house.sweeps()
    assert house.values(schema.installations, "state") == ["suspended"]
    assert house.preview().life == "removed"
    house.directory.installed[INSTALLATION_ID] = app
    house.sweeps()
    assert house.values(schema.installations, "state") == ["active"]


def test_previews_come_back_by_themselves_after_a_suspension(house: RecoveringHouse) -> None:
    house.has_preview()
    house.sweeps()
    house.take_in("installation", an_installation_event("suspend"))
    house.take_in("installation", an_installation_event("unsuspend"))
    house.jobs_are_done()
    before = len(house.taken())
    house.sweep.beat_if_asked()
    assert len(house.taken()) == before + 1
    house.run(house.taken()[-1])
    assert house.preview().life == "open"
    assert house.builds()[0].state is BuildState.QUEUED


def test_a_sweep_that_nobody_asked_for_waits_its_time(house: RecoveringHouse) -> None:
    house.sweep.beat_if_asked()
    assert house.directory.calls == {}
    house.sweeps()
    # What it found asked for one more: GitHub knows best how a new installation stands.
    house.sweep.beat_if_asked()
    assert house.directory.calls["installations"] == 2
    house.sweep.beat_if_asked()
    assert house.directory.calls["installations"] == 2


def test_an_installation_that_github_lists_is_back_whatever_we_were_told(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("installation", an_installation_event("deleted"))
    house.jobs_are_done()
    house.sweeps()
    assert house.values(schema.installations, "state") == ["active"]
    house.sweeps()
    assert house.preview().life == "open"


def test_a_removal_that_was_lost_is_found(house: RecoveringHouse) -> None:
    house.has_preview()
    house.covers()
    (key,) = house.sweeps()[-1:]
    assert key.startswith(f"sweep:installation_repositories:{REPOSITORY_ID}:removed:")
    assert house.preview().life == "removed"
    assert house.sweeps() == []


def test_repositories_that_came_back_or_moved_unheard_are_found(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("installation_repositories", a_coverage_event(removed=[NAMED]))
    house.jobs_are_done()
    house.sweeps()
    house.sweeps()
    assert house.preview().life == "open"


def test_what_changed_in_a_repository_unheard_is_found(house: RecoveringHouse) -> None:
    house.has_preview()
    house.covers(replace(SHOP, full_name="acme/store"))
    house.sweeps()
    assert house.values(schema.repositories, "full_name") == ["acme/store"]
    house.covers(replace(SHOP, full_name="acme/store"), archived=True)
    house.sweeps()
    assert house.preview().life == "removed"


def test_trouble_with_one_repository_leaves_the_others_swept(house: RecoveringHouse) -> None:
    house.has_preview()
    other = replace(SHOP, id=REPOSITORY_ID - 1, full_name="acme/api")
    house.covers(other, SHOP)
    house.directory.refused[other.id] = Denied("GitHub answered 403")
    house.github_has(state="closed")
    house.sweeps()
    assert house.preview().life == "removed"


def test_github_away_changes_nothing(house: RecoveringHouse) -> None:
    house.has_preview()
    house.directory.outage = Unreachable("GitHub is away")
    assert house.sweeps() == []
    assert house.directory.calls == {"installations": 1}


def test_two_sweeps_at_once_make_up_for_it_once(house: RecoveringHouse) -> None:
    house.has_preview()
    house.github_has(state="closed")
    house.sweep.beat()
    house.jobs_are_done()
    house.sweep.beat()
    assert len([key for key in house.taken() if ":closed:" in key]) == 1
    assert house.now == NOON
