"""Starting, stopping, and starting again."""

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.playground.running import ROOT, RunningPlayground, running_playground, stop
from tests.playground.working_copy import WorkingCopy


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_guide_tells_addresses_accounts_and_samples(playground: RunningPlayground) -> None:
    guide = playground.guide
    assert guide["api_url"] == f"http://127.0.0.1:{playground.port}/api/v3"
    assert guide["web_url"] == f"http://127.0.0.1:{playground.port}"
    assert [(user["login"], user["role"]) for user in guide["users"]] == [
        ("admin", "admin"),
        ("writer", "writer"),
        ("reader", "reader"),
    ]
    assert all(set(user) == {"login", "role", "token", "slipway_token"} for user in guide["users"])
    assert guide["repositories"][0] == {
        "full_name": "acme/shop",
        "clone_url": f"http://127.0.0.1:{playground.port}/acme/shop.git",
        "default_branch": "main",
        "pull_requests": [1],
    }


def test_only_the_owner_may_read_the_secrets(playground: RunningPlayground) -> None:
    assert _mode(playground.data_dir / "playground.json") == 0o600
    assert _mode(playground.data_dir / "playground" / "app.json") == 0o600
    assert _mode(playground.data_dir / "playground") == 0o700


def test_the_app_file_has_what_the_bot_needs(playground: RunningPlayground) -> None:
    app = playground.app
    assert app["slug"] == "slipway"
    assert len(app["webhook_secret"]) >= 32
    assert app["private_key_pem"].startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert {"app_id", "client_id", "client_secret", "api_url", "web_url"} <= set(app)


def test_a_second_start_on_another_port_finds_everything(tmp_path: Path) -> None:
    with running_playground(tmp_path) as first, first.acting_as("writer") as writer:
        before, secret = first.guide, first.app["webhook_secret"]
        writer.post("/repos/acme/shop/issues/1/comments", json={"body": "Still here?"})
        repository = writer.get("/repos/acme/shop").json()
    with running_playground(tmp_path) as second, second.acting_as("writer") as writer:
        assert second.port != first.port
        assert second.app["webhook_secret"] == secret
        assert [user["token"] for user in second.guide["users"]] == [user["token"] for user in before["users"]]
        again = writer.get("/repos/acme/shop").json()
        assert (again["id"], again["clone_url"]) == (repository["id"], f"{second.web_url}/acme/shop.git")
        comments = writer.get("/repos/acme/shop/issues/1/comments").json()
        assert [comment["body"] for comment in comments] == ["Still here?"]
        WorkingCopy.clone(second.git_url("acme/shop", second.token("reader")), tmp_path / "copy")


def test_a_token_that_was_added_to_the_guide_stays(tmp_path: Path) -> None:
    path = tmp_path / "playground.json"
    with running_playground(tmp_path) as first:
        guide = first.guide
    guide["users"][1]["slipway_token"] = "slp_added"
    path.write_text(json.dumps(guide))
    with running_playground(tmp_path) as second:
        assert [user["slipway_token"] for user in second.guide["users"]] == [None, "slp_added", None]


def test_a_lost_guide_is_written_anew_and_old_tokens_end(tmp_path: Path) -> None:
    with running_playground(tmp_path) as first:
        old = first.token("admin")
    (tmp_path / "playground.json").unlink()
    with (
        running_playground(tmp_path) as second,
        second.client(old) as refused,
        second.acting_as("admin") as welcome,
    ):
        assert refused.get("/user").status_code == 401
        assert welcome.get("/user").json()["login"] == "admin"


def test_it_ends_in_order_when_told_to(tmp_path: Path) -> None:
    with running_playground(tmp_path) as playground:
        assert stop(playground) == 0


def test_bad_settings_end_it_with_all_problems_told(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "PLAYGROUND_PORT": "x", "PLAYGROUND_HOST": "::"}
    done = subprocess.run(
        [sys.executable, "-m", "playground"], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"PLAYGROUND_PORT" in done.stderr
    assert b"PLAYGROUND_HOST" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_of_the_first_version_gets_what_it_lacks(tmp_path: Path) -> None:
    with running_playground(tmp_path) as first, first.acting_as("writer") as writer:
        repository = writer.get("/repos/acme/shop").json()["id"]
    _take_back_to_version_one(tmp_path / "playground" / "github.sqlite3")
    with running_playground(tmp_path) as second, second.acting_as("admin") as admin:
        assert [one["login"] for one in admin.get("/orgs/acme/members").json()] == ["admin", "writer", "reader"]
        shop = admin.get("/repos/acme/shop").json()
        assert (shop["id"], shop["archived"]) == (repository, False)
        assert admin.patch("/repos/acme/shop", json={"archived": True}).json()["archived"] is True
        assert [one["name"] for one in second.guide["slack"]["workspaces"]] == ["Acme", "Globex"]


def _take_back_to_version_one(path: Path) -> None:
    first = (ROOT / "playground" / "schema" / "1.sql").read_text()
    checks = re.findall(r"CREATE TABLE (?:check_suites|check_runs|annotations) \(.*?\n\);", first, re.DOTALL)
    later = [
        table
        for version in (4, 5)
        for table in re.findall(r"CREATE TABLE (\w+)", (ROOT / "playground" / "schema" / f"{version}.sql").read_text())
    ]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "".join(f"DROP TABLE {table}; " for table in reversed(later))
            + "DROP TABLE commit_comments; DROP TABLE deployment_statuses; DROP TABLE deployments; "
            "DROP TABLE environments; DROP TABLE annotations; DROP TABLE check_runs; DROP TABLE check_suites; "
            + " ".join(checks)
            + "DROP TABLE effects; DROP TABLE former_names; DROP TABLE team_members; DROP TABLE teams; "
            "DROP TABLE members; DROP INDEX deliveries_made; ALTER TABLE repositories DROP COLUMN archived; "
            "ALTER TABLE repositories DROP COLUMN deleted_at; ALTER TABLE installations DROP COLUMN withheld; "
            "PRAGMA user_version = 1;"
        )
