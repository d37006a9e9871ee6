"""From inside a running preview and from inside a build, nothing of ours is reachable (F-B15)."""

import json
import socket
from pathlib import Path

import pytest

from tests.stories.applications import PROBING_FLASK, flask, probing_build
from tests.stories.house import House
from tests.stories.person import Person, visit
from tests.stories.test_first_loop import a_repository, ready


def own_addresses() -> list[str]:
    """Addresses of this machine beside loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket sends nothing; it only asks which address would be used (RFC 5737 test net).
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [probe.getsockname()[0]]


def forbidden(house: House) -> list[tuple[str, int]]:
    """Every address that must be refused, with a port where somebody listens when it is ours."""
    ours = [("127.0.0.1", port) for port in house.ports.values()]
    outside = [(address, house.ports["PORT"]) for address in own_addresses()]
    return [*ours, *outside, ("169.254.169.254", 80), ("fd00:ec2::254", 80), ("localhost", house.ports["GATEWAY_PORT"])]


def files_of(house: House) -> list[str]:
    """Files that must not be seen."""
    return [str(house.data_dir / name) for name in ("slipway.sqlite3", "playground.json", "redis.sock")]


def test_a_running_preview_reaches_nothing_of_ours(writer: Person, folder: Path, house: House) -> None:
    repository, _, head = a_repository(writer, "probes", folder, PROBING_FLASK)
    share = writer.share(ready(writer, repository, 1, head)["id"])
    for host, port in forbidden(house):
        assert visit(share, f"/connect?host={host}&port={port}").text.startswith("refused"), (host, port)
    for path in files_of(house):
        assert visit(share, f"/read?path={path}").text.startswith("refused"), path
    environment = visit(share, "/environment").text
    for word in ("ghs_", "SANDBOXD", "E2B_API", "GITHUB_"):
        assert word not in environment


def a_neighbour(writer: Person, folder: Path, house: House) -> tuple[list[Path], set[int]]:
    """A running preview of another repository: the doors of its ports, and the ports."""
    before = set((house.data_dir / "sandboxes").glob("*/ports/*.sock"))
    repository, checkout, head = a_repository(writer, f"neighbour-{folder.name}", folder, flask("neighbour"))
    ready(writer, repository, 1, head)
    # The second build runs on another port than the first one of whoever looks for it.
    ready(writer, repository, 1, checkout.push(flask("neighbour, again"), "feature"))
    doors = sorted(set((house.data_dir / "sandboxes").glob("*/ports/*.sock")) - before)
    assert doors
    return doors, {int(door.stem) for door in doors}


def test_a_preview_does_not_reach_another(writer: Person, tmp_path: Path, house: House) -> None:
    doors, ports = a_neighbour(writer, tmp_path / "running", house)
    repository, _, head = a_repository(writer, "nosy", tmp_path / "b", PROBING_FLASK)
    share = writer.share(ready(writer, repository, 1, head)["id"])
    own = int(json.loads(visit(share, "/environment").text)["PORT"])
    for host in ("127.0.0.1", *own_addresses()):
        for port in ports - {own}:
            assert visit(share, f"/connect?host={host}&port={port}").text.startswith("refused"), (host, port)
    for door in doors:
        assert visit(share, f"/read?path={door}").text.startswith("refused: [Errno 2]"), door
    assert ports - {own}


def test_a_build_reaches_nothing_of_ours(writer: Person, folder: Path, house: House) -> None:
    doors, ports = a_neighbour(writer, folder.parent / "building", house)
    targets = [each for each in forbidden(house) if ":" not in each[0]]
    targets += [(host, port) for host in ("127.0.0.1", *own_addresses()) for port in ports]
    paths = [*files_of(house), *(str(door) for door in doors)]
    repository, _, head = a_repository(writer, "building", folder, probing_build(targets, paths))
    share = writer.share(ready(writer, repository, 1, head)["id"])
    found = json.loads(visit(share, "/found.json").text)
    assert len(found) == 2 * len(set(targets)) + len(paths)
    for what, said in found.items():
        assert said.startswith("refused"), (what, said)


@pytest.mark.parametrize("name", ["slipway.sqlite3", "playground.json"])
def test_the_files_that_must_not_be_seen_are_there(house: House, name: str) -> None:
    assert (house.data_dir / name).exists()
