"""The fault switch: calls go wrong as the rules say, and what happened can be counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.faults import Faults, faults_of
from tests.playground.running import RunningPlayground, eventually, running_playground

COMMENTS = "/repos/acme/shop/issues/1/comments"
SAY = {"method": "POST", "path": "/comments$"}


@dataclass(frozen=True)
class Ground:
    """A playground whose switch is there."""

    playground: RunningPlayground
    faults: Faults
    bot: httpx.Client

    def comment(self, body: str = "Hello") -> httpx.Response:
        return self.bot.post(COMMENTS, json={"body": body})

    def comments(self) -> int:
        """How many there are, read by somebody whom no rule of these tests hits."""
        with self.playground.acting_as("writer") as writer:
            return len(writer.get(COMMENTS, params={"per_page": 100}).json())


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with (
        running_playground(tmp_path_factory.mktemp("faults"), faults=True) as playground,
        faults_of(playground) as faults,
        app_client(playground) as app,
        installation_client(playground, app, "acme/shop") as bot,
    ):
        yield Ground(playground, faults, bot)


@pytest.fixture
def ground(started: Ground) -> Iterator[Ground]:
    yield started
    started.faults.end()


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("error_500", 500),
        ("error_502", 502),
        ("error_503", 503),
        ("secondary_limit", 403),
        ("secondary_limit_bare", 403),
        ("too_many", 429),
        ("primary_limit", 403),
        ("unauthorized", 401),
        ("forbidden", 403),
        ("gone", 404),
        ("unprocessable", 422),
        ("redirect_elsewhere", 307),
    ],
)
def test_a_fault_answers_and_nothing_happens(ground: Ground, fault: str, status: int) -> None:
    before = ground.comments()
    ground.faults.turn(SAY | {"fault": fault})
    assert ground.comment().status_code == status
    assert ground.comments() == before
    assert ground.faults.hits() == [1]


def test_a_limit_tells_how_long_to_wait_or_does_not(ground: Ground) -> None:
    ground.faults.turn(SAY | {"fault": "secondary_limit", "seconds": 7, "times": 1}, SAY | {"fault": "too_many"})
    limited, many = ground.comment(), ground.comment()
    assert (limited.headers["retry-after"], many.headers["retry-after"]) == ("7", "1")
    assert "secondary rate limit" in limited.json()["message"]
    ground.faults.turn(SAY | {"fault": "secondary_limit_bare"})
    assert "retry-after" not in ground.comment().headers


def test_the_primary_limit_says_when_it_ends(ground: Ground) -> None:
    ground.faults.turn(SAY | {"fault": "primary_limit", "seconds": 3600})
    headers = ground.comment().headers
    assert headers["x-ratelimit-remaining"] == "0"
    assert int(headers["x-ratelimit-reset"]) > 1_700_000_000
    assert "retry-after" not in headers


def test_a_connection_is_cut_before_or_behind_the_effect(ground: Ground) -> None:
    before = ground.comments()
    ground.faults.turn(SAY | {"fault": "cut_before", "times": 1}, SAY | {"fault": "cut", "times": 1})
    for expected in (before, before + 1):
        with pytest.raises(httpx.RemoteProtocolError):
            ground.comment()
        assert ground.comments() == expected
    assert ground.comment().status_code == 201


def test_a_slow_call_happens_in_the_end(ground: Ground) -> None:
    before = ground.comments()
    ground.faults.turn(SAY | {"fault": "slow", "seconds": 1})
    with pytest.raises(httpx.ReadTimeout):
        ground.bot.post(COMMENTS, json={"body": "Slowly"}, timeout=0.05)
    assert ground.faults.hits() == [1]
    eventually(lambda: ground.comments() == before + 1, "the comment of a caller who has long gone")


def test_a_dripping_answer_keeps_a_reader_waiting(ground: Ground) -> None:
    before = ground.comments()
    ground.faults.turn(SAY | {"fault": "drip"})
    with ground.bot.stream("POST", COMMENTS, json={"body": "Drop by drop"}) as answer:
        assert answer.status_code == 201
        assert next(answer.iter_raw()) == b"{"
    assert ground.comments() == before + 1


def test_whoever_follows_to_another_host_is_written_down(ground: Ground) -> None:
    ground.faults.turn({"method": "GET", "path": "^/repos/acme/shop$", "fault": "redirect_elsewhere"})
    answer = ground.bot.get("/repos/acme/shop")
    assert answer.status_code == 302
    assert httpx.URL(answer.headers["location"]).host == "localhost"
    assert ground.faults.effects("followed_elsewhere") == []
    ground.bot.get(answer.headers["location"])
    assert [one["with_token"] for one in ground.faults.effects("followed_elsewhere")] == [True]


def test_the_first_rule_whose_dice_fall_acts(ground: Ground) -> None:
    ground.faults.turn(
        SAY | {"fault": "error_500", "chance": 0.0},
        {"method": "GET", "path": ".", "fault": "error_500"},
        SAY | {"fault": "error_502", "times": 2},
        {"method": "*", "path": "^/repos/acme/shop/", "fault": "error_503"},
    )
    assert [ground.comment().status_code for _ in range(3)] == [502, 502, 503]
    assert ground.faults.hits() == [0, 0, 2, 1]


def test_the_same_seed_throws_the_same_dice(ground: Ground) -> None:
    def thrown(seed: int) -> list[int]:
        ground.faults.turn({"path": "^/rate", "fault": "error_500", "chance": 0.5}, seed=seed)
        return [ground.bot.get("/rate").status_code for _ in range(30)]

    assert thrown(7) == thrown(7)
    assert set(thrown(7)) == {404, 500}
    assert thrown(7) != thrown(8)


@pytest.mark.parametrize(
    "rule",
    [
        {"method": "POST", "path": "(", "fault": "cut"},
        {"method": "POST", "path": ".", "fault": "lost"},
        {"method": "WEBHOOK", "path": ".", "fault": "error_500"},
        {"method": "POST", "path": ".", "fault": "cut", "chance": 2},
        {"method": "POST", "path": ".", "fault": "cut", "tims": 2},
        {"path": "."},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(ground: Ground, rule: dict[str, Any]) -> None:
    answer = ground.faults.client.put("/playground/faults", json={"rules": [rule]})
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_the_token_exchange_goes_wrong_too(ground: Ground) -> None:
    ground.faults.turn({"method": "POST", "path": "^/login/oauth/access_token$", "fault": "error_502"})
    assert ground.faults.client.post("/login/oauth/access_token", data={"code": "x"}).status_code == 502


def test_effects_tell_what_happened_where_and_by_whom(ground: Ground) -> None:
    said = ground.comment("Counted").json()
    ground.bot.patch(f"/repos/acme/shop/issues/comments/{said['id']}", json={"body": "Corrected"})
    ground.bot.post(f"/repos/acme/shop/issues/comments/{said['id']}/reactions", json={"content": "eyes"})
    about = [one for one in ground.faults.effects() if said["id"] in (one.get("id"), one.get("comment_id"))]
    assert [one["kind"] for one in about] == ["comment_created", "comment_edited", "reaction_created"]
    assert {one["repository"] for one in about} == {"acme/shop"}
    assert {(one["number"], one["actor"]) for one in about} == {(1, "slipway[bot]")}
    assert about[0]["seq"] < about[1]["seq"] < about[2]["seq"]
    assert about[0]["installation_id"] == ground.faults.effects("token_minted")[0]["installation_id"]


def test_effects_follow_a_check_run(ground: Ground) -> None:
    sha = ground.bot.get("/repos/acme/shop/pulls/1").json()["head"]["sha"]
    run = ground.bot.post("/repos/acme/shop/check-runs", json={"name": "slipway", "head_sha": sha}).json()["id"]
    ground.bot.patch(f"/repos/acme/shop/check-runs/{run}", json={"conclusion": "success"})
    made, changed = (one for one in ground.faults.effects() if one.get("id") == run)
    assert (made["kind"], made["sha"], made["status"], made["conclusion"]) == ("check_run_created", sha, "queued", None)
    assert (changed["kind"], changed["was"], changed["status"]) == ("check_run_updated", "queued", "completed")
    assert changed["conclusion"] == "success"


def test_effects_survive_a_restart(tmp_path: Path) -> None:
    with running_playground(tmp_path, faults=True) as first, faults_of(first) as faults:
        with first.acting_as("writer") as writer:
            writer.post(COMMENTS, json={"body": "Before"})
        before = faults.effects()
    with running_playground(tmp_path, faults=True) as second, faults_of(second) as faults:
        assert [one["kind"] for one in before] == ["comment_created"]
        assert faults.effects() == before


def test_without_the_setting_there_is_no_switch(playground: RunningPlayground) -> None:
    with faults_of(playground) as faults:
        answers = [
            faults.client.get("/playground/faults"),
            faults.client.put("/playground/faults", json={"rules": []}),
            faults.client.delete("/playground/faults"),
            faults.client.get("/playground/effects"),
        ]
        assert [one.status_code for one in answers] == [404] * 4


def test_eighty_creations_a_minute_are_enough(tmp_path: Path) -> None:
    with (
        running_playground(tmp_path, limits=True) as playground,
        playground.acting_as("writer") as writer,
        app_client(playground) as app,
        installation_client(playground, app, "acme/shop") as bot,
    ):
        said = [bot.post(COMMENTS, json={"body": str(number)}) for number in range(81)]
        assert [one.status_code for one in said] == [201] * 80 + [403]
        assert 1 <= int(said[80].headers["retry-after"]) <= 60
        assert "blocked from content creation" in said[80].json()["message"]
        assert bot.get(COMMENTS).status_code == 200
        assert writer.post(COMMENTS, json={"body": "People aren't counted"}).status_code == 201
