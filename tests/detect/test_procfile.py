"""How the web line of a Procfile becomes a command."""

import pytest

from engine.detect.procfile import WebProcess, web_process
from engine.detect.tree import MemoryTree


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gunicorn app:app --bind 0.0.0.0:$PORT", WebProcess(("gunicorn", "app:app", "--bind", "0.0.0.0:$PORT"))),
        ("serve -p ${PORT}", WebProcess(("serve", "-p", "${PORT}"))),
        ("A=1 B='x y' run", WebProcess(("run",), {"A": "1", "B": "x y"})),
        ("gunicorn 'app:make()'", WebProcess(("gunicorn", "app:make()"))),
        ("a && b", WebProcess(("/bin/sh", "-c", "a && b"))),
        ("run --key $SECRET", WebProcess(("/bin/sh", "-c", "run --key $SECRET"))),
        ("run $(cat x)", WebProcess(("/bin/sh", "-c", "run $(cat x)"))),
        ("run $PORTAL", WebProcess(("/bin/sh", "-c", "run $PORTAL"))),
        ("it's", WebProcess(("/bin/sh", "-c", "it's"))),
        ("A=1", WebProcess(("/bin/sh", "-c", "A=1"))),
    ],
)
def test_a_shell_reads_only_what_needs_one(line: str, expected: WebProcess) -> None:
    assert web_process(MemoryTree({"Procfile": f"worker: x\nweb: {line}\n".encode()})) == expected


@pytest.mark.parametrize("text", [b"", b"worker: x", b"webx: y", b"# web: y", b"\xff\xfe"])
def test_a_procfile_without_web_starts_nothing(text: bytes) -> None:
    assert web_process(MemoryTree({"Procfile": text})) is None
