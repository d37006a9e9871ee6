"""The embedded Redis."""

import subprocess
from pathlib import Path

import pytest
from redis import Redis

from cli.up.redis_server import answers, find_server, redis_argv, redis_url
from tests.cli.waiting import until


@pytest.mark.parametrize("folder", ["plain", "with a space", "mit Umläuten", 'quoted "this" way'])
def test_it_answers_on_its_socket_alone(tmp_path: Path, folder: str) -> None:
    data_dir = tmp_path / folder
    data_dir.mkdir()
    address = data_dir / "r.sock"
    server = subprocess.Popen(redis_argv(find_server("/nowhere"), address, data_dir), stdout=subprocess.DEVNULL)
    try:
        until(lambda: answers(address), "an answer")
        with Redis.from_url(redis_url(address)) as client:
            assert client.ping()
            assert client.config_get("port") == {"port": "0"}
            assert client.config_get("save") == {"save": ""}
        assert address.stat().st_mode & 0o077 == 0
    finally:
        server.terminate()
        server.wait()


def test_an_old_server_on_the_path_is_passed_over(tmp_path: Path) -> None:
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=5.0.14 sha=00000000:0 malloc=jemalloc-5.1.0 bits=64'\n")
    old.chmod(0o755)
    assert find_server(str(tmp_path)).path != str(old)


def test_a_good_server_on_the_path_is_preferred(tmp_path: Path) -> None:
    good = tmp_path / "redis-server"
    good.write_text("#!/bin/sh\necho 'Redis server v=7.2.4 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'\n")
    good.chmod(0o755)
    assert find_server(str(tmp_path)).path == str(good)


def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    assert not answers(tmp_path / "nobody.sock")
