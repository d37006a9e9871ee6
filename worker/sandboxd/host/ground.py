"""What the host stands on, found once at its start: isolation, toolchain, registries, ids, mounts."""

import fcntl
import logging
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from worker.sandboxd.isolation import reach
from worker.sandboxd.isolation.cgroups import Hierarchy, find_hierarchy
from worker.sandboxd.isolation.etc import CERTIFICATES, write_etc
from worker.sandboxd.isolation.toolchain import Toolchain, find_toolchain
from worker.sandboxd.isolation.uids import UidRange, instance_of, uid_range
from worker.sandboxd.registries import Registries, read_registries
from worker.sandboxd.settings import Settings

_FICLONE = 0x40049409
_OPEN_FOLDER = 0o711

log = logging.getLogger("sandboxd")


@dataclass(frozen=True)
class Ground:
    """The machine and the installation as one host process found them."""

    settings: Settings
    instance: str
    toolchain: Toolchain
    registries: Registries
    hierarchy: Hierarchy | None
    #: None: commands run as the host's own user.
    uids: UidRange | None
    #: Closed folder → where the nursery mounts it.
    mounts: Mapping[Path, Path]
    #: Whether files of this disk can share blocks.
    clones: bool

    @property
    def sandboxes(self) -> Path:
        """Holds a folder for each sandbox."""
        return self.settings.data_dir / "sandboxes"

    @property
    def caches(self) -> Path:
        """Holds a package cache for each trust level."""
        return self.settings.data_dir / "caches"

    @property
    def etc(self) -> Path:
        """The /etc that sandboxes see."""
        return _own(self.settings) / "etc"

    def seen(self, path: Path) -> Path:
        """The path under which a sandbox's user finds this path."""
        return reach.seen(path, self.mounts)


def survey(settings: Settings) -> Ground:
    """Look at the machine and write what sandboxes share."""
    own = _own(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in (settings.data_dir / "sandboxes", settings.data_dir / "caches", own):
        folder.mkdir(exist_ok=True)
        folder.chmod(_OPEN_FOLDER)
    toolchain = find_toolchain(settings.clients, own)
    registries = read_registries(settings.clients, toolchain.npm, CERTIFICATES)
    write_etc(own / "etc", registries.files, registries.certificates)
    instance = instance_of(settings.data_dir)
    root = os.geteuid() == 0
    uids = uid_range(instance, Path("/proc/self/uid_map").read_text()) if root else None
    needed = [settings.data_dir / "sandboxes", settings.data_dir / "caches", own / "etc", *_programs(toolchain)]
    return Ground(
        settings=settings,
        instance=instance,
        toolchain=toolchain,
        registries=registries,
        hierarchy=_hierarchy(settings, instance),
        uids=uids,
        mounts=reach.plan([*needed, *registries.folders]) if uids else {},
        clones=_clones(own),
    )


def _own(settings: Settings) -> Path:
    return settings.data_dir / "sandboxd"


def _programs(toolchain: Toolchain) -> list[Path]:
    found = (toolchain.bwrap, toolchain.uv, toolchain.node, toolchain.python)
    return [path for path in found if path]


def _hierarchy(settings: Settings, instance: str) -> Hierarchy | None:
    found = find_hierarchy(Path("/proc/self/mountinfo").read_text(), Path("/proc/self/cgroup").read_text())
    if found is None:
        return None
    group = found.group(instance, f"probe-{secrets.token_hex(4)}")
    try:
        group.create(settings.limits)
        group.remove()
    except OSError as problem:
        log.info("control groups can't be used: %s", problem)
        return None
    return found


def _clones(folder: Path) -> bool:
    with tempfile.TemporaryFile(dir=folder) as source, tempfile.TemporaryFile(dir=folder) as target:
        source.write(b"x" * 4096)
        source.flush()
        try:
            fcntl.ioctl(target, _FICLONE, source.fileno())
        except OSError:
            return False
    return True
