"""The `slipway` command as a program, with an environment of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: What package clients and TLS need of the machine; nothing of ours.
KEPT = ("PATH", "HOME", "LANG", "SSL_CERT_FILE")


def environment_of(data_dir: Path, **settings: str) -> dict[str, str]:
    """An environment with nothing of ours but these settings."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"DATA_DIR": str(data_dir)} | settings


def slipway(*words: str, data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    argv = [sys.executable, "-m", "cli", *words]
    environment = environment_of(data_dir, **settings)
    return subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
