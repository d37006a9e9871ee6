"""How well this machine isolates, as the sandbox host itself proves it."""

import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

from cli.doctor.finding import Finding, Health
from cli.up.house import OURS, without
from cli.up.ports import free_port
from cli.up.probes import status_of

#: Seconds that the host may take to try its tiers.
PATIENCE = 60.0
TIERS = {
    "bwrap+cgroup": Finding("Isolation", Health.OK, "bwrap+cgroup: bubblewrap, with limits by control groups"),
    "bwrap+prlimit": Finding(
        "Isolation",
        Health.WARNING,
        "bwrap+prlimit: bubblewrap, with limits for each process only",
        "Run Slipway as root, or where it may make control groups, for limits on a whole sandbox.",
    ),
    "none": Finding(
        "Isolation",
        Health.WARNING,
        "none: ALLOW_UNISOLATED=1 runs what is in pull requests as yourself",
        "Unset ALLOW_UNISOLATED, unless every pull request is trusted.",
    ),
}


def look_at_isolation(environ: Mapping[str, str], running_port: int | None) -> Finding:
    """The tier of the host that runs on `running_port`, else of one that is started to be asked."""
    if running_port is not None:
        status, body = status_of("127.0.0.1", running_port, "/health")
        if status == 200:
            return _tier_of(body)
    with tempfile.TemporaryDirectory(prefix="slipway-doctor-") as folder:
        return _asked(without(environ, OURS) | {"DATA_DIR": folder})


def _asked(environment: dict[str, str]) -> Finding:
    port = free_port()
    environment |= {"SANDBOXD_PORT": str(port), "SANDBOXD_API_KEY": secrets.token_hex(16)}
    with tempfile.TemporaryFile() as log:
        host = subprocess.Popen(
            [sys.executable, "-P", "-m", "worker.sandboxd"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            body = _answer_of(host, port)
        finally:
            host.terminate()
            host.wait()
        if body:
            return _tier_of(body)
        log.seek(0)
        said = log.read().decode(errors="replace").strip().splitlines() or ["the sandbox host did not start"]
        return Finding("Isolation", Health.MISSING, said[-1], "See docs/security.md, or use E2B's cloud: E2B_API_KEY.")


def _answer_of(host: subprocess.Popen[bytes], port: int) -> bytes:
    end = time.monotonic() + PATIENCE
    while host.poll() is None and time.monotonic() < end:
        status, body = status_of("127.0.0.1", port, "/health")
        if status == 200:
            return body
        time.sleep(0.05)
    return b""


def _tier_of(body: bytes) -> Finding:
    tier = str(json.loads(body)["isolation"])
    return TIERS.get(tier) or Finding("Isolation", Health.WARNING, f"{tier}: unknown to this command")
