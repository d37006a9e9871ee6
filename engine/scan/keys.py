"""What makes a finding the same in another commit: its rule and the text there, never a line or a file's name."""

import hashlib


def key_of(name: str, text: str) -> str:
    """`name|digest of the text`, spaces aside: code that was moved brings nothing new."""
    digest = hashlib.sha256(" ".join(text.split()).encode(errors="replace")).hexdigest()[:12]
    return f"{name}|{digest}"
