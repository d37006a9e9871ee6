"""The GitHub App and the Slack app that Slipway is: all of an app's settings are set, or none."""

from dataclasses import dataclass
from pathlib import Path

from engine.settings_reader import Reader, Secret

#: Secrets that people paste from examples.
KNOWN_DEFAULTS = frozenset({"secret", "changeme", "development", "webhook-secret", "your-webhook-secret"})


@dataclass(frozen=True)
class GitHubApp:
    """The GitHub App that Slipway is. All of it or none of it is set."""

    app_id: str
    client_id: str
    client_secret: Secret
    private_key: Secret
    #: One secret, or two during a rotation.
    webhook_secrets: tuple[Secret, ...]
    api_url: str
    web_url: str


@dataclass(frozen=True)
class SlackApp:
    """The Slack app that Slipway is, in as many workspaces as install it."""

    client_id: str
    client_secret: Secret
    #: One secret, or two during a rotation.
    signing_secrets: tuple[Secret, ...]
    #: Ends in a slash, as Slack's own clients want it.
    api_url: str
    #: Where people install the app, without a slash at the end.
    web_url: str


GITHUB_NAMES = (
    "GITHUB_APP_ID",
    "GITHUB_CLIENT_ID",
    "GITHUB_CLIENT_SECRET",
    "GITHUB_PRIVATE_KEY",
    "GITHUB_WEBHOOK_SECRET",
)


def read_github(reader: Reader, *, polling_only: bool) -> GitHubApp | None:
    """The GitHub App, None in set-up mode; a part of its settings alone is a problem."""
    values = {name: reader.text(name) for name in GITHUB_NAMES}
    if not any(values.values()):
        return None
    for name, value in values.items():
        if not value and not (polling_only and name == "GITHUB_WEBHOOK_SECRET"):
            reader.problems.append(f"{name}: not set, but other GITHUB_ settings are. Set all of them or none.")
    key = _private_key(reader, values["GITHUB_PRIVATE_KEY"])
    secrets = [values["GITHUB_WEBHOOK_SECRET"], reader.text("GITHUB_WEBHOOK_SECRET_OLD")]
    for secret in filter(None, secrets):
        if len(secret) < 16 or secret.lower() in KNOWN_DEFAULTS:
            reader.problems.append(
                "GITHUB_WEBHOOK_SECRET: too short or a known default. Give at least 16 random characters, "
                "for example from `openssl rand -hex 32`, here and on the GitHub App's page."
            )
    return GitHubApp(
        app_id=values["GITHUB_APP_ID"],
        client_id=values["GITHUB_CLIENT_ID"],
        client_secret=Secret(values["GITHUB_CLIENT_SECRET"]),
        private_key=Secret(key),
        webhook_secrets=tuple(Secret(secret) for secret in secrets if secret),
        api_url=reader.url("GITHUB_API_URL", "https://api.github.com"),
        web_url=reader.url("GITHUB_WEB_URL", "https://github.com"),
    )


def _private_key(reader: Reader, value: str) -> str:
    """The PEM text: given itself (also with `\\n` for line ends), or as a path to its file."""
    if not value:
        return ""
    if "PRIVATE KEY" in value:
        return value.replace("\\n", "\n")
    try:
        text = Path(value).read_text()
    except OSError as error:
        # The value isn't shown: a mangled key that was meant to be the key itself must not end in a log.
        reader.problems.append(
            f"GITHUB_PRIVATE_KEY: reading the file it names: {error.strerror}. Give the PEM text or its file's path."
        )
        return ""
    if "PRIVATE KEY" not in text:
        reader.problems.append(
            "GITHUB_PRIVATE_KEY: the file it names holds no PEM private key. Download it from GitHub again."
        )
    return text


SLACK_NAMES = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")


def read_slack(reader: Reader, *, has_keys: bool, has_github: bool) -> SlackApp | None:
    """The Slack app, None where there is none; a part of its settings alone is a problem."""
    values = {name: reader.text(name) for name in SLACK_NAMES}
    if not any(values.values()):
        return None
    for name, value in values.items():
        if not value:
            reader.problems.append(f"{name}: not set, but other SLACK_ settings are. Set all of them or none.")
    if not has_keys:
        reader.problems.append(
            "SECRET_KEYS: not set, but SLACK_ settings are, and the tokens of workspaces are stored sealed. "
            "Make a key with `slipway admin new-key`."
        )
    if not has_github:
        reader.problems.append("GITHUB_APP_ID: not set, but SLACK_ settings are. Slack's commands need the GitHub App.")
    signing = [values["SLACK_SIGNING_SECRET"], reader.text("SLACK_SIGNING_SECRET_OLD")]
    for secret in filter(None, signing):
        if len(secret) < 16 or secret.lower() in KNOWN_DEFAULTS:
            reader.problems.append(
                "SLACK_SIGNING_SECRET: too short or a known default. Copy it from the Slack app's page, "
                "Basic Information, App Credentials."
            )
    return SlackApp(
        client_id=values["SLACK_CLIENT_ID"],
        client_secret=Secret(values["SLACK_CLIENT_SECRET"]),
        signing_secrets=tuple(Secret(secret) for secret in signing if secret),
        api_url=reader.url("SLACK_API_URL", "https://slack.com/api") + "/",
        web_url=reader.url("SLACK_WEB_URL", "https://slack.com"),
    )
