"""The /etc that sandboxes see: written from nothing, with what programs need to start and to fetch packages."""

import os
import ssl
from collections.abc import Iterable, Mapping
from pathlib import Path

CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"

_WRITTEN: Mapping[str, str] = {
    "passwd": "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n"
    "user:x:1000:1000:user:/home/user:/bin/bash\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "group": "root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost\n",
    "hostname": "sandbox\n",
    # No name service but these files: a lookup of anything else fails at once instead of waiting for a server.
    "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n",
    "resolv.conf": "",
    # A distribution's own profile would replace PATH in every login shell.
    "profile": "",
    "bash.bashrc": "",
}

# What programs of the machine look up by name; nothing here tells about the machine's users or network.
_COPIED = (
    "alternatives",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "timezone",
    "mime.types",
    "protocols",
    "services",
    "os-release",
    "debian_version",
    "fonts",
    "magic",
    "ssl/openssl.cnf",
)

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def write_etc(folder: Path, files: Mapping[str, str], certificates: Iterable[Path]) -> None:
    """Write the synthetic /etc into a folder, world-readable."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        _copy(Path("/etc") / name, folder / name)
    for name, text in {**_WRITTEN, **files}.items():
        _write(folder / name, text.encode())
    _write(folder / CERTIFICATES.removeprefix("/etc/"), _bundle(certificates))
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)


def _bundle(certificates: Iterable[Path]) -> bytes:
    default = ssl.get_default_verify_paths().cafile
    standard = next((Path(text) for text in (*_BUNDLES, default) if text and Path(text).is_file()), None)
    wanted = dict.fromkeys(path.resolve() for path in (*certificates, *([standard] if standard else [])))
    return b"\n".join(path.read_bytes() for path in wanted)


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink():
        if not (target.is_symlink() and target.readlink() == source.readlink()):
            target.unlink(missing_ok=True)
            target.symlink_to(source.readlink())
    elif source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for entry in source.iterdir():
            _copy(entry, target / entry.name)
    elif source.is_file() and os.access(source, os.R_OK):
        _write(target, source.read_bytes())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)
