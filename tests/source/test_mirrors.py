"""Commits come from real repositories: exactly that commit, bounded, without anything that runs."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import StageFailed, Unreachable
from engine.forge.port import CloneCredentials
from engine.settings import Secret
from engine.shell.real import RealShell
from engine.shell.recording import RecordingShell
from engine.source.archive import Kind
from engine.source.mirrors import GitMirrors, Wanted
from engine.source.snapshot import Limits, Snapshot
from tests.source.repositories import a_repository, commit, git, hand_made_commit

TOKEN = "ghs_very-secret"


class Rig:
    """A repository beside mirrors that fetch from it."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.origin = folder / "origin"
        self.shell = RecordingShell(RealShell())
        self.mirrors = GitMirrors(self.shell, folder / "mirrors", limits=limits, extra_protocols=("file",))

    def snapshot(self, sha: str, *refs: str) -> Snapshot:
        credentials = CloneCredentials(f"file://{self.origin}", "x-access-token", Secret(TOKEN))
        return self.mirrors.snapshot(Wanted(7, sha, refs), credentials)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def contents(snapshot: Snapshot) -> dict[str, bytes]:
    return {entry.path: entry.content for entry in snapshot.entries()}


def test_a_commit_is_exactly_that_commit(rig: Rig) -> None:
    first = a_repository(rig.origin, {"a.txt": "one", "b/c.txt": "deep"})
    second = commit(rig.origin, {"a.txt": "two"})
    assert contents(rig.snapshot(first)) == {"a.txt": b"one", "b/c.txt": b"deep"}
    assert contents(rig.snapshot(second))["a.txt"] == b"two"


def test_a_commit_that_is_there_is_not_fetched_again(rig: Rig) -> None:
    sha = a_repository(rig.origin, {"a.txt": "one"})
    rig.snapshot(sha)
    rig.shell.asked.clear()
    assert rig.snapshot(sha).read("a.txt") == b"one"
    assert not any("fetch" in asked.argv for asked in rig.shell.asked)


def test_a_host_that_gives_no_commits_by_id_is_asked_for_the_refs(rig: Rig) -> None:
    sha = a_repository(rig.origin, {"a.txt": "one"})
    git(rig.origin, "config", "uploadpack.allowAnySHA1InWant", "false")
    commit(rig.origin, {"a.txt": "two"})
    git(rig.origin, "config", "protocol.version", "0")
    assert rig.snapshot(sha, "refs/pull/1/head", "refs/heads/main").read("a.txt") == b"one"


def test_a_commit_that_is_nowhere_is_a_named_cause(rig: Rig) -> None:
    a_repository(rig.origin, {"a.txt": "one"})
    with pytest.raises(StageFailed) as caught:
        rig.snapshot("1" * 40, "refs/heads/main")
    assert caught.value.cause.code == "commit_gone"


def test_links_that_leave_and_submodules_are_left_out(rig: Rig) -> None:
    a_repository(rig.origin, {"a.txt": "one", "run.sh": "#!"})
    (rig.origin / "run.sh").chmod(0o755)
    for name, target in {"in": "a.txt", "out": "../../etc/passwd", "abs": "/etc/passwd"}.items():
        (rig.origin / name).symlink_to(target)
    git(rig.origin, "update-index", "--add", "--cacheinfo", f"160000,{'2' * 40},sub")
    entries = {each.path: each for each in rig.snapshot(commit(rig.origin, {})).entries()}
    assert sorted(entries) == ["a.txt", "in", "run.sh"]
    assert (entries["in"].kind, entries["run.sh"].kind) == (Kind.LINK, Kind.PROGRAM)


def test_hand_made_names_are_dropped(rig: Rig) -> None:
    a_repository(rig.origin, {"a.txt": "one"})
    blob = git(rig.origin, "hash-object", "-w", "--stdin", stdin=b"evil")
    names = ["..", ".git", ".GIT", "fine", "a\\b", "-rf"]
    sha = hand_made_commit(rig.origin, [("100644", name, blob) for name in names])
    assert sorted(contents(rig.snapshot(sha))) == ["-rf", "a\\b", "fine"]


