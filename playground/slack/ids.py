"""Ids and secrets of Slack's shape."""

import hashlib
import secrets
import string

ALPHABET = string.ascii_uppercase + string.digits


def new_id(prefix: str) -> str:
    """Such as `C0A1B2C3D4E`."""
    return f"{prefix}0" + "".join(secrets.choice(ALPHABET) for _ in range(9))


def short_id() -> str:
    """What Slack puts where an app gave a block or an action no id of its own."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(5))


def digest_of(secret: str) -> str:
    """By which a secret is found again; itself it is never stored."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
