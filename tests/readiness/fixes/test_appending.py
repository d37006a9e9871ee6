"""`.gitignore` and `.env.example` grow at their ends; what stood there stays to the byte."""

import pytest

from engine.readiness.fixes import env_example, gitignore
from engine.readiness.fixes.appending import appended
from engine.readiness.fixes.fix import NotFixable
from tests.readiness.fixes.made import findings, made, offered

READS = """import os
from flask import Flask
app = Flask(__name__)
URL = os.environ["STOCK_URL"]
LEVEL = os.environ.get("LOG_LEVEL", "hunter2")
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, b"x\n"),
        (b"", b"x\n"),
        (b"a\n", b"a\nx\n"),
        (b"a", b"a\nx\n"),
        (b"a\r\n", b"a\r\nx\r\n"),
        (b"a\r\nb", b"a\r\nb\r\nx\r\n"),
        (b"\xff\n", b"\xff\nx\n"),
    ],
)
def test_lines_come_behind_the_last_one(before: bytes | None, after: bytes) -> None:
    assert appended(before, ["x"]) == after


def test_what_this_application_needs_is_ignored_afterwards() -> None:
    files = {"app.py": READS, "package.json": '{"dependencies": {"x": "1"}}', ".gitignore": "*.log\n# done"}
    written = made(gitignore.FIX, files)[".gitignore"]
    assert written == "*.log\n# done\n.env\n__pycache__/\nnode_modules/\n"
    assert findings(files, "gitignore")
    assert findings(files | {".gitignore": written}, "gitignore") == []


def test_a_committed_env_file_is_ignored_from_now_on_and_stays() -> None:
    files = {"app.py": "print(1)\n", ".env": "API_KEY=4f1c0de5ba5e11\n", ".gitignore": "__pycache__/\n"}
    offer = offered(files)["gitignore"]
    assert offer.rules == ("env-file-ignored",)
    assert "stays" in offer.sentence
    assert made(gitignore.FIX, files) == {".gitignore": "__pycache__/\n.env\n"}


def test_a_complete_gitignore_is_left_alone() -> None:
    files = {"app.py": READS, ".gitignore": ".env\n__pycache__/\n"}
    assert "gitignore" not in offered(files)
    with pytest.raises(NotFixable):
        made(gitignore.FIX, files)


def test_every_variable_is_shown_and_none_with_a_value() -> None:
    files = {"app.py": READS, "requirements.txt": "flask\n"}
    assert "env-example" in offered(files)
    written = made(env_example.FIX, files)[".env.example"]
    assert written.splitlines()[1:] == ["STOCK_URL=", "# LOG_LEVEL="]
    assert "hunter2" not in written
    assert findings(files | {".env.example": written}, "env-example") == []


def test_an_example_of_another_name_is_completed() -> None:
    files = {"app.py": READS, "requirements.txt": "flask\n", ".env.sample": "LOG_LEVEL=warning\n"}
    assert made(env_example.FIX, files) == {".env.sample": "LOG_LEVEL=warning\nSTOCK_URL=\n"}
    assert offered(files)["env-example"].paths == (".env.sample",)


def test_the_example_of_another_application_stays_as_it_is() -> None:
    files = {"app.py": READS, "frontend/.env.example": "LOG_LEVEL=\n"}
    assert list(made(env_example.FIX, files)) == [".env.example"]


def test_a_complete_example_is_left_alone() -> None:
    files = {"app.py": READS, ".env.example": "STOCK_URL=\nLOG_LEVEL=\n"}
    with pytest.raises(NotFixable):
        made(env_example.FIX, files)