def test_a_file_behind_a_link_of_the_same_name_is_dropped(rig: Rig) -> None:
    a_repository(rig.origin, {"d/x": "through"})
    target = git(rig.origin, "hash-object", "-w", "--stdin", stdin=b"sub")
    tree = git(rig.origin, "rev-parse", "HEAD:d")
    sha = hand_made_commit(rig.origin, [("120000", "d", target), ("40000", "d", tree)])
    assert "d/x" not in contents(rig.snapshot(sha))


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(files=1), "2 files, at most 1"),
        (Limits(file_bytes=1 << 10), "big.txt has 2 MB"),
        (Limits(total_bytes=1 << 10), "2 MB of files"),
    ],
)
def test_a_commit_that_is_too_big_is_a_named_cause(tmp_path: Path, limits: Limits, words: str) -> None:
    rig = Rig(tmp_path, limits)
    sha = a_repository(rig.origin, {"a.txt": "one", "big.txt": "x" * (2 << 20)})
    with pytest.raises(StageFailed) as caught:
        rig.snapshot(sha)
    assert words in caught.value.cause.sentence
    assert caught.value.cause.code == "source_too_big"


def test_nothing_of_the_repository_or_the_machine_runs(rig: Rig, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    files = {
        ".gitattributes": "* filter=evil\n",
        ".lfsconfig": "[lfs]\nurl = http://127.0.0.1:1/\n",
        "a.bin": "version",
    }
    sha = a_repository(rig.origin, files)
    rig.snapshot(sha)
    mirror = next((tmp_path / "mirrors").glob("*.git"))
    (mirror / "hooks").mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-checkout", "pre-auto-gc"):
        (mirror / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {canary}\n")
        (mirror / "hooks" / hook).chmod(0o755)
    assert contents(rig.snapshot(commit(rig.origin, {"b": "x"})))["a.bin"] == b"version"
    assert not canary.exists()


@pytest.mark.parametrize("url", ["ext::sh -c id", "--upload-pack=id", "ssh://127.0.0.1/x", "http://192.0.2.1/x"])
def test_other_protocols_and_options_are_refused(tmp_path: Path, url: str) -> None:
    mirrors = GitMirrors(RealShell(), tmp_path)
    with pytest.raises(Unreachable):
        mirrors.snapshot(Wanted(1, "3" * 40), CloneCredentials(url, "u", Secret(TOKEN)))


@pytest.fixture
def refusing_host() -> Iterator[tuple[str, list[str]]]:
    """An HTTP server that keeps the Authorization it sees, and sends everybody away."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization", ""))
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{server.server_port}/elsewhere{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/acme/shop.git", seen
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_token_goes_to_its_host_in_a_header_and_is_in_no_argv(
    tmp_path: Path, refusing_host: tuple[str, list[str]]
) -> None:
    url, seen = refusing_host
    shell = RecordingShell(RealShell())
    with pytest.raises(Unreachable) as caught:
        GitMirrors(shell, tmp_path).snapshot(Wanted(1, "3" * 40), CloneCredentials(url, "u", Secret(TOKEN)))
    assert len(seen) == 1
    assert seen[0].startswith("Basic ")
    assert TOKEN not in str(caught.value)
    assert not any(TOKEN in word for asked in shell.asked for word in asked.argv)


@pytest.mark.parametrize("left", ["shallow.lock", "refs/slipway/newest.lock", "objects/pack/tmp_pack_x"])
def test_what_a_killed_git_left_behind_stands_in_nobodys_way(rig: Rig, tmp_path: Path, left: str) -> None:
    rig.snapshot(a_repository(rig.origin, {"a.txt": "one"}))
    (mirror,) = (tmp_path / "mirrors").glob("*.git")
    (mirror / left).touch()
    assert contents(rig.snapshot(commit(rig.origin, {"a.txt": "two"}))) == {"a.txt": b"two"}
    assert not (mirror / left).exists()
