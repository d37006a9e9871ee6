"""The documentation and the code say the same."""

import re
from pathlib import Path

import pytest

from engine.commands.table import TABLE
from engine.domain.build import STAGE_LABELS, TERMINAL, BuildState, may_follow
from engine.domain.preview import PreviewState
from engine.domain.release import DeployState
from engine.domain.release import may_follow as may_become
from engine.reasons import REMEDY, Reason
from engine.settings import Intervals

ROOT = Path(__file__).resolve().parents[1]


def page(name: str) -> str:
    """A page of the documentation."""
    return (ROOT / "docs" / name).read_text()


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_code_is_documented_and_has_a_remedy(reason: Reason) -> None:
    assert f"| `{reason}` |" in page("reasons.md")
    assert REMEDY[reason]


def test_no_reason_code_is_documented_that_does_not_exist() -> None:
    documented = set(re.findall(r"^\| `([a-z_]+)` \|", page("reasons.md"), re.MULTILINE))
    assert documented == {str(reason) for reason in Reason}


def test_every_command_is_documented_with_its_role() -> None:
    for entry in TABLE:
        assert f"| `{entry.usage}` | {entry.role.name.lower()} |" in page("commands.md")


def test_every_setting_that_the_code_reads_is_documented() -> None:
    sources = [*sorted((ROOT / "engine").glob("settings*.py")), ROOT / "worker/sandboxd/settings.py"]
    source = "".join(path.read_text() for path in sources)
    names = set(re.findall(r'(?:text|number|whole|switch|url|problems,|get)[( ]\s*"([A-Z][A-Z0-9_]*)"', source))
    known = page("operations.md") + page("install.md")
    assert {"PORT", "DATABASE_URL", "SANDBOXD_PORT", "ALLOW_UNISOLATED", "SANDBOX_DISK_LIMIT_MB"} <= names
    assert [name for name in sorted(names) if name not in known] == []


@pytest.mark.parametrize("interval", vars(Intervals()))
def test_every_interval_is_documented(interval: str) -> None:
    assert interval.upper() in page("operations.md")


@pytest.mark.parametrize("state", PreviewState)
def test_every_state_of_a_preview_is_documented(state: PreviewState) -> None:
    assert f"| `{state}` |" in page("api.md")


def test_the_drawing_of_a_build_has_its_states() -> None:
    drawing = page("architecture.md").split("stateDiagram-v2")[1].split("```")[0]
    drawn = set(re.findall(r"[a-z]+", drawing))
    assert drawn == {str(state) for state in BuildState}
    assert set(re.findall(r"([a-z]+) --> \[\*\]", drawing)) == {str(state) for state in TERMINAL}


def test_the_arrows_of_the_drawing_are_legal() -> None:
    drawing = page("architecture.md").split("stateDiagram-v2")[1].split("```")[0]
    arrows = re.findall(r"([a-z]+) --> ([a-z]+)", drawing)
    assert all(may_follow(BuildState(before), BuildState(after)) for before, after in arrows)
    assert set(STAGE_LABELS) == set(BuildState)


def test_the_drawing_of_a_release_has_its_states_and_its_arrows_are_legal() -> None:
    drawing = page("architecture.md").split("stateDiagram-v2")[2].split("```")[0]
    assert set(re.findall(r"[A-Z]{2}[A-Z_]+", drawing)) == {str(state) for state in DeployState}
    arrows = re.findall(r"([A-Z_]+) --> ([A-Z_]+)", drawing)
    assert len(arrows) > 8
    assert all(may_become(DeployState(before), DeployState(after)) for before, after in arrows)


def test_every_trouble_of_the_list_names_tests_that_are_there() -> None:
    named = re.findall(r"`(tests/[a-z_/]+\.py)`", page("faults.md"))
    assert len(named) > 60
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_links_between_pages_lead_somewhere() -> None:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text()):
            assert target.startswith("https://") or (path.parent / target).exists(), (path.name, target)
