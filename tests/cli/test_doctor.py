"""`slipway doctor`."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.doctor.finding import Finding, Health
from cli.doctor.github_app import granted, look_at_github_app
from cli.doctor.keys import look_at_keys
from cli.doctor.place import look_at_database, look_at_folder
from cli.doctor.programs import look_at_git
from cli.doctor.slack_app import look_at_slack_app
from cli.up.instance import load_instance
from engine.forge.manifest import SUBSCRIBED, needed_permissions
from engine.settings import GitHubApp, Secret, SlackApp, read_settings
from engine.store import migrate
from engine.store.database import Database
from engine.variables.variables import Variables
from engine.variables.vault import Vault, new_key
from tests.cli.running import slipway
from tests.ports import free_row
from tests.variables.scenes import a_value, set_in


def checks(text: str) -> dict[str, dict[str, Any]]:
    """What `--json` said, by name."""
    return {each["name"]: each for each in json.loads(text)["checks"]}


@pytest.fixture
def free() -> int:
    """The first of four ports in a row that nobody uses."""
    return free_row(4)


def test_a_machine_that_can_run_slipway_is_told_so(tmp_path: Path, free: int) -> None:
    looked = slipway("doctor", "--json", data_dir=tmp_path / "new", PORT=str(free))
    found = checks(looked.stdout)
    assert [name for name, each in found.items() if each["health"] == "missing"] == []
    assert (looked.returncode, json.loads(looked.stdout)["ok"]) == (0, True)
    assert {"Python", "git", "Node", "uv", "Redis", "Ports", "Data folder", "Database", "Isolation"} <= set(found)
    assert found["Isolation"]["sentence"].split(":")[0] in ("bwrap+cgroup", "bwrap+prlimit")
    assert not (tmp_path / "new").exists()


def test_what_is_missing_is_said_with_what_to_do_and_exit_1(tmp_path: Path, free: int) -> None:
    with socket.create_server(("127.0.0.1", free + 1)):
        looked = slipway("doctor", "--json", data_dir=tmp_path, PORT=str(free))
    assert looked.returncode == 1
    ports = checks(looked.stdout)["Ports"]
    assert ports["health"] == "missing"
    assert f"GATEWAY_PORT: {free + 1} is in use" in ports["sentence"]


def test_wrong_settings_are_findings(tmp_path: Path) -> None:
    looked = slipway("doctor", data_dir=tmp_path, PORT="eighty", GITHUB_APP_ID="1")
    assert looked.returncode == 1
    assert "PORT: 'eighty' is not a number" in looked.stdout
    assert "GITHUB_CLIENT_ID: not set" in looked.stdout


def test_an_old_git_is_missing(tmp_path: Path) -> None:
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\necho git version 2.20.1\n")
    git.chmod(0o755)
    (finding,) = look_at_git(str(tmp_path))
    assert finding.health is Health.MISSING
    assert "2.31" in finding.fix
    assert look_at_git("/nowhere")[0].health is Health.MISSING


def test_a_data_folder_below_a_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert look_at_folder(tmp_path / "file" / "data").health is Health.MISSING


def test_a_database_of_another_revision_says_how_to_migrate(tmp_path: Path) -> None:
    settings = read_settings({"DATA_DIR": str(tmp_path)})
    assert look_at_database(settings).health is Health.OK
    database = Database(settings.database_url)
    with database.read():
        pass
    database.close()
    finding = look_at_database(settings)
    assert finding.health is Health.MISSING
    assert "admin migrate" in finding.fix


def test_a_database_server_that_is_away_is_missing_and_its_password_stays_hidden(tmp_path: Path) -> None:
    url = f"postgresql://slipway:very-secret@/slipway?host={tmp_path}"
    finding = look_at_database(read_settings({"DATA_DIR": str(tmp_path), "DATABASE_URL": url}))
    assert finding.health is Health.MISSING
    assert "DATABASE_URL" in finding.fix
    assert "very-secret" not in finding.sentence + finding.fix


def test_a_github_that_is_not_reached_is_missing() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        app = GitHubApp("1", "Iv1", Secret("s"), Secret("no key"), (Secret("w" * 16),), url, url)
        finding = look_at_github_app(app)
    assert finding.health is Health.MISSING
    assert "GITHUB_PRIVATE_KEY" in finding.sentence


@pytest.mark.parametrize(
    ("instead", "health"),
    [({}, Health.OK), ({"contents": "read"}, Health.WARNING), ({"contents": "none"}, Health.MISSING),
     ({"contents": "read", "checks": "read"}, Health.MISSING)],
)  # fmt: skip
def test_an_app_that_may_only_read_contents_works_and_says_what_goes_another_way(
    instead: dict[str, str], health: Health
) -> None:
    facts = {"slug": "slipway", "permissions": needed_permissions() | instead, "events": list(SUBSCRIBED)}
    assert granted(httpx.Response(200, json=facts)).health is health


@pytest.fixture
def slack_says() -> Iterator[tuple[SlackApp, dict[str, str]]]:
    """A Slack on loopback that answers every call with what the second value holds."""
    said: dict[str, str] = {}

    class Slack(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer = said["body"].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Slack) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        yield SlackApp("17.17", Secret("client-secret-of-a-test"), (Secret("s" * 32),), url, url), said
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("body", "health"),
    [
        ('{"ok": false, "error": "invalid_code"}', Health.OK),
        ('{"ok": false, "error": "bad_client_secret"}', Health.MISSING),
        ('{"ok": false, "error": "invalid_client_id"}', Health.MISSING),
        ("<h1>Welcome</h1>", Health.MISSING),
        ("[]", Health.MISSING),
    ],
)
def test_slack_is_asked_whether_it_knows_the_app(
    slack_says: tuple[SlackApp, dict[str, str]], body: str, health: Health
) -> None:
    app, said = slack_says
    said["body"] = body
    finding = look_at_slack_app(app, "https://slipway.example.com", played=False)
    assert finding.health is health
    assert "client-secret-of-a-test" not in finding.sentence + finding.fix


def test_a_slack_that_is_not_reached_is_missing() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        app = SlackApp("17.17", Secret("c" * 20), (Secret("s" * 32),), url, url)
        finding = look_at_slack_app(app, "https://slipway.example.com", played=False)
    assert (finding.health, "SLACK_API_URL" in finding.fix) == (Health.MISSING, True)


@pytest.mark.parametrize("played", [True, False])
def test_without_a_slack_app_nothing_is_missing(played: bool) -> None:
    assert look_at_slack_app(None, "https://slipway.example.com", played=played).health is Health.OK


def keys_finding(folder: Path, *keys: Secret) -> Finding:
    return look_at_keys(read_settings({"DATA_DIR": str(folder), "SECRET_KEYS": ",".join(key.reveal() for key in keys)}))


def test_without_a_key_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    found = keys_finding(tmp_path)
    assert (found.health, "slipway admin new-key" in found.fix) == (Health.WARNING, True)


def test_keys_are_tried_on_everything_that_is_sealed(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    database = Database(f"sqlite:///{tmp_path}/slipway.sqlite3")
    migrate.upgrade(database)
    set_in(database, Variables(Vault([old])), a_value("A", "1"), a_value("B", "2"))
    database.close()
    found = [keys_finding(tmp_path, *keys) for keys in ([old], [new, old], [new], [])]
    assert [each.health for each in found] == [Health.OK, Health.WARNING, Health.MISSING, Health.MISSING]
    assert found[0].sentence == "1 key for variables, which open all 2 values"
    assert found[1].fix == "Run `slipway admin rotate-keys`."
    assert "which open 0 of 2 values" in found[2].sentence


def test_the_keys_of_a_data_folder_count(tmp_path: Path) -> None:
    load_instance(tmp_path)
    assert keys_finding(tmp_path).sentence == "1 key for variables"
    assert keys_finding(tmp_path, new_key()).sentence == "2 keys for variables"
