"""The GitHub App that the bot is: its identity, its keys, and what it may do."""

import secrets
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from playground.addresses import Addresses
from playground.private_file import write_private

SLUG = "slipway"
BOT_LOGIN = f"{SLUG}[bot]"
#: The slug of the other App, which is here to be told from ours.
GARDENER_SLUG = "gardener"

#: Sent to every App, whatever it subscribes to.
UNASKED_EVENTS = ("installation", "installation_repositories")


@dataclass(frozen=True)
class Application:
    """Credentials that exist once per data folder."""

    app_id: int
    slug: str
    client_id: str
    client_secret: str
    webhook_secret: str
    private_key_pem: str
    created_at: str

    @cached_property
    def public_key(self) -> rsa.RSAPublicKey:
        """What JSON web tokens are checked against."""
        key = serialization.load_pem_private_key(self.private_key_pem.encode(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("reading the App's private key: it is not an RSA key; delete the data folder to start anew")
        return key.public_key()


def load_application(home: Path, addresses: Addresses, now: str) -> Application:
    """The App of this data folder, made at the first start, with its file telling today's addresses."""
    path = home / "app.json"
    application = _stored(path) or _generated(now)
    known = asdict(application) | {"api_url": addresses.api, "web_url": addresses.clone}
    write_private(path, orjson.dumps(known, option=orjson.OPT_INDENT_2))
    return application


def _stored(path: Path) -> Application | None:
    try:
        known: dict[str, Any] = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return Application(**{name: known[name] for name in Application.__dataclass_fields__})


def _generated(now: str) -> Application:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    # GitHub hands out keys in the traditional form, so clients must be able to read that one.
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return Application(
        app_id=2_400_000 + secrets.randbelow(500_000),
        slug=SLUG,
        client_id="Iv23li" + secrets.token_hex(7),
        client_secret=secrets.token_hex(20),
        webhook_secret=secrets.token_hex(32),
        private_key_pem=pem.decode(),
        created_at=now,
    )
