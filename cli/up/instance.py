"""The data folder of one running Slipway: held by one `up` at a time, with the secrets that were made for it."""

import fcntl
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from engine.errors import ConfigurationError
from engine.variables.vault import new_key

#: Bytes of a unix socket's address.
LONGEST_ADDRESS = 107
KEY_BYTES = 32


@dataclass(frozen=True)
class Instance:
    """What was made at the first start and is kept, in `instance.json`."""

    sandboxd_api_key: str = field(repr=False)
    #: Where the socket is when the data folder's own path is too long for one; empty: in the data folder.
    socket_folder: str = ""
    #: Keys that seal variables, newest first, with commas between.
    secret_keys: str = field(default="", repr=False)


@contextmanager
def held(data_dir: Path) -> Iterator[None]:
    """Makes the folder, private, and holds it against a second `up`. Raises ConfigurationError."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(data_dir / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigurationError(
            [f"DATA_DIR: opening {data_dir}: {error.strerror}. Name a folder that you may write to."]
        ) from error
    try:
        _lock(handle, data_dir)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, data_dir: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConfigurationError(
            [f"DATA_DIR: {data_dir} is used by a Slipway that runs. Stop that one, or name another folder."]
        ) from None


def load_instance(data_dir: Path) -> Instance:
    """The instance of a held data folder, made at the first start. Raises ConfigurationError."""
    path = data_dir / "instance.json"
    try:
        # Earlier versions kept no keys.
        known = {"secret_keys": ""} | json.loads(path.read_text())
        instance = Instance(**{each.name: str(known[each.name]) for each in fields(Instance)})
    except FileNotFoundError:
        instance = Instance(secrets.token_urlsafe(KEY_BYTES))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            [f"DATA_DIR: reading {path}: it is damaged ({error}). Delete it; a new one is made at the next start."]
        ) from error
    if not instance.secret_keys:
        instance = replace(instance, secret_keys=new_key().reveal())
        keep_instance(data_dir, instance)
    return instance


def has_instance(data_dir: Path) -> bool:
    """True once `slipway up` was started with this data folder."""
    return (data_dir / "instance.json").exists()


def keep_instance(data_dir: Path, instance: Instance) -> None:
    """Writes the instance down."""
    write_private(data_dir / "instance.json", json.dumps(asdict(instance)))


def socket_path(data_dir: Path, instance: Instance) -> tuple[Path, Instance]:
    """Where Redis listens, in a short folder when the data folder is too deep, and the instance that remembers it."""
    path = data_dir / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        return path, instance
    if not _is_ours(instance.socket_folder):
        instance = replace(instance, socket_folder=tempfile.mkdtemp(prefix="slipway-"))
        keep_instance(data_dir, instance)
    return Path(instance.socket_folder) / "redis.sock", instance


def _is_ours(folder: str) -> bool:
    """True for a folder that only we can write to: temporary folders are open to everybody."""
    try:
        facts = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not facts.st_mode & 0o077


def write_private(path: Path, text: str) -> None:
    """Replaces a file by one that only its owner reads, whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(temporary).replace(path)
