"""The playground's own settings, read from the environment in this one place."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

KNOWN = {
    "PLAYGROUND_PORT",
    "PLAYGROUND_HOST",
    "PLAYGROUND_WEBHOOK_URL",
    "PLAYGROUND_BOT_URL",
    "PLAYGROUND_APP_PERMISSIONS",
    "PLAYGROUND_APP_EVENTS",
    "PLAYGROUND_FAULTS",
    "PLAYGROUND_LIMITS",
    "PLAYGROUND_WEBHOOKS",
    "PLAYGROUND_RECORD",
    "PLAYGROUND_SLACK_URL",
    "PLAYGROUND_SLACK_RETRIES",
}

#: What the App's installations grant where nothing else is said: all that a bot of this kind may ever ask for.
PERMISSIONS = {
    "checks": "write",
    "contents": "write",
    "deployments": "write",
    "issues": "write",
    "members": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "write",
}
LEVELS = ("read", "write", "admin")

#: What the App subscribes to where nothing else is said.
EVENTS = ("check_run", "issue_comment", "member", "pull_request", "push", "repository")
WORD = re.compile(r"[a-z][a-z_]*")
NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
#: Seconds after which Slack sends an event again that wasn't answered with 2xx in time.
SLACK_RETRIES = (0.0, 60.0, 300.0)
YES_OR_NO = {"1": True, "on": True, "true": True, "0": False, "off": False, "false": False}


@dataclass(frozen=True)
class Settings:
    """Where the playground listens, keeps its data, and finds the bot."""

    host: str
    port: int
    data_dir: Path
    #: Where webhooks are posted.
    webhook_url: str
    #: The only address below which a sign-in may end.
    bot_url: str
    app_permissions: Mapping[str, str] = field(default_factory=lambda: dict(PERMISSIONS))
    app_events: tuple[str, ...] = EVENTS
    #: Whether tests may let calls and webhooks fail, and read what happened.
    faults: bool = False
    #: Whether an installation that creates too much is refused, as at GitHub.
    limits: bool = False
    #: Whether webhooks are sent; else each is logged as one whose receiver wasn't there.
    webhooks: bool = True
    #: Where every call, answer and webhook is written down; none: nowhere.
    record: Path | None = None
    #: Where Slack posts everything: events, commands and interactions.
    slack_url: str = "http://127.0.0.1:8080/slack/events"
    #: After how many seconds each it sends an event again.
    slack_retries: tuple[float, ...] = SLACK_RETRIES

    @property
    def home(self) -> Path:
        """The folder that holds everything of the playground but `playground.json`."""
        return self.data_dir / "playground"


@dataclass(frozen=True)
class BadSettings:
    """Every problem found in the environment, each with what to do."""

    problems: tuple[str, ...]


def read_settings(environment: Mapping[str, str]) -> Settings | BadSettings:
    """The settings, or all that is wrong with them at once."""
    problems: list[str] = []
    for name in sorted(environment):
        if name.startswith("PLAYGROUND_") and name not in KNOWN:
            problems.append(f"{name}: the playground has no such setting; known are {', '.join(sorted(KNOWN))}")
    host = environment.get("PLAYGROUND_HOST", "127.0.0.1")
    if not _is_loopback(host):
        problems.append(f"PLAYGROUND_HOST: {host!r} is not a loopback address; give 127.0.0.1")
    port = _port(environment.get("PLAYGROUND_PORT", "8082"), problems)
    webhook_url = environment.get("PLAYGROUND_WEBHOOK_URL", "http://127.0.0.1:8080/webhooks/github")
    bot_url = environment.get("PLAYGROUND_BOT_URL", "http://localhost:8080").rstrip("/")
    _check_url("PLAYGROUND_WEBHOOK_URL", webhook_url, problems)
    _check_url("PLAYGROUND_BOT_URL", bot_url, problems)
    slack_url = environment.get("PLAYGROUND_SLACK_URL", "http://127.0.0.1:8080/slack/events")
    _check_url("PLAYGROUND_SLACK_URL", slack_url, problems)
    retries = _seconds("PLAYGROUND_SLACK_RETRIES", environment.get("PLAYGROUND_SLACK_RETRIES"), problems)
    permissions = _permissions(environment.get("PLAYGROUND_APP_PERMISSIONS"), problems)
    events = _events(environment.get("PLAYGROUND_APP_EVENTS"), problems)
    faults, limits, webhooks = (
        _switch(f"PLAYGROUND_{name}", environment.get(f"PLAYGROUND_{name}"), usually, problems)
        for name, usually in (("FAULTS", False), ("LIMITS", False), ("WEBHOOKS", True))
    )
    data_dir = environment.get("DATA_DIR", ".slipway")
    if not data_dir.strip():
        problems.append("DATA_DIR: is empty; give a folder, or leave it out for .slipway")
    if problems:
        return BadSettings(tuple(problems))
    folder = Path(data_dir).resolve()
    record = Path(environment["PLAYGROUND_RECORD"]) if environment.get("PLAYGROUND_RECORD") else None
    switches = (faults, limits, webhooks, record)
    return Settings(host, port, folder, webhook_url, bot_url, permissions, events, *switches, slack_url, retries)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _port(text: str, problems: list[str]) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    problems.append(f"PLAYGROUND_PORT: {text!r} is not a port; give a number from 1 to 65535")
    return 0


def _check_url(name: str, text: str, problems: list[str]) -> None:
    example = "give one such as http://127.0.0.1:8080"
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:
        usable = False
    if not usable:
        problems.append(f"{name}: {text!r} is not an http address; {example}")


def _switch(name: str, text: str | None, usually: bool, problems: list[str]) -> bool:
    if text is None:
        return usually
    if text.lower() not in YES_OR_NO:
        problems.append(f"{name}: {text!r} is neither on nor off; give 1 or 0")
    return YES_OR_NO.get(text.lower(), usually)


def _seconds(name: str, text: str | None, problems: list[str]) -> tuple[float, ...]:
    """`0 60 300`; nothing between the quotes means never again."""
    if text is None:
        return SLACK_RETRIES
    if not all(NUMBER.fullmatch(word) for word in text.split()):
        problems.append(f"{name}: {text!r} is not a list of seconds; give such as 0 60 300")
        return SLACK_RETRIES
    return tuple(float(word) for word in text.split())


def _permissions(text: str | None, problems: list[str]) -> Mapping[str, str]:
    """`checks:write contents:read …`; every App may read metadata."""
    if text is None:
        return dict(PERMISSIONS)
    granted = {"metadata": "read"}
    for word in text.split():
        name, _, level = word.partition(":")
        if not WORD.fullmatch(name) or level not in LEVELS:
            problems.append(f"PLAYGROUND_APP_PERMISSIONS: {word!r} is not a permission; give such as checks:write")
        granted[name] = level
    return granted


def _events(text: str | None, problems: list[str]) -> tuple[str, ...]:
    """`push pull_request …`."""
    if text is None:
        return EVENTS
    for word in text.split():
        if not WORD.fullmatch(word):
            problems.append(f"PLAYGROUND_APP_EVENTS: {word!r} is not an event; give such as pull_request")
    return tuple(text.split())
