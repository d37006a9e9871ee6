"""The Slack app: whether Slack is reached, and whether it knows the app's credentials."""

import httpx

from cli.doctor.finding import Finding, Health
from engine.settings import SlackApp
from engine.slack.manifest import INSTALL_PATH

PATIENCE = 10.0
NAME = "Slack app"
#: A code that nobody was given: Slack looks at the app's credentials before it looks at the code.
NO_CODE = "slipway-doctor"
WRONG = frozenset({"invalid_client_id", "bad_client_secret"})


def look_at_slack_app(app: SlackApp | None, public_url: str, *, played: bool) -> Finding:
    """Asks Slack about the app; `played`: `slipway up` uses the playground's."""
    if app is None and played:
        return Finding(NAME, Health.OK, "none is set: `slipway up` starts the playground, with a Slack on this machine")
    if app is None:
        return Finding(NAME, Health.OK, "none is set: Slipway works without Slack; docs/install.md tells how to add it")
    form = {"client_id": app.client_id, "client_secret": app.client_secret.reveal(), "code": NO_CODE}
    try:
        answer = httpx.post(f"{app.api_url}oauth.v2.access", data=form, timeout=PATIENCE)
        refused = str(answer.json().get("error", ""))
    except httpx.HTTPError as error:
        fix = "Open the way to it, or mend SLACK_API_URL."
        return Finding(NAME, Health.MISSING, f"{app.api_url} is not reached: {error}", fix)
    except (ValueError, AttributeError):
        return Finding(NAME, Health.MISSING, "what answers is not Slack's API", "Mend SLACK_API_URL.")
    if refused in WRONG:
        fix = "Copy SLACK_CLIENT_ID and SLACK_CLIENT_SECRET from the app's page, Basic Information, App Credentials."
        return Finding(NAME, Health.MISSING, f"Slack answered {refused}", fix)
    return Finding(NAME, Health.OK, f"Slack knows it; workspaces install it at {public_url}{INSTALL_PATH}")
