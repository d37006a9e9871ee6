"""The data folder of a running Slipway, and its ports."""

import json
import shutil
import socket
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from cli.up.house import playground_room, read_house, rooms_of, sandboxes_room
from cli.up.instance import held, load_instance, socket_path
from cli.up.ports import UNGIVEN, free_port, require_free
from engine.errors import ConfigurationError


def test_a_folder_is_made_private_and_held_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with held(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        with pytest.raises(ConfigurationError, match="is used by a Slipway that runs"), held(folder):
            pass
    with held(folder):
        pass


def test_a_folder_that_cant_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="DATA_DIR: opening"), held(tmp_path / "file" / "folder"):
        pass


def test_secrets_are_made_once_and_kept_private(tmp_path: Path) -> None:
    first = load_instance(tmp_path)
    assert load_instance(tmp_path) == first
    assert len(first.sandboxd_api_key) >= 32
    assert first.sandboxd_api_key not in repr(first)
    assert stat.S_IMODE((tmp_path / "instance.json").stat().st_mode) == 0o600


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "instance.json").write_text("{")
    with pytest.raises(ConfigurationError, match="it is damaged"):
        load_instance(tmp_path)


def test_the_socket_is_in_the_data_folder(tmp_path: Path) -> None:
    assert socket_path(tmp_path, load_instance(tmp_path))[0] == tmp_path / "redis.sock"


def test_a_deep_data_folder_gets_a_short_private_place_which_is_remembered(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    path, instance = socket_path(deep, load_instance(deep))
    try:
        assert len(str(path)) <= 107
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert socket_path(deep, load_instance(deep)) == (path, instance)
        path.parent.chmod(0o777)
        assert socket_path(deep, instance)[0] != path
    finally:
        for folder in {path.parent, Path(json.loads((deep / "instance.json").read_text())["socket_folder"])}:
            shutil.rmtree(folder)


def test_a_busy_port_is_named_by_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = int(busy.getsockname()[1])
        with pytest.raises(ConfigurationError) as caught:
            require_free({"GATEWAY_PORT": port}, "127.0.0.1")
    (problem,) = caught.value.problems
    assert problem.startswith(f"GATEWAY_PORT: {port} is in use. Stop what uses it, or choose another: GATEWAY_PORT=")


def test_a_free_port_is_none_that_the_system_gives_away() -> None:
    port = free_port()
    assert port in UNGIVEN
    require_free({"PORT": port}, "127.0.0.1")


def test_a_port_that_two_rooms_want_is_refused() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with pytest.raises(ConfigurationError, match=f"SANDBOXD_PORT: {port} is PORT already"):
        require_free({"PORT": port, "SANDBOXD_PORT": port}, "127.0.0.1")


def test_a_key_for_variables_is_made_once_and_kept_also_for_an_older_folder(tmp_path: Path) -> None:
    (tmp_path / "instance.json").write_text(json.dumps({"sandboxd_api_key": "k" * 32, "socket_folder": ""}))
    first = load_instance(tmp_path)
    Fernet(first.secret_keys)
    assert load_instance(tmp_path) == first
    assert first.secret_keys not in repr(first)


def test_the_rooms_get_the_kept_key_behind_ones_own_and_the_gateway_none(tmp_path: Path) -> None:
    instance = load_instance(tmp_path)
    own = Fernet.generate_key().decode()
    house = read_house({"SECRET_KEYS": own}, instance, tmp_path, tmp_path / "redis.sock")
    assert [key.reveal() for key in house.settings.secret_keys] == [own, instance.secret_keys]
    rooms = {
        spec.name: spec.environment for spec in (*rooms_of(house, {}), sandboxes_room(house), playground_room(house))
    }
    holders = {name for name, environment in rooms.items() if instance.secret_keys in str(dict(environment))}
    assert holders == {"web", "worker", "clock"}
