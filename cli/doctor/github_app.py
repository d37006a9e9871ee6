"""The GitHub App: whether GitHub knows it, and whether it grants what Slipway's calls need."""

import base64
import json
import time

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cli.doctor.finding import Finding, Health
from engine.forge.manifest import LEVELS, SUBSCRIBED, needed_permissions
from engine.settings import GitHubApp

PATIENCE = 10.0
#: Without it, with reading alone, only fixes go another way.
WRITING = "contents"


def look_at_github_app(app: GitHubApp | None) -> Finding:
    """Asks GitHub about the App, signed by its key."""
    name = "GitHub App"
    if app is None:
        return Finding(name, Health.OK, "none is set: `slipway up` starts the playground, a GitHub on this machine")
    token = _token(app)
    if token is None:
        fix = "Download the key again from the App's page, in PEM form."
        return Finding(name, Health.MISSING, "GITHUB_PRIVATE_KEY can't be read as an RSA key", fix)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    try:
        answer = httpx.get(f"{app.api_url}/app", headers=headers, timeout=PATIENCE)
    except httpx.HTTPError as error:
        fix = "Open the way to it, or mend GITHUB_API_URL."
        return Finding(name, Health.MISSING, f"{app.api_url} is not reached: {error}", fix)
    if answer.status_code != 200:
        fix = "Compare GITHUB_APP_ID and GITHUB_PRIVATE_KEY with the App's page; is this machine's clock right?"
        return Finding(name, Health.MISSING, f"{app.api_url} answered {answer.status_code}", fix)
    return granted(answer)


def granted(answer: httpx.Response) -> Finding:
    """Whether what GitHub says of the App is enough."""
    try:
        facts = answer.json()
        slug, permissions, events = facts["slug"], dict(facts["permissions"]), set(facts["events"])
    except (ValueError, KeyError, TypeError):
        return Finding("GitHub App", Health.MISSING, "what answers is not GitHub's API", "Mend GITHUB_API_URL.")
    short = [
        f"{name}: {level}"
        for name, level in needed_permissions().items()
        if permissions.get(name) not in LEVELS[LEVELS.index(level) :]
    ]
    short += [f"event {name}" for name in sorted(set(SUBSCRIBED) - events)]
    if short == [f"{WRITING}: write"] and permissions.get(WRITING) == "read":
        fix = "Grant `contents: write` if fixes should be commits, then accept it where the App is installed."
        return Finding("GitHub App", Health.WARNING, f"{slug} may not write contents: fixes come as suggestions", fix)
    if short:
        fix = "Grant it on the App's page, then accept it where the App is installed."
        return Finding("GitHub App", Health.MISSING, f"{slug} lacks {', '.join(short)}", fix)
    return Finding("GitHub App", Health.OK, f"{slug}: GitHub knows it, and it grants what is needed")


def _token(app: GitHubApp) -> str | None:
    """A JSON web token of the App, good for a minute (RS256, RFC 7515)."""
    try:
        key = serialization.load_pem_private_key(app.private_key.reveal().encode(), password=None)
    except (ValueError, TypeError):
        return None
    if not isinstance(key, rsa.RSAPrivateKey):
        return None
    now = int(time.time())
    claims = {"iss": app.app_id, "iat": now - 30, "exp": now + 60}
    signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_encoded(signature)}"


def _part(value: dict[str, object]) -> str:
    return _encoded(json.dumps(value).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
