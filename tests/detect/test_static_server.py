"""The small server that is copied into sandboxes, run as it is run there."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from engine.detect.static import SERVER_FILE, server_source
from tests.ports import free_port


@pytest.fixture
def site(tmp_path: Path) -> Iterator[httpx.Client]:
    """A site with a page, a script, a secret and a 404 page, served."""
    for name, text in {
        "index.html": "<h1>home</h1>",
        "about.html": "about",
        "app.mjs": "export {}",
        ".env": "SECRET=1",
        "404.html": "not here",
        "empty/note.txt": "x",
        ".well-known/security.txt": "Contact: x",
        SERVER_FILE: server_source(),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "outside").symlink_to("/etc")
    port = free_port()
    argv = [sys.executable, "-I", SERVER_FILE, ".", str(port)]
    process = subprocess.Popen(argv, cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            until_it_answers(client)
            yield client
    finally:
        process.kill()
        process.wait()


def until_it_answers(client: httpx.Client) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            client.get("/")
            return
        except httpx.ConnectError:
            if time.monotonic() > end:
                raise


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("/", "text/html; charset=utf-8", "<h1>home</h1>"),
        ("/about", "text/html; charset=utf-8", "about"),
        ("/app.mjs", "text/javascript; charset=utf-8", "export {}"),
        ("/.well-known/security.txt", "text/plain; charset=utf-8", "Contact: x"),
    ],
)
def test_files_are_served_with_their_types(site: httpx.Client, path: str, kind: str, text: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, kind, text)


@pytest.mark.parametrize(
    "path", ["/.env", f"/{SERVER_FILE}", "/missing", "/empty/", "/..%2f..%2fetc/passwd", "/.git/x"]
)
def test_what_is_no_page_gets_the_sites_own_404(site: httpx.Client, path: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.text) == (404, "not here")
