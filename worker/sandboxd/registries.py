"""The registries that this machine's package clients are configured for, and the same configuration for a sandbox.

No registry is named in this program: pip, uv and npm are asked, their defaults included. What is written for a sandbox
has no credentials.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from worker.sandboxd.packages.npm import NpmConfiguration, read_npm
from worker.sandboxd.packages.origin import Origin, folder_of, origin_of, without_credentials
from worker.sandboxd.packages.pip import PipConfiguration, default_addresses, read_pip
from worker.sandboxd.packages.uv import UvConfiguration, read_uv


@dataclass(frozen=True)
class Registries:
    """Where packages come from on this machine."""

    #: Exactly these may be reached by a build, whatever address they resolve to.
    origins: tuple[Origin, ...]
    #: Folders of `file://` indexes and link lists, to be seen at the same path.
    folders: tuple[Path, ...]
    #: Certificate bundles that the clients were told to trust.
    certificates: tuple[Path, ...]
    #: File name below /etc → its text.
    files: Mapping[str, str]

    @property
    def hosts(self) -> tuple[str, ...]:
        """The registries' host names, each once."""
        return tuple(sorted({origin.host for origin in self.origins}))

    @property
    def destinations(self) -> frozenset[tuple[str, int]]:
        """The registries as (host, port)."""
        return frozenset((origin.host, origin.port) for origin in self.origins)


def read_registries(environment: Mapping[str, str], npm_command: Path | None, certificates: str) -> Registries:
    """Derive the registries from the package clients; `certificates` is the bundle's path inside a sandbox."""
    pip = read_pip(environment)
    uv = read_uv(environment)
    npm = read_npm(environment, npm_command)
    uv_has_index = uv.index or (uv.is_empty and pip.index)
    defaults = () if pip.index and uv_has_index else default_addresses(environment)
    places = _places(pip, uv, npm, defaults)
    origins = {origin for place in places if (origin := origin_of(place))}
    return Registries(
        origins=tuple(sorted(origins)),
        folders=_folders(places),
        certificates=_certificates(environment, pip, npm),
        files={
            "pip.conf": pip_conf(pip, certificates),
            "uv/uv.toml": uv_toml(uv, pip),
            "npmrc": npmrc(npm, certificates),
        },
    )


def pip_conf(pip: PipConfiguration, certificates: str) -> str:
    """pip's configuration for a sandbox."""
    lines = ["[global]", "disable-pip-version-check = true", f"cert = {certificates}"]
    if pip.index:
        lines.append(f"index-url = {without_credentials(pip.index)}")
    for name, values in (("extra-index-url", pip.extra), ("find-links", pip.find_links)):
        if values:
            lines.append(f"{name} =" + "".join(f"\n    {without_credentials(value)}" for value in values))
    return "\n".join(lines) + "\n"


def uv_toml(uv: UvConfiguration, pip: PipConfiguration) -> str:
    """uv's configuration for a sandbox; where uv has none, pip's, with pip's way to choose between indexes."""
    mirrored = uv.is_empty
    source = UvConfiguration(pip.index, pip.extra, pip.find_links) if mirrored else uv
    lines = ['index-strategy = "unsafe-best-match"'] if mirrored and source.extra else []
    if source.find_links:
        lines.append(f"find-links = {json.dumps([without_credentials(link) for link in source.find_links])}")
    for url in source.extra:
        lines.append(f"[[index]]\nurl = {json.dumps(_url(url))}")
    if source.index:
        lines.append(f"[[index]]\nurl = {json.dumps(_url(source.index))}\ndefault = true")
    return "\n".join(lines) + "\n"


def npmrc(npm: NpmConfiguration, certificates: str) -> str:
    """npm's configuration for a sandbox."""
    lines = ["fund=false", "audit=false", "update-notifier=false", f"cafile={certificates}"]
    if npm.registry:
        lines.append(f"registry={without_credentials(npm.registry)}")
    lines += [f"{scope}:registry={without_credentials(url)}" for scope, url in npm.scoped]
    return "\n".join(lines) + "\n"


def _url(entry: str) -> str:
    name, equals, rest = entry.partition("=")
    return without_credentials(rest if equals and "://" in rest and "://" not in name else entry)


def _places(
    pip: PipConfiguration, uv: UvConfiguration, npm: NpmConfiguration, defaults: tuple[str, ...]
) -> tuple[str, ...]:
    named = [pip.index, uv.index, npm.registry, *(url for _, url in npm.scoped)]
    return (*(place for place in named if place), *pip.extra, *pip.find_links, *uv.extra, *uv.find_links, *defaults)


def _folders(places: Iterable[str]) -> tuple[Path, ...]:
    found = {_whole_index(folder) for place in places if (folder := folder_of(place)) is not None}
    return tuple(sorted(folder for folder in found if folder.is_dir() and len(folder.parts) > 2))


def _whole_index(folder: Path) -> Path:
    # The pages of a simple index link to files beside the folder `simple`.
    return folder.parent if folder.name == "simple" else folder


def _certificates(environment: Mapping[str, str], pip: PipConfiguration, npm: NpmConfiguration) -> tuple[Path, ...]:
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    texts = [pip.certificates, npm.certificates, *(environment.get(name) for name in names)]
    return tuple(dict.fromkeys(Path(text) for text in texts if text and Path(text).is_file()))
