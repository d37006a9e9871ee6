"""Control groups, version 1 and 2: the limits of a sandbox, its processes, its use, freezing and ending it."""

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from worker.sandboxd.settings import Limits

CONTROLLERS = ("memory", "pids", "cpu", "freezer", "cpuacct")
_NEEDED = frozenset({"memory", "pids", "cpu", "freezer"})
_PERIOD = 100_000


@dataclass(frozen=True)
class Hierarchy:
    """Where this process may make control groups: controller → folder; the one key `unified` means version 2."""

    folders: Mapping[str, Path]

    def group(self, instance: str, name: str) -> "Group":
        """The group of one sandbox of one installation."""
        return Group({key: folder / f"slipway-{instance}" / name for key, folder in self.folders.items()})

    def leave(self, instance: str) -> None:
        """Remove what holds the installation's groups, unless one of them lives."""
        for folder in self.folders.values():
            with contextlib.suppress(OSError):
                (folder / f"slipway-{instance}").rmdir()


@dataclass(frozen=True)
class Group:
    """The control group of one sandbox: controller → its folder."""

    folders: Mapping[str, Path]

    def create(self, limits: Limits) -> None:
        """Make the group and set its limits."""
        for folder in self.folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        if unified := self.folders.get("unified"):
            _enable(unified.parent)
            _limit_unified(unified, limits)
        else:
            _limit_apart(self.folders, limits)

    def add(self, pid: int) -> None:
        """Move a process into the group."""
        for folder in self.folders.values():
            (folder / "cgroup.procs").write_text(str(pid))

    def processes(self) -> frozenset[int]:
        """The living processes of the group."""
        return frozenset(pid for folder in self.folders.values() for pid in _pids(folder))

    def freeze(self, frozen: bool) -> None:
        """Stop or go on with everything in the group."""
        if unified := self.folders.get("unified"):
            (unified / "cgroup.freeze").write_text("1" if frozen else "0")
        elif freezer := self.folders.get("freezer"):
            (freezer / "freezer.state").write_text("FROZEN" if frozen else "THAWED")

    def oom_kills(self) -> int:
        """How many processes the kernel killed because the group was out of memory."""
        folder, name = self._memory("memory.oom_control", "memory.events")
        return _fields(folder / name).get("oom_kill", 0)

    def memory(self) -> tuple[int, int]:
        """Bytes in use without file cache, and bytes of file cache."""
        folder, name = self._memory("memory.usage_in_bytes", "memory.current")
        stat = _fields(folder / "memory.stat")
        cache = stat.get("total_cache", stat.get("file", 0))
        return max(0, _number(folder / name) - cache), cache

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        if unified := self.folders.get("unified"):
            return _fields(unified / "cpu.stat").get("usage_usec", 0) / 1e6
        folder = self.folders.get("cpuacct")
        return _number(folder / "cpuacct.usage") / 1e9 if folder else 0.0

    def remove(self) -> bool:
        """Remove the group; false while something still lives in it."""
        for folder in self.folders.values():
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError as problem:
                if problem.errno in {errno.EBUSY, errno.ENOTEMPTY}:
                    return False
                raise
        return True

    def _memory(self, apart: str, unified: str) -> tuple[Path, str]:
        if "unified" in self.folders:
            return self.folders["unified"], unified
        return self.folders.get("memory", Path("/nonexistent")), apart


def find_hierarchy(mountinfo: str, own: str) -> Hierarchy | None:
    """Read `/proc/self/mountinfo` and `/proc/self/cgroup`; none when the needed controllers can't be used."""
    mine = dict(_own_groups(own))
    apart: dict[str, Path] = {}
    unified: Path | None = None
    for point, kind, options in _mounts(mountinfo):
        if kind == "cgroup2":
            unified = _below(point, mine.get("", "/"))
        elif kind == "cgroup":
            for name in CONTROLLERS:
                if name in options:
                    apart[name] = _below(point, mine.get(name, "/"))
    if apart.keys() >= _NEEDED:
        return Hierarchy(apart)
    if unified is not None and {"memory", "pids", "cpu"} <= set(_words(unified / "cgroup.controllers")):
        return Hierarchy({"unified": unified})
    return None


def _mounts(mountinfo: str) -> Iterator[tuple[Path, str, list[str]]]:
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(), after.split()
        if len(fields) > 4 and len(kinds) > 2:
            yield Path(fields[4]), kinds[0], kinds[2].split(",")


def _own_groups(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        _, names, path = line.split(":", 2)
        for name in names.split(","):
            yield name, path


def _below(point: Path, own: str) -> Path:
    # In a container the path is often the host's and is not there below the mount.
    nested = point / own.lstrip("/")
    return nested if nested.is_dir() else point


def _enable(folder: Path) -> None:
    for parent in (folder.parent, folder):
        control = parent / "cgroup.subtree_control"
        if {"memory", "pids", "cpu"} <= set(_words(control)):
            continue
        try:
            control.write_text("+memory +pids +cpu")
        except OSError as problem:
            if problem.errno != errno.EBUSY:
                raise
            _step_aside(parent)
            control.write_text("+memory +pids +cpu")


def _step_aside(folder: Path) -> None:
    # Version 2 lets a group have either processes or limited children: ours move to a leaf.
    leaf = folder / "slipway-processes"
    leaf.mkdir(exist_ok=True)
    for pid in _pids(folder):
        (leaf / "cgroup.procs").write_text(str(pid))


def _limit_unified(folder: Path, limits: Limits) -> None:
    (folder / "memory.max").write_text(str(limits.memory))
    _try_write(folder / "memory.swap.max", "0")
    (folder / "pids.max").write_text(str(limits.pids))
    (folder / "cpu.max").write_text(f"{int(limits.cpu * _PERIOD)} {_PERIOD}")


def _limit_apart(folders: Mapping[str, Path], limits: Limits) -> None:
    (folders["memory"] / "memory.limit_in_bytes").write_text(str(limits.memory))
    # Absent without swap accounting, and then there is no swap to use either.
    _try_write(folders["memory"] / "memory.memsw.limit_in_bytes", str(limits.memory))
    (folders["pids"] / "pids.max").write_text(str(limits.pids))
    (folders["cpu"] / "cpu.cfs_period_us").write_text(str(_PERIOD))
    (folders["cpu"] / "cpu.cfs_quota_us").write_text(str(int(limits.cpu * _PERIOD)))


def _try_write(path: Path, text: str) -> None:
    try:
        if os.access(path, os.W_OK):
            path.write_text(text)
    except OSError:
        return


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []


def _pids(folder: Path) -> list[int]:
    return [int(word) for word in _words(folder / "cgroup.procs")]


def _number(path: Path) -> int:
    words = _words(path)
    return int(words[0]) if words else 0


def _fields(path: Path) -> dict[str, int]:
    words = _words(path)
    return {name: int(value) for name, value in zip(words[::2], words[1::2], strict=False) if value.isdigit()}
