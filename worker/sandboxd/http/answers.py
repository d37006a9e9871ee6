"""The JSON that clients are answered with."""

import datetime
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from worker.sandboxd.errors import SandboxdError
from worker.sandboxd.host.record import Record
from worker.sandboxd.settings import Limits

# What the SDK takes as the version of E2B's agent; it decides which calls it dares.
ENVD_VERSION = "0.6.13"


def json_response(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(orjson.dumps(content), status, headers, media_type="application/json")


def problem_response(problem: SandboxdError) -> Response:
    """An error of the control plane or the file calls."""
    return json_response({"code": problem.status, "message": problem.sentence}, problem.status)


def timestamp(seconds: float) -> str:
    """Seconds since the epoch as RFC 3339."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def opened(record: Record, limits: Limits, domain: str) -> dict[str, Any]:
    """A sandbox as it is answered to who made it or connects to it: with its tokens."""
    return {
        **_shown(record, limits, domain),
        "envdAccessToken": record.access_token,
        "trafficAccessToken": record.traffic_token,
    }


def detailed(record: Record, limits: Limits, domain: str) -> dict[str, Any]:
    """A sandbox as it is listed."""
    network = {name: value for name, value in record.network.items() if name != "allow_internet_access"}
    found = {
        **_shown(record, limits, domain),
        "lifecycle": {"onTimeout": "pause" if record.pause_at_end else "kill", "autoResume": record.auto_resume},
        "network": network,
    }
    if "allow_internet_access" in record.network:
        found["allowInternetAccess"] = record.network["allow_internet_access"]
    return found


def _shown(record: Record, limits: Limits, domain: str) -> dict[str, Any]:
    return {
        "templateID": record.template,
        "sandboxID": record.sandbox_id,
        "clientID": "slipway",
        "envdVersion": ENVD_VERSION,
        "domain": domain,
        "startedAt": timestamp(record.started_at),
        "endAt": timestamp(record.end_at),
        "state": "paused" if record.paused else "running",
        "cpuCount": max(1, round(limits.cpu)),
        "memoryMB": limits.memory >> 20,
        "diskSizeMB": limits.disk >> 20,
        "metadata": record.metadata,
    }
