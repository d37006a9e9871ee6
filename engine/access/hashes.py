"""Secrets of ours: made at random, kept only as SHA-256, which for 256 random bits needs no salt and no slowness."""

import hashlib
import secrets


def fresh(prefix: str = "") -> str:
    """A new secret of 256 random bits, safe in addresses, cookies and headers."""
    return prefix + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What SQL keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
