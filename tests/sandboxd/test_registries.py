"""The registries come from the package clients' configuration, and what a sandbox gets of it has no credentials."""

import json
import os
import stat
from pathlib import Path

import pytest

from worker.sandboxd.packages.origin import Origin, folder_of, origin_of, without_credentials
from worker.sandboxd.packages.pip import PipConfiguration, default_addresses, read_pip
from worker.sandboxd.packages.uv import UvConfiguration, read_uv
from worker.sandboxd.registries import Registries, read_registries, uv_toml

SECRET = "s3cret"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose package clients are set up for mirrors, with credentials everywhere."""
    files = {
        ".config/pip/pip.conf": f"[global]\nindex-url = https://me:{SECRET}@mirror.corp:8443/simple\n"
        f"extra-index-url = file://{tmp_path}/wheels/simple\n    http://10.0.0.5/simple\n",
        ".config/uv/uv.toml": f'[[index]]\nurl = "https://me:{SECRET}@uv.corp/simple"\ndefault = true\n'
        '[[index]]\nname = "more"\nurl = "https://more.corp/simple"\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "wheels" / "simple").mkdir(parents=True)
    return tmp_path


def npm(folder: Path) -> Path:
    """An npm that answers as npm does."""
    answer = {"registry": f"https://me:{SECRET}@npm.corp/", "@team:registry": "https://team.corp/npm/", "cafile": None}
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\necho '{json.dumps(answer)}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def read(home: Path) -> Registries:
    return read_registries({"HOME": str(home), "PATH": os.environ["PATH"]}, npm(home), BUNDLE)


def test_every_configured_origin_is_found_exactly(home: Path) -> None:
    found = {str(origin) for origin in read(home).origins}
    expected = {
        "https://mirror.corp:8443",
        "http://10.0.0.5:80",
        "https://uv.corp:443",
        "https://more.corp:443",
        "https://npm.corp:443",
        "https://team.corp:443",
    }
    assert expected <= found


def test_a_mirror_replaces_the_default(home: Path) -> None:
    defaults = {origin_of(place) for place in default_addresses({"HOME": str(home)})}
    assert len(defaults) == 2
    assert defaults.isdisjoint(read(home).origins)


def test_without_configuration_the_clients_defaults_are_found(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull}
    found = read_registries(environment, None, BUNDLE)
    assert {origin_of(place) for place in default_addresses(environment)} == set(found.origins)


def test_the_folder_of_a_file_index_is_found_with_its_files(home: Path) -> None:
    assert home / "wheels" in read(home).folders


def test_no_credentials_reach_a_sandbox(home: Path) -> None:
    files = read(home).files
    assert set(files) == {"pip.conf", "uv/uv.toml", "npmrc"}
    assert all(SECRET not in text for text in files.values())
    assert "index-url = https://mirror.corp:8443/simple" in files["pip.conf"]
    assert "@team:registry=https://team.corp/npm/" in files["npmrc"]


def test_uv_follows_pip_where_it_has_no_configuration_of_its_own() -> None:
    pip = PipConfiguration(index="https://a.corp/simple", extra=("https://b.corp/simple",))
    text = uv_toml(UvConfiguration(), pip)
    assert 'url = "https://a.corp/simple"\ndefault = true' in text
    assert "unsafe-best-match" in text
    assert "a.corp" not in uv_toml(UvConfiguration(index="https://c.corp/simple"), pip)


def test_the_environment_wins(home: Path) -> None:
    pip = read_pip({"HOME": str(home), "PIP_INDEX_URL": "https://env.corp/simple"})
    uv = read_uv({"HOME": str(home), "UV_DEFAULT_INDEX": "https://env.corp/simple", "UV_INDEX": "x=https://x.corp/s"})
    assert pip.index == uv.index == "https://env.corp/simple"
    assert uv.extra[0] == "x=https://x.corp/s"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://u:p@Host.corp/simple", Origin("https", "host.corp", 443)),
        ("http://[fd00::1]:8080/", Origin("http", "fd00::1", 8080)),
        ("name=https://host.corp/", Origin("https", "host.corp", 443)),
        ("file:///srv/simple", None),
        ("/srv/wheels", None),
        ("https://host:99999/", None),
    ],
)
def test_origins(url: str, origin: Origin | None) -> None:
    assert origin_of(url) == origin


def test_folders_and_bare_addresses() -> None:
    assert folder_of("file:///srv/my%20wheels") == Path("/srv/my wheels")
    assert folder_of("https://host/") is None
    assert without_credentials("https://u:p@h:1/x?y") == "https://h:1/x?y"
