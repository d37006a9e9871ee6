"""What a stream of a deployment says: `status_update`, `log`, `heartbeat`, as JSON objects."""

from dataclasses import asdict

from bot.api.deployment_shown import ShownDeployment

#: Lines of one message; what a log has already comes in several.
LINES = 500


def status_update(deployment: ShownDeployment) -> dict[str, object]:
    """Where it stands, as `GET /api/deployments/{id}` shows it."""
    return {"type": "status_update", "deployment": asdict(deployment)}


def log(first: int, lines: list[str]) -> dict[str, object]:
    """Lines of its log; the first one's number comes with them."""
    return {"type": "log", "from_line": first, "lines": lines}


def heartbeat(at: str) -> dict[str, object]:
    """Nothing has changed, and somebody is here."""
    return {"type": "heartbeat", "at": at}
