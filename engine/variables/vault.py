"""The vault: seals values so that only who has the key opens them, and only in the row that they were sealed for."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from engine.errors import Refusal
from engine.reasons import Reason
from engine.settings import Secret


@dataclass(frozen=True)
class Identity:
    """Which row a value belongs to. It lies inside the sealed text and is compared when that is opened."""

    environment_id: str
    key: str
    version: int
    is_secret: bool
    guard: bool


class Unreadable(Refusal):
    """A stored value can't be opened: it was sealed with another key, or for another row."""

    def __init__(self, identity: Identity, why: str) -> None:
        super().__init__(
            Reason.UNREADABLE_VALUE,
            f"opening the variable {identity.key} of {identity.environment_id}, version {identity.version}: {why}",
        )


class Vault:
    """Opens with any of its keys, seals with the first of them."""

    def __init__(self, keys: Sequence[Secret]) -> None:
        self._fernets = [Fernet(key.reveal()) for key in keys]
        self._all = MultiFernet(self._fernets) if self._fernets else None

    @property
    def has_keys(self) -> bool:
        """False of a Slipway without `SECRET_KEYS`: nothing can be sealed or opened."""
        return self._all is not None

    def seal(self, identity: Identity, value: Secret) -> bytes:
        """The value for this row alone. Raises Refusal without a key."""
        return self._with_keys("sealing", identity).encrypt(_text(identity, value))

    def open(self, identity: Identity, sealed: bytes) -> Secret:
        """The value that was sealed for this row. Raises Unreadable; Refusal without a key."""
        try:
            text = self._with_keys("opening", identity).decrypt(sealed)
        except InvalidToken:
            raise Unreadable(identity, "none of the keys in SECRET_KEYS sealed it") from None
        *found, value = json.loads(text)
        if tuple(found) != astuple(identity):
            raise Unreadable(identity, "it was sealed for another key, version or environment, and is not used")
        return Secret(str(value))

    def is_newest(self, sealed: bytes) -> bool:
        """True when the first key sealed it."""
        if not self._fernets:
            return False
        try:
            self._fernets[0].decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def _with_keys(self, doing: str, identity: Identity) -> MultiFernet:
        if self._all is None:
            raise Refusal(
                Reason.NO_SECRET_KEY,
                f"{doing} the variable {identity.key}: SECRET_KEYS is not set; `slipway admin new-key` makes a key",
            )
        return self._all


def new_key() -> Secret:
    """A key for `SECRET_KEYS`."""
    return Secret(Fernet.generate_key().decode())


def fingerprint(key: Secret) -> str:
    """What a key may be told by in public."""
    return hashlib.sha256(b"slipway key " + key.reveal().encode()).hexdigest()[:12]


def _text(identity: Identity, value: Secret) -> bytes:
    return json.dumps([*astuple(identity), value.reveal()]).encode()
