"""`slipway readiness PATH`: a folder's report on a terminal, as JSON, and what can't be read."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from cli.main import slipway
from cli.readiness import log_beside

SHOP = {
    "app.py": "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\n",
    "requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\n",
    "Procfile": "web: gunicorn app:app --bind 0.0.0.0:$PORT\n",
}
OPEN = {**SHOP, "app.py": f"{SHOP['app.py']}app.run(host='0.0.0.0', debug=True)\n", "Procfile": "web: python app.py\n"}
#: Nobody listens there.
NO_OSV = "http://127.0.0.1:9"


def folder(place: Path, files: Mapping[str, str]) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place


def readiness(place: Path, *words: str, scan: bool = False, terminal: bool = False, **environment: str) -> Result:
    """The command's end; without a scan unless that is what it is about."""
    options = words if scan else (*words, "--no-scan")
    known = {"DATA_DIR": str(place.parent / "kept"), "OSV_URL": NO_OSV, "NO_COLOR": "", **environment}
    return CliRunner().invoke(slipway, ["readiness", str(place), *options], env=known, color=terminal)


def report(result: Result) -> dict[str, Any]:
    """What it said as JSON."""
    said: dict[str, Any] = json.loads(result.stdout)
    return said


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return folder(tmp_path / "shop", SHOP)


def test_what_blocks_ends_it_with_one_and_names_the_line(tmp_path: Path) -> None:
    result = readiness(folder(tmp_path / "shop", OPEN))
    assert result.exit_code == 1
    assert result.stdout.startswith("● Not ready to ship\n  shop: python · flask; ")
    assert "\nBlocks\n" in result.stdout
    assert "  debug-off  app.py:6\n" in result.stdout
    assert "    Why: " in result.stdout
    assert "    Fix: " in result.stdout


def test_warnings_alone_end_it_with_zero(shop: Path) -> None:
    result = readiness(shop)
    assert result.exit_code == 0
    assert result.stdout.startswith("● Ready to ship, with warnings\n")


def test_three_ways_to_deploy_are_told_with_steps_and_prices(shop: Path) -> None:
    said = readiness(shop).stdout
    for words in ("✓ Vercel  ", "✓ Railway  ", "✓ AWS (Elastic Beanstalk)  ", "      1. ", "$12 a month"):
        assert words in said


def test_json_is_the_report_of_the_api_and_the_same_twice(shop: Path) -> None:
    first, second = readiness(shop, "--json"), readiness(shop, "--json")
    assert first.stdout == second.stdout
    said = report(first)
    assert (said["light"], said["repository"], said["sha"]) == ("yellow", "shop", None)
    assert [each["name"] for each in said["paths"]] == ["vercel", "railway", "aws"]


def test_what_is_logged_meanwhile_is_no_part_of_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    with log_beside():
        structlog.get_logger().error("readiness.rule_crashed")
    assert capsys.readouterr().out == ""
    assert structlog.get_config() == before


def test_the_scan_is_told_and_an_answer_that_did_not_come_is_never_taken_for_clean(tmp_path: Path) -> None:
    secret = f"import os\nKEY = 'AKIA{'QX7Z2LVJ' * 2}'\n"
    result = readiness(folder(tmp_path / "shop", {**SHOP, "keys.py": secret}), "--json", scan=True)
    assert "Scanning" in result.stderr
    found = {(each["rule"], each["path"], each["line"]) for each in report(result)["findings"]}
    assert ("no-secrets", "keys.py", 2) in found
    parts = {each["name"]: each["state"] for each in report(result)["scan"]["parts"]}
    assert parts["dependencies"] == "inconclusive"
    assert "scan-complete" in {rule for rule, _, _ in found}


def test_without_a_scan_it_is_never_green(tmp_path: Path) -> None:
    page = {"index.html": "<h1>Shop</h1>", "README.md": "# Shop\n\nOpen index.html.\n", "LICENSE": "MIT"}
    said = report(readiness(folder(tmp_path / "page", page), "--json"))
    assert [each for each in said["findings"] if each["severity"] != "note"] == []
    assert said["light"] == "yellow"


def test_a_waiver_of_the_folder_holds_and_an_old_one_does_not(tmp_path: Path) -> None:
    waivers = "readiness:\n  waivers:\n" + "".join(
        f"    - {{rule: {rule}, owner: ada, until: {until}, reason: a demo}}\n"
        for rule, until in (("debug-off", "2999-01-31"), ("runtime-version", "2020-01-31"))
    )
    result = readiness(folder(tmp_path / "shop", {**OPEN, "slipway.yml": waivers}))
    assert "  debug-off  app.py: ada until 2999-01-31: a demo" in result.stdout
    assert "  runtime-version: ada's waiver ended on 2020-01-31" in result.stdout
    assert "\n  runtime-version" in result.stdout.split("\nWaived\n")[0]


def test_a_slipway_yml_that_can_not_be_read_is_a_finding(tmp_path: Path) -> None:
    result = readiness(folder(tmp_path / "shop", {**SHOP, "slipway.yml": "preview: 7\n"}))
    assert result.exit_code == 1
    assert "  configuration-valid  slipway.yml" in result.stdout


def test_what_git_ignores_is_not_looked_at(tmp_path: Path) -> None:
    place = folder(tmp_path / "shop", {**SHOP, ".env": "TOKEN=3f9d8a7c6b5e\n", ".gitignore": ".env\n__pycache__/\n"})
    subprocess.run(["git", "init", "-q", str(place)], check=True)
    assert "env-file-ignored" not in {each["rule"] for each in report(readiness(place, "--json"))["findings"]}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere", "there is no such folder. Check the path."),
        ("file", "it is a file. Name the folder of a repository."),
    ],
)
def test_a_path_that_is_no_folder_ends_it_with_two_and_says_why(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").write_text("text")
    result = readiness(tmp_path / name)
    assert result.exit_code == 2
    assert result.stderr == f"Error: reading {tmp_path / name}: {why}\n"


def test_a_link_that_leads_to_itself_ends_it_with_two(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    result = readiness(tmp_path / "round")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert result.stderr.startswith(f"Error: reading {tmp_path / 'round'}: ")


def test_what_others_wrote_controls_no_terminal(tmp_path: Path) -> None:
    name = "\x1b[31m\x07evil.py"
    place = folder(tmp_path / "shop", {**SHOP, name: "from flask import Flask\nFlask('a').run(debug=True)\n"})
    place = place.rename(tmp_path / "sh\x1b[2Jop")
    result = readiness(place)
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout


def test_colours_are_for_terminals_and_can_be_turned_off(shop: Path) -> None:
    assert "\x1b[33m" in readiness(shop, terminal=True).stdout
    assert "\x1b[" not in readiness(shop, terminal=True, NO_COLOR="1").stdout
    assert "\x1b[" not in readiness(shop).stdout


def test_wrong_settings_end_it_with_two(shop: Path) -> None:
    result = readiness(shop, OSV_URL="nowhere")
    assert result.exit_code == 2
    assert "OSV_URL" in result.stderr
