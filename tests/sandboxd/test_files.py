"""Files go in and out through the unmodified SDK, and no planted link leads out of the sandbox."""

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from e2b import FileNotFoundException, FileType, InvalidArgumentException, NotEnoughSpaceException, Sandbox

from tests.sandboxd.running import RunningSandboxHost


def test_what_is_written_is_read_and_belongs_to_the_sandbox(sandbox: Sandbox) -> None:
    sandbox.files.write("deep/er/text.txt", "héllo")
    assert sandbox.files.read("/home/user/deep/er/text.txt") == "héllo"
    assert sandbox.commands.run("stat -c %U deep deep/er deep/er/text.txt").stdout == "user\nuser\nuser\n"
    sandbox.commands.run("echo more >> deep/er/text.txt && touch deep/er/other")


def test_many_files_go_in_one_upload(sandbox: Sandbox) -> None:
    content = bytes(range(256)) * 4096 + b"\r\n--x\r\n--"
    sandbox.files.write_files([{"path": "a/1", "data": content}, {"path": "b 'ü\"/2", "data": "two"}])
    assert bytes(sandbox.files.read("a/1", format="bytes")) == content
    assert sandbox.files.read("b 'ü\"/2") == "two"


def test_streams_go_in_as_octets(sandbox: Sandbox) -> None:
    def pieces() -> Iterator[bytes]:
        for number in range(50):
            yield bytes([number]) * 10_000

    sandbox.files.write("stream", pieces())
    sandbox.files.write("file", io.BytesIO(b"from a file"))
    assert b"".join(sandbox.files.read("stream", format="stream")) == b"".join(pieces())
    assert sandbox.files.read("file") == "from a file"


def test_a_compressed_upload_is_unfolded(sandbox: Sandbox) -> None:
    sandbox.files.write("/tmp/zipped", "again " * 100_000, gzip=True)
    assert sandbox.commands.run("wc -c < /tmp/zipped").stdout == "600000\n"


def test_an_upload_that_unfolds_beyond_the_disk_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(NotEnoughSpaceException):
        sandbox.files.write("bomb", b"\0" * (120 << 20), gzip=True)


def test_folders_are_made_listed_renamed_and_removed(sandbox: Sandbox) -> None:
    assert sandbox.files.make_dir("one/two") is True
    assert sandbox.files.make_dir("one/two") is False
    sandbox.files.write("one/file", "x")
    assert {(entry.name, entry.type) for entry in sandbox.files.list("one")} == {
        ("two", FileType.DIR),
        ("file", FileType.FILE),
    }
    sandbox.files.rename("one/file", "three/renamed")
    assert sandbox.files.get_info("three/renamed").size == 1
    sandbox.files.remove("one")
    assert sandbox.files.exists("one") is False
    assert [entry.path for entry in sandbox.files.list("/home/user", depth=2) if entry.name == "renamed"] == [
        "/home/user/three/renamed"
    ]


def test_what_is_not_there_is_said(sandbox: Sandbox) -> None:
    with pytest.raises(FileNotFoundException):
        sandbox.files.read("nothing")
    with pytest.raises(FileNotFoundException):
        sandbox.files.read("/etc/passwd")
    with pytest.raises(InvalidArgumentException, match="only /home/user and /tmp"):
        sandbox.files.write("/etc/passwd", "x")
    with pytest.raises(InvalidArgumentException, match="is a directory"):
        sandbox.files.read("/tmp")


@pytest.mark.parametrize("link", ["/etc", "../../../../../../../../../../etc", "/proc/self/root/etc", "/"])
def test_a_planted_link_leads_nowhere(sandbox: Sandbox, link: str) -> None:
    sandbox.commands.run(f"ln -s {link} trap")
    with pytest.raises(FileNotFoundException):
        sandbox.files.read("trap/passwd")
    with contextlib.suppress(InvalidArgumentException, FileNotFoundException):
        sandbox.files.write("trap/canary", "owned")
    assert not Path("/etc/canary").exists()
    assert not Path("/canary").exists()


def test_a_planted_link_is_written_inside(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    canary = host.data_dir / "canary"
    sandbox.commands.run(f"ln -s {canary} out")
    with pytest.raises((InvalidArgumentException, FileNotFoundException)):
        sandbox.files.write("out", "owned")
    assert not canary.exists()


def test_pipes_and_odd_names_do_no_harm(sandbox: Sandbox) -> None:
    sandbox.commands.run("mkfifo pipe; ln -s loop loop; touch \"$(printf 'new\\nline')\"")
    with pytest.raises((InvalidArgumentException, FileNotFoundException)):
        sandbox.files.read("pipe")
    with pytest.raises(FileNotFoundException):
        sandbox.files.read("loop")
    assert "new\nline" in {entry.name for entry in sandbox.files.list(".")}


def test_another_sandboxs_token_opens_nothing(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    headers = {"E2b-Sandbox-Id": sandbox.sandbox_id, "E2b-Sandbox-Port": "49983", "X-Access-Token": "0" * 48}
    for path in ("/files?path=x", "/process.Process/List"):
        assert httpx.get(host.url + path, headers=headers).status_code == 401


def test_a_signed_address_opens_one_file(sandbox: Sandbox) -> None:
    sandbox.files.write("shared", "yes")
    query = sandbox.download_url("shared", use_signature_expiration=60).partition("?")[2]
    headers = {"E2b-Sandbox-Id": sandbox.sandbox_id, "E2b-Sandbox-Port": "49983"}
    url = f"{sandbox.envd_api_url}/files?"
    assert httpx.get(url + query, headers=headers).text == "yes"
    assert httpx.get(url + query.replace("shared", "others"), headers=headers).status_code == 401


def test_deep_trees_are_removed_with_the_sandbox(host: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, **host.options)
    sandbox.files.write(
        "dig.py", "import os\nfor _ in range(1500):\n    os.mkdir('d')\n    os.chdir('d')\nos.mkdir('x', 0)"
    )
    sandbox.commands.run("python3 dig.py")
    sandbox.kill()
    assert not os.path.lexists(host.data_dir / "sandboxes" / sandbox.sandbox_id)
