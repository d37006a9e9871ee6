"""From a sandbox's record to the order for its keeper, and the folders that it needs."""

import os
from pathlib import Path

from worker.sandboxd import egress
from worker.sandboxd.host.ground import Ground
from worker.sandboxd.host.record import Folders, Record
from worker.sandboxd.isolation.bwrap import HOME, TMP, View, environment, fixed_options
from worker.sandboxd.keeper.order import Order

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_OPEN_FOLDER = 0o711


def make_folders(ground: Ground, record: Record) -> Folders:
    """Make the folders of a sandbox, each owned by who writes there."""
    folders = Folders(ground.sandboxes / record.sandbox_id)
    for folder in (folders.base, folders.root, folders.home.parent):
        folder.mkdir(exist_ok=True)
        folder.chmod(_OPEN_FOLDER)
    folders.ports.mkdir(mode=0o700, exist_ok=True)
    for folder in (folders.home, folders.temporary, cache_of(ground, record)):
        folder.mkdir(mode=0o700, exist_ok=True)
        if record.uid is not None and folder.stat().st_uid != record.uid:
            os.chown(folder, record.uid, record.uid)
    return folders


def cache_of(ground: Ground, record: Record) -> Path:
    """The package cache of a sandbox."""
    return ground.caches / record.trust if record.trust else Folders(ground.sandboxes / record.sandbox_id).own_cache


def make_order(ground: Ground, record: Record, tier: str) -> Order:
    """The order for the sandbox's keeper."""
    folders = Folders(ground.sandboxes / record.sandbox_id)
    limits = ground.settings.limits
    grouped = ground.hierarchy if tier == "bwrap+cgroup" else None
    group = grouped.group(ground.instance, record.sandbox_id) if grouped else None
    ulimits = ["-c 0", f"-f {limits.disk >> 10}"]
    if tier == "bwrap+prlimit":
        ulimits += [f"-u {limits.pids}", f"-d {limits.memory >> 10}"]
    return Order(
        sandbox_id=record.sandbox_id,
        directory=str(folders.base),
        tier=tier,
        uid=record.uid,
        bwrap=str(ground.seen(ground.toolchain.bwrap)),
        options=tuple(fixed_options(_view(ground, record, folders))) if tier != "none" else (),
        environment={**_environment(ground, record, folders, tier), **record.environment},
        ulimits=tuple(ulimits),
        memory=limits.memory,
        groups={name: str(folder) for name, folder in group.folders.items()} if group else {},
        registries=tuple(sorted(ground.registries.destinations)),
        network=egress.to_json(egress.parse_network(record.network)),
        auto_resume=record.auto_resume,
    )


def _view(ground: Ground, record: Record, folders: Folders) -> View:
    tools = ground.toolchain
    return View(
        home=ground.seen(folders.home),
        temporary=ground.seen(folders.temporary),
        cache=ground.seen(cache_of(ground, record)),
        etc=ground.seen(ground.etc),
        uv=ground.seen(tools.uv),
        node=ground.seen(tools.node) if tools.node else None,
        python=ground.seen(tools.python) if tools.python else None,
        system_python=tools.system_python,
        folders=tuple((ground.seen(folder), folder) for folder in _package_folders(ground)),
    )


def _package_folders(ground: Ground) -> list[Path]:
    data = ground.settings.data_dir.resolve()
    return [folder for folder in ground.registries.folders if not data.is_relative_to(folder.resolve())]


def _environment(ground: Ground, record: Record, folders: Folders, tier: str) -> dict[str, str]:
    direct = [name for name in _LOOPBACK if name not in ground.registries.hosts]
    certificates = "NODE_EXTRA_CA_CERTS" in ground.settings.clients
    found = environment(record.sandbox_id, ground.clones, certificates, direct)
    if tier != "none":
        return found
    # Without a box the machine's own paths and network are what there is.
    bare = {name: value for name, value in found.items() if "proxy" not in name.lower() and "CERT" not in name}
    bare["NPM_CONFIG_CACHE"] = str(cache_of(ground, record) / "npm")
    bare.pop("NPM_CONFIG_GLOBALCONFIG")
    return {**bare, "HOME": str(folders.home), "TMPDIR": str(folders.temporary), "PATH": _bare_path(ground)}


def _bare_path(ground: Ground) -> str:
    tools = ground.toolchain
    places = [tools.uv.parent, *(place / "bin" for place in (tools.node, tools.python) if place)]
    return ":".join([*map(str, places), "/usr/local/bin", "/usr/bin", "/bin"])


def inside(path: str) -> str:
    """The absolute path that a client's path means in a sandbox."""
    text = path or HOME
    if text == "~" or text.startswith("~/"):
        text = HOME + text[1:]
    if "\0" in text:
        text = text.replace("\0", "")
    return os.path.normpath(os.path.join(HOME, text))  # noqa: PTH118 - a path of the sandbox, not of this machine


def is_kept(path: str) -> bool:
    """Whether a sandbox path lies in the folders that are kept on disk."""
    return any(path == top or path.startswith(top + "/") for top in (HOME, TMP))
