"""The calls of `filesystem.Filesystem`, on the part of a sandbox's disk that is kept."""

import stat
from collections.abc import Mapping
from typing import Any

from worker.sandboxd.errors import NotFound, Unimplemented
from worker.sandboxd.host.confined import ConfinedFolder, Entry
from worker.sandboxd.host.orders import inside
from worker.sandboxd.host.sandboxes import Sandbox
from worker.sandboxd.http.answers import timestamp

_MOST_ENTRIES = 100_000


def folder_of(sandbox: Sandbox) -> ConfinedFolder:
    """The files of a sandbox."""
    return ConfinedFolder(sandbox.folders.root, sandbox.record.uid)


def call(sandbox: Sandbox, method: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer one call; raises what is wrong."""
    folder = folder_of(sandbox)
    path = inside(str(message.get("path") or ""))
    match method:
        case "Stat":
            return {"entry": _shown(folder.entry(path))}
        case "ListDir":
            return _list(folder, path, int(message.get("depth") or 1))
        case "MakeDir":
            folder.make_folder(path)
            return {"entry": _shown(folder.entry(path))}
        case "Move":
            target = inside(str(message.get("destination") or ""))
            folder.move(inside(str(message.get("source") or "")), target)
            return {"entry": _shown(folder.entry(target))}
        case "Remove":
            folder.remove(path)
            return {}
        case _:
            raise Unimplemented(f"filesystem.Filesystem/{method} is not implemented")


def _list(folder: ConfinedFolder, path: str, depth: int) -> dict[str, Any]:
    if not folder.is_folder(path):
        raise NotFound(f"path not found: {path}")
    found = []
    for entry in folder.entries(path, depth):
        found.append(_shown(entry))
        if len(found) >= _MOST_ENTRIES:
            break
    return {"entries": found}


def _shown(entry: Entry) -> dict[str, Any]:
    found = {
        "name": entry.path.rpartition("/")[2],
        "path": entry.path,
        "type": "FILE_TYPE_DIRECTORY" if entry.is_folder else "FILE_TYPE_FILE",
        "size": str(entry.size),
        "mode": stat.S_IMODE(entry.mode),
        "permissions": stat.filemode(entry.mode),
        "owner": "user",
        "group": "user",
        "modifiedTime": timestamp(entry.modified),
        "isSymlink": entry.target is not None,
    }
    return found if entry.target is None else {**found, "symlinkTarget": entry.target}
