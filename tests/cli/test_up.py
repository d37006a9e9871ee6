"""`slipway up` with the real rooms: starts, keeps running, ends everything, finds everything again."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.running import slipway
from tests.cli.waiting import is_alive, until
from tests.ports import free_ports
from tests.stories.house import House, mentioning
from tests.stories.person import eventually, visit

ROOMS = ("playground", "sandboxd", "bot", "bot.gateway", "worker", "worker.clock")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house that is not started yet; ended after the test in any case."""
    made = House(tmp_path / "data")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that runs, for tests that leave it as it was; another tool's token is in its environment."""
    made = House(tmp_path_factory.mktemp("running") / "data", GITHUB_TOKEN="somebody-elses").start()
    yield made
    assert made.stop() == 0


def below(pid: int) -> set[int]:
    """Every process that descends from `pid`."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(status.parent.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        new = children.get(waiting.pop(), [])
        found |= set(new)
        waiting += new
    return found


def pid_of(house: House) -> int:
    """The supervisor's."""
    assert house.process is not None
    return house.process.pid


def rooms_of(house: House) -> dict[str, int]:
    """Process ids of the Python rooms, by module."""
    found = {}
    for pid in Path(f"/proc/{pid_of(house)}/task/{pid_of(house)}/children").read_text().split():
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        if "-m" in words:
            found[words[words.index("-m") + 1]] = int(pid)
    return found


def test_it_starts_everything_and_ctrl_c_leaves_nothing(house: House) -> None:
    house.start()
    printed = (house.data_dir / "up.log").read_text()
    assert f"http://localhost:{house.ports['PLAYGROUND_PORT']}/acme/" in printed
    assert f"http://localhost:{house.ports['PORT']}/" in printed
    started = below(pid_of(house))
    assert len(started) >= len(ROOMS)
    assert house.stop() == 0
    assert [pid for pid in started if is_alive(pid)] == []
    assert mentioning(house.data_dir) == set()
    assert not (house.data_dir / "redis.sock").exists()
    assert "Traceback" not in house.log()


def test_tokens_secrets_and_the_preview_of_before_are_back_after_the_second_start(house: House) -> None:
    before, secrets = house.start().facts(), (house.data_dir / "instance.json").read_text()
    assert all(user["slipway_token"].startswith("slp_") for user in before["users"])
    assert (house.data_dir / "playground.json").stat().st_mode & 0o077 == 0
    writer = house.person("writer")
    writer.comment("acme/site", 1, "/preview")
    writer.concluded("acme/site", writer.head("acme/site", 1))
    first = eventually(lambda: [each for each in writer.previews("acme/site", 1) if each["serving_sha"]], "its start")
    share = writer.share(first[0]["id"])
    page = visit(share).text
    assert house.stop() == 0
    assert mentioning(house.data_dir) == set()
    assert house.start().facts() == before
    assert (house.data_dir / "instance.json").read_text() == secrets
    writer = house.person("writer")
    again = eventually(lambda: [each for each in writer.previews("acme/site", 1) if each["serving_sha"]], "its return")
    assert (again[0]["url"], again[0]["serving_sha"]) == (first[0]["url"], first[0]["serving_sha"])
    assert visit(share).text == page
    assert len(writer.sticky("acme/site", 1)) == 1


def test_ctrl_c_ends_previews_also_when_their_host_has_just_died(house: House) -> None:
    writer = house.start().person("writer")
    writer.comment("acme/site", 1, "/preview")
    eventually(lambda: [each for each in writer.previews("acme/site", 1) if each["serving_sha"]], "its start")
    os.kill(rooms_of(house)["worker.sandboxd"], signal.SIGKILL)
    assert house.stop() == 0
    assert mentioning(house.data_dir) == set()


def test_a_token_of_another_tool_is_no_setting_of_ours(running: House) -> None:
    assert "GITHUB_TOKEN" in running.environment
    assert running.facts()["repositories"]


def test_a_room_that_dies_is_started_again(running: House) -> None:
    gateway = rooms_of(running)["bot.gateway"]
    os.kill(gateway, signal.SIGKILL)
    until(lambda: rooms_of(running).get("bot.gateway", gateway) != gateway, "another gateway")
    until(lambda: "gateway was ended by SIGKILL; starting it again" in running.log(), "a word about it")
    address = f"http://127.0.0.1:{running.ports['GATEWAY_PORT']}/"
    until(lambda: answers(address), "its answer")


def answers(address: str) -> bool:
    """True when anything answers."""
    try:
        return httpx.get(address, timeout=2).status_code > 0
    except httpx.TransportError:
        return False


def test_killing_the_supervisor_ends_its_rooms(house: House) -> None:
    house.start()
    started = below(pid_of(house))
    os.kill(pid_of(house), signal.SIGKILL)
    assert house.process is not None
    house.process.wait()
    until(lambda: not any(is_alive(pid) for pid in started), "the end of every room")


def test_a_data_folder_serves_one_house(running: House) -> None:
    ports = dict(zip(running.ports, map(str, free_ports(4)), strict=True))
    second = slipway("up", data_dir=running.data_dir, **ports)
    assert second.returncode == 2
    assert second.stderr.startswith("DATA_DIR: ")
    assert "is used by a Slipway that runs" in second.stderr


@pytest.fixture(scope="module")
def beside(running: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A second house, deep down in a folder with a space, that was refused the first one's ports before."""
    folder = tmp_path_factory.mktemp("with a space") / ("d" * 100) / "data"
    refused = slipway("up", data_dir=folder, **{name: str(port) for name, port in running.ports.items()})
    assert refused.returncode == 2
    assert [line.split(":")[0] for line in refused.stderr.splitlines()] == list(running.ports)
    made = House(folder).start()
    yield made
    assert made.process is not None
    if made.process.poll() is None:
        made.stop()


def test_a_busy_port_is_refused_and_another_house_runs_beside(running: House, beside: House) -> None:
    assert beside.facts()["users"][0]["token"] != running.facts()["users"][0]["token"]
    assert beside.healthy()
    assert running.healthy()


def test_a_deep_data_folder_with_a_space_works_and_leaves_nothing_elsewhere(running: House, beside: House) -> None:
    elsewhere = Path(json.loads((beside.data_dir / "instance.json").read_text())["socket_folder"])
    assert (elsewhere / "redis.sock").is_socket()
    assert beside.stop() == 0
    assert not elsewhere.exists()
    assert running.healthy()


def test_a_room_that_cant_start_says_why_and_ends_the_others(house: House) -> None:
    house.environment["SANDBOX_CPU_LIMIT"] = "none"
    with pytest.raises(AssertionError, match="SANDBOX_CPU_LIMIT"):
        house.start()
    assert house.process is not None
    assert house.process.wait() == 1
    assert mentioning(house.data_dir) == set()


def test_a_partial_github_app_is_refused(tmp_path: Path) -> None:
    refused = slipway("up", data_dir=tmp_path, GITHUB_APP_ID="1")
    assert refused.returncode == 2
    assert "GITHUB_CLIENT_ID: not set" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert subprocess.run(["test", "-e", str(tmp_path / "playground")], check=False).returncode == 1
