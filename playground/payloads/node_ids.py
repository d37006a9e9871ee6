"""The opaque global ids that stand beside GitHub's numeric ones."""

import base64


def node_id(kind: str, number: int) -> str:
    """The same id for the same thing, whatever shows it."""
    encoded = base64.urlsafe_b64encode(number.to_bytes(8, "big")).decode().rstrip("=")
    return f"{kind}_kwDO{encoded}"
