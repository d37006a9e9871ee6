"""What the box is made of: control groups of both versions, user ids, mounts for closed folders, a copied Python."""

import subprocess
from pathlib import Path

import pytest

from worker.sandboxd.isolation.cgroups import Group, find_hierarchy
from worker.sandboxd.isolation.node_copy import copy_node
from worker.sandboxd.isolation.reach import plan, seen
from worker.sandboxd.isolation.toolchain import copy_python
from worker.sandboxd.isolation.uids import UidRange, instance_of, trust_name, uid_range
from worker.sandboxd.settings import Limits

LIMITS = Limits(memory=1 << 28, cpu=0.5, pids=64, disk=1 << 30)


def mount_line(folder: Path, kind: str, options: str) -> str:
    return f"30 23 0:26 / {folder} rw,nosuid - {kind} {kind} rw,{options}\n"


def test_version_1_is_found_below_the_own_group(tmp_path: Path) -> None:
    lines = ""
    for name in ("memory", "pids", "cpu,cpuacct", "freezer"):
        (tmp_path / name / "own").mkdir(parents=True)
        lines += mount_line(tmp_path / name, "cgroup", name)
    found = find_hierarchy(lines, "4:memory:/own\n3:pids:/elsewhere\n2:cpu,cpuacct:/own\n1:freezer:/own\n")
    assert found is not None
    assert found.folders["memory"] == tmp_path / "memory" / "own"
    assert found.folders["pids"] == tmp_path / "pids"
    assert found.folders["cpuacct"] == tmp_path / "cpu,cpuacct" / "own"


def test_version_2_is_found_when_it_has_the_controllers(tmp_path: Path) -> None:
    line = mount_line(tmp_path, "cgroup2", "nsdelegate")
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    found = find_hierarchy(line, "0::/\n")
    assert found is not None
    assert found.folders == {"unified": tmp_path}
    (tmp_path / "cgroup.controllers").write_text("cpu pids\n")
    assert find_hierarchy(line, "0::/\n") is None


def test_version_2_gets_its_limits(tmp_path: Path) -> None:
    group = Group({"unified": tmp_path / "slipway-x" / "i1"})
    for folder in (tmp_path, tmp_path / "slipway-x"):
        folder.mkdir(exist_ok=True)
        (folder / "cgroup.subtree_control").write_text("")
    group.create(LIMITS)
    folder = group.folders["unified"]
    assert (tmp_path / "slipway-x" / "cgroup.subtree_control").read_text() == "+memory +pids +cpu"
    assert (folder / "memory.max").read_text() == str(1 << 28)
    assert (folder / "pids.max").read_text() == "64"
    assert (folder / "cpu.max").read_text() == "50000 100000"


def test_version_2_tells_its_use(tmp_path: Path) -> None:
    texts = {
        "memory.events": "low 0\noom 3\noom_kill 2\n",
        "memory.current": "5000\n",
        "memory.stat": "anon 1\nfile 2000\n",
        "cpu.stat": "usage_usec 1500000\n",
        "cgroup.procs": "12\n13\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    group = Group({"unified": tmp_path})
    assert (group.oom_kills(), group.memory(), group.cpu_seconds()) == (2, (3000, 2000), 1.5)
    assert group.processes() == frozenset({12, 13})


def test_ids_are_far_from_users_and_apart_for_each_installation() -> None:
    everything = "0 0 4294967295\n"
    one, other = uid_range(instance_of(Path("/a")), everything), uid_range(instance_of(Path("/b")), everything)
    assert one is not None
    assert other is not None
    assert one.first != other.first
    assert min(one.first, other.first) >= 1_900_000_000
    assert one.free([one.first]) == one.first + 1


def test_a_container_with_few_ids_gives_its_upper_half() -> None:
    assert uid_range("0f", "0 100000 65536\n") == UidRange(32768, 32766)
    assert uid_range("0f", "0 1000 1\n") is None


def test_a_trust_level_makes_a_safe_folder_name() -> None:
    names = {trust_name(trust) for trust in ("repository:1", "fork:1", "../../etc", "a\0b", "x" * 10_000)}
    assert len(names) == 5
    assert all(name.isalnum() and len(name) == 24 for name in names)


def test_closed_folders_are_mounted_and_open_ones_are_not(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "data" / "sandboxes").mkdir(parents=True)
    closed.chmod(0o700)
    (closed / "data").chmod(0o755)
    mounts = plan([closed / "data" / "sandboxes", Path("/usr/bin")])
    assert list(mounts) == [closed / "data"]
    assert seen(closed / "data" / "sandboxes", mounts) == mounts[closed / "data"] / "sandboxes"
    assert seen(Path("/usr/bin"), mounts) == Path("/usr/bin")
    assert plan([Path("/usr/bin")]) == {}


@pytest.mark.timeout(120)
def test_a_copied_python_runs_from_anywhere(tmp_path: Path) -> None:
    copied = copy_python(tmp_path)
    moved = copied.rename(tmp_path / "elsewhere")
    script = "import sys, ssl, json, sqlite3, venv; print(sys.prefix)"
    ran = subprocess.run([str(moved / "bin/python3"), "-I", "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(moved)
    assert all(path.stat().st_mode & 0o004 for path in moved.rglob("*") if path.is_file())


def test_the_copied_node_runs_npm_where_the_machine_has_neither(tmp_path: Path) -> None:
    folder = copy_node(tmp_path)
    assert copy_node(tmp_path) == folder
    for name in ("node", "npm", "npx"):
        asked = subprocess.run(
            [folder / "bin" / name, "--version"],
            env={"HOME": str(tmp_path), "PATH": ""},
            capture_output=True,
            check=True,
        )
        assert asked.stdout.strip()
