"""The host's settings are read strictly, and all that is wrong is told at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from worker.sandboxd.errors import SettingsProblems
from worker.sandboxd.settings import read_settings

KEY = "k" * 16


def test_the_defaults_need_only_a_key() -> None:
    settings = read_settings({"SANDBOXD_API_KEY": KEY})
    assert (settings.port, settings.data_dir) == (49982, Path(".slipway").absolute())
    assert settings.limits.memory == 512 << 20
    assert settings.allow_unisolated is False


def test_all_problems_are_told_at_once() -> None:
    wrong = {
        "SANDBOXD_API_KEY": "short",
        "SANDBOXD_PORT": "0",
        "ALLOW_UNISOLATED": "yes",
        "PREVIEW_MEMORY_LIMIT_MB": "lots",
        "SANDBOX_CPU_LIMIT": "-1",
        "SANDBOX_PIDS_LIMIT": "1e3",
        "DATA_DIR": "",
    }
    with pytest.raises(SettingsProblems) as failure:
        read_settings(wrong)
    assert all(any(name in problem for problem in failure.value.problems) for name in wrong)


def test_the_key_is_never_shown() -> None:
    assert KEY not in repr(read_settings({"SANDBOXD_API_KEY": KEY}))


def test_the_process_refuses_to_start_with_status_2() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "worker.sandboxd"],
        env={"SANDBOXD_PORT": "none", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert "SANDBOXD_PORT" in ended.stderr
    assert "SANDBOXD_API_KEY" in ended.stderr
